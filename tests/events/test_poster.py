"""The picture of a shared link: its size, its letters, its steadiness."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from outreach.events.poster import HEIGHT, WIDTH, Poster, can_draw, draw

COLOURS = {
    "paper": "#fffdf9",
    "surface": "#f6f0e8",
    "ink": "#221b28",
    "muted": "#645a6b",
    "brand": "#5b2a6a",
    "accent": "#a8481a",
    "border": "#8d8194",
}
POSTER = Poster(
    title="Heure ouverte : vos questions, nos réponses",
    kicker="Réunion",
    when="jeudi 3 décembre 2026, 15:00",
    leaf=("3", "décembre", "2026"),
    organisation="Women’s Rights and Mining",
)


def opened(png: bytes) -> Image.Image:
    """Open a picture for good: all of it is read."""
    image = Image.open(io.BytesIO(png))
    image.load()
    return image.convert("RGB")


def test_it_has_the_size_that_shared_links_ask_for_and_is_small() -> None:
    png = draw(POSTER, COLOURS)
    assert opened(png).size == (WIDTH, HEIGHT) == (1200, 630)
    assert len(png) < 100_000


def test_the_same_words_give_the_same_bytes_and_others_others() -> None:
    assert draw(POSTER, COLOURS) == draw(POSTER, COLOURS)
    assert draw(replace(POSTER, title="Otra"), COLOURS) != draw(POSTER, COLOURS)


@pytest.mark.parametrize(
    "title",
    [
        "A",
        "Mot " * 200,
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 3,
        "Une espace insécable : « comme ici »",
    ],
)
def test_no_title_runs_over_the_margin_or_the_line_below(title: str) -> None:
    image = opened(draw(replace(POSTER, title=title, when="x" * 300), COLOURS))
    paper = image.getpixel((WIDTH // 2, 40))
    margin = image.crop((WIDTH - 76, 20, WIDTH, HEIGHT))
    above_the_line = image.crop((0, 516, WIDTH, 528))
    for part in (margin, above_the_line):
        assert part.getcolors() == [(part.width * part.height, paper)]


def test_letters_that_no_font_of_ours_has_give_no_picture() -> None:
    assert can_draw(POSTER)
    assert can_draw(replace(POSTER, title="Ñandú ¿qué? Łódź Žižek Ελλάδα Москва"))
    assert not can_draw(replace(POSTER, title="会议"))
    assert not can_draw(replace(POSTER, leaf=("٣", "ديسمبر", "٢٠٢٦")))

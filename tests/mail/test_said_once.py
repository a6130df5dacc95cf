"""What a letter says or draws, it says or draws once."""

from dataclasses import replace

from outreach.mail.blocks import Divider, Picture, PictureFile, Prose
from outreach.mail.compose import Letter, Stationery
from outreach.mail.layout import arrange


def test_the_organisation_is_named_once_at_the_top(stationery: Stationery, letter: Letter) -> None:
    own = replace(letter, kicker=letter.look.organisation)
    composed = stationery.compose(own)
    assert composed.text.partition("===")[0].count(letter.look.organisation) == 1
    assert composed.html.partition("<h1")[0].count(f">{letter.look.organisation}<") <= 1
    assert "band-accent" not in composed.html.partition("<body")[2]
    other = stationery.compose(replace(letter, kicker="News · July 2020"))
    assert "News\N{NO-BREAK SPACE}· July 2020" in other.html


def test_a_divider_is_left_out_before_a_section_which_has_a_rule() -> None:
    words, section = Prose("Some words.", 1), Prose("## A section\n\nWords.", 3)

    def kinds(*blocks: Prose | Divider) -> list[str]:
        return [item.kind for row in arrange(blocks).rows for side in row.columns for item in side]

    assert kinds(words, Divider(2), section) == ["prose", "prose"]
    assert kinds(words, Divider(2), words) == ["prose", "divider", "prose"]
    assert kinds(section, Divider(2)) == ["prose", "divider"]


def test_the_text_of_a_question_ends_with_its_own_mark(
    stationery: Stationery, letter: Letter
) -> None:
    links = (("Who are we?", "https://w.example/"), ("Privacy", "https://p.example/"))
    text = stationery.compose(replace(letter, look=replace(letter.look, links=links))).text
    assert "Who are we?\nhttps://w.example/" in text
    assert "Privacy:\nhttps://p.example/" in text


def test_a_picture_is_told_in_the_words_of_its_author_alone(
    stationery: Stationery, letter: Letter
) -> None:
    file = PictureFile("https://p.example/a.png", 600, 400)
    picture = Picture("a.png", "Illustration: layers of rock", "", 1, file)
    text = stationery.compose(replace(letter, blocks=(picture,))).text
    assert "\n[Illustration: layers of rock]\n" in text

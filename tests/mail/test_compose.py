"""Letters as their readers get them."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise, product

import pytest

from outreach.errors import Refused
from outreach.mail.blocks import Button, Columns, EventBlock, Prose
from outreach.mail.body import Resolver
from outreach.mail.check_html import lint_html
from outreach.mail.colour import READABLE, contrast, mix, readable
from outreach.mail.compose import Letter, Look, Stationery, preheader_fault

LANGUAGES = ("en", "fr", "es")


class Links(HTMLParser):
    """Collects where links lead, and the texts of headings."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a":
            self.targets.append(found.get("href") or "")
        if found.get("id"):
            self.anchors.append(found["id"] or "")


def links(html: str) -> Links:
    parser = Links()
    parser.feed(html)
    return parser


def test_two_renderings_are_the_same(stationery: Stationery, letter: Letter) -> None:
    assert stationery.compose(letter) == stationery.compose(letter)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_everything_that_it_should(
    stationery: Stationery, make_edition: Callable[[str], Letter], language: str
) -> None:
    letter = make_edition(language)
    composed = stationery.compose(letter)
    targets = links(composed.html).targets
    wanted = [
        letter.web_view_url,
        *(url for _, url in letter.other_languages),
        *(url for _, url in letter.look.links),
        "[[ unsubscribe_url ]]",
        "[[ preferences_url ]]",
        "https://example.org/guide?a=1&b=2",
        "https://zoom.example/webinar/register/WN_EfkDV288SK6HNbvdaIcjUA",
        f"https://news.example.org/{language}/events/webinar.ics",
        f"https://news.example.org/{language}/events/talk/register",
        f"https://news.example.org/{language}/events/talk.ics",
    ]
    for url in wanted:
        assert url in targets
        assert url in composed.text
    for words in (letter.title, letter.kicker, letter.reason, "2514 The Hague"):
        assert words in composed.text
        assert words in composed.html
    assert composed.subject == letter.subject


def test_the_words_of_the_frame_are_in_the_language_of_the_letter(
    stationery: Stationery, make_edition: Callable[[str], Letter]
) -> None:
    french = stationery.compose(make_edition("fr"))
    assert "Dans cette lettre" in french.html
    assert "Organisé par Responsible Mining Foundation" in french.html
    assert "Mardi 23 juin 2020" in french.text
    assert "Mardi 1" in french.text
    assert "(Europe/Paris, UTC+1)" in french.text
    assert "Paris, UTC+1)" in french.html
    for english in ("In this letter", "Organised by", "Register", "Read on the web"):
        assert english not in french.html


def test_a_table_of_contents_leads_to_each_section(
    stationery: Stationery, make_edition: Callable[[str], Letter]
) -> None:
    found = links(stationery.compose(make_edition("en")).html)
    jumps = [target.removeprefix("#") for target in found.targets if target.startswith("#")]
    assert len(jumps) == 4
    assert [anchor for anchor in found.anchors if anchor in jumps] == jumps


def test_three_sections_need_no_table_of_contents(stationery: Stationery, letter: Letter) -> None:
    short = replace(letter, blocks=(Prose("## A\n\n## B\n\n## C\n\nx"),))
    assert "In this letter" not in stationery.compose(short).html


def test_a_transactional_letter_offers_no_unsubscribing(
    stationery: Stationery, letter: Letter
) -> None:
    composed = stationery.compose(letter)
    assert composed.fields == {"first_name", "confirm_url"}
    shown = stationery.compose(replace(letter, show_preferences=True))
    assert shown.fields == {"first_name", "confirm_url", "preferences_url"}


def test_the_preheader_stands_first_and_hides_the_body(
    stationery: Stationery, letter: Letter
) -> None:
    html = stationery.compose(letter).html
    start = html.index("display:none")
    assert html.index(letter.preheader) - start < 200
    assert html.count("\N{COMBINING GRAPHEME JOINER}") == 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rich_letter_stays_far_below_the_size_at_which_it_is_clipped(
    stationery: Stationery, make_edition: Callable[[str], Letter], language: str
) -> None:
    assert len(stationery.compose(make_edition(language)).html.encode()) < 60_000


def test_a_letter_that_would_be_clipped_is_refused(stationery: Stationery, letter: Letter) -> None:
    endless = replace(letter, blocks=(Prose("A long sentence. " * 6_000),))
    with pytest.raises(Refused, match="too long"):
        stationery.compose(endless)


def test_words_from_elsewhere_can_neither_open_a_field_nor_write_html(
    stationery: Stationery, letter: Letter, resolver: Resolver, look_of: Callable[[str], Look]
) -> None:
    card = resolver.event("webinar")
    assert card
    evil = '<script>x</script> [[ confirm_url ]] "quoted" {{ 7 * 7 }}'
    hostile = replace(
        letter,
        kicker=evil,
        reason=evil,
        look=replace(look_of("en"), organisation=evil, postal_address=evil, links=((evil, "#x"),)),
        blocks=(
            EventBlock(
                "x", card=replace(card, title=evil, summary=evil, organiser=evil, kind=evil)
            ),
        ),
    )
    composed = stationery.compose(hostile)
    assert composed.fields == frozenset()
    assert "<script" not in composed.html
    assert "{{ 7 * 7 }}" in composed.html


def test_fields_work_in_titles_labels_and_subjects(stationery: Stationery, letter: Letter) -> None:
    personal = replace(
        letter,
        subject="[[ first_name | You & me ]]",
        title="Hi [[ first_name | A & B ]]",
        blocks=(Button("For [[ organisation | you ]]", "https://x.example"),),
    )
    composed = stationery.compose(personal)
    assert composed.fields == {"first_name", "organisation"}
    assert composed.subject == "[[ first_name | You & me ]]"
    assert "Hi [[ first_name | A &amp; B ]]" in composed.html
    assert "Hi [[ first_name | A & B ]]" in composed.text
    assert "<title>[[ first_name | You &amp; me ]]</title>" in composed.html


def test_a_card_of_what_is_over_leads_to_its_recording(
    stationery: Stationery, letter: Letter, resolver: Resolver
) -> None:
    card = resolver.event("webinar")
    assert card
    film = "https://example.org/film?a=1&b=2"
    over = replace(card, register_url="", calendar_url="", recording_url=film)
    composed = stationery.compose(replace(letter, blocks=(EventBlock("webinar", card=over),)))
    assert film in links(composed.html).targets
    assert film in composed.text


def test_cards_keep_the_order_of_headings(
    stationery: Stationery, letter: Letter, resolver: Resolver
) -> None:
    card = resolver.event("webinar")
    block = EventBlock("webinar", card=card)
    for blocks in ((block,), (Prose("## A"), block), (Columns((block,), (Prose("## B"),)), block)):
        composed = stationery.compose(replace(letter, blocks=blocks))
        levels = [int(level) for level in re.findall(r"<h([1-6])", composed.html)]
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert levels.count(1) == 1


def test_empty_cards_and_pictures_show_nothing(stationery: Stationery, letter: Letter) -> None:
    bare = replace(letter, blocks=(EventBlock("gone"),))
    assert stationery.compose(bare).fields == frozenset()


def test_a_language_written_from_right_to_left_says_so(
    stationery: Stationery, letter: Letter
) -> None:
    html = stationery.compose(replace(letter, language="ar")).html
    assert html.count('dir="rtl"') == 2
    assert [line for line in lint_html(html, subject=letter.subject, language="ar")
            if "lang" in line] == []  # fmt: skip


def test_a_logo_is_silent_because_the_name_stands_beside_it(
    stationery: Stationery, letter: Letter, resolver: Resolver
) -> None:
    logo = resolver.picture("mine.jpg")
    branded = replace(letter, look=replace(letter.look, logo=logo, logo_alt="L’arbre « vert »"))
    html = stationery.compose(branded).html
    assert 'alt="" width="69"' in html
    assert "L’arbre" not in html


def test_missing_or_wrong_colours_are_refused(stationery: Stationery, letter: Letter) -> None:
    light = dict(letter.look.colours["light"])
    for colours in (
        {"light": light},
        {**letter.look.colours, "light": {**light, "brand": "red"}},
    ):
        with pytest.raises(Refused):
            stationery.compose(replace(letter, look=replace(letter.look, colours=colours)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(letter: Letter, scheme: str) -> None:
    colours = letter.look.colours[scheme]
    for ground, ink in product(("paper", "surface"), ("ink", "muted", "brand", "accent")):
        assert contrast(colours[ground], colours[ink]) >= READABLE


def test_a_colour_that_cannot_be_read_is_replaced() -> None:
    assert readable("#5b2a6a", "#a8481a", "#fffdf9") == "#fffdf9"
    assert readable("#ffff00", "#ffffff") == "#000000"
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_a_preheader_has_its_length_and_says_something_of_its_own() -> None:
    assert preheader_fault("x" * 39, "s")
    assert preheader_fault("x" * 111, "s")
    assert preheader_fault("X" * 50, "x" * 50)
    assert preheader_fault("x" * 50, "s") is None

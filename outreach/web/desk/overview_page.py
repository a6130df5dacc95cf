"""What the page of an edition shows, put together from rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.content.faults import stored_faults
from outreach.content.models import ContentFile
from outreach.errors import OutreachError
from outreach.mail.compose import MAX_HTML
from outreach.newsletters.basis import source_text, standing, state_of
from outreach.newsletters.compose import folder
from outreach.newsletters.listing import state_of_edition
from outreach.newsletters.models import Edition, Translation
from outreach.newsletters.proof import Proof
from outreach.newsletters.side_by_side import Pair, behind, side_by_side
from outreach.newsletters.staleness import Kind, Standing
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.edition_words import HOW, PLACES, STATES, VIEWS
from outreach.web.desk.overview_past import past_of
from outreach.web.desk.overview_wish import Wish, read_wish
from outreach.web.desk.proof import proof
from outreach.web.height import letter_heights

HELPFUL_PREHEADER = (40, 110)
LONG_SUBJECT = 60
"""Characters: most mail clients cut a longer one short, phones after about 40."""
WARN_HTML = 85_000


@dataclass(frozen=True)
class Tab:
    """One language, to choose."""

    tag: str
    name: str
    standing: Standing
    current: bool


@dataclass(frozen=True)
class Letter:
    """One language as it is mailed, or why it cannot be."""

    language: str
    proof: Proof | None
    refusal: str
    heights: Mapping[str, int]
    """Of its frame by kind of screen, in pixels."""


def page_values(desk: DeskVisit, edition: Edition) -> dict[str, object]:
    """Give what the template needs."""
    visit = desk.visit
    stood = standing(edition, visit.site)
    wish = read_wish(desk, edition, stood)
    texts = {text.language: text for text in edition.translations}
    text, source = texts.get(wish.language), source_text(edition, visit.site.source_order)
    past = past_of(desk, edition, wish)
    letter = _letter(desk, edition, wish, wish.language)
    return {
        "wish": wish,
        "tabs": [
            Tab(tag, visit.language_title(tag), one, tag == wish.language)
            for tag, one in stood.items()
        ],
        "standing": stood[wish.language],
        "behind": _behind(text, source, stood[wish.language]),
        "seen": state_of(source) if source else "",
        "state": state_of_edition(visit.session, edition),
        "changed": max((one.synced_at for one in edition.translations), default=None),
        "faults": stored_faults(visit.session, f"{folder(edition)}/"),
        "text": text,
        "path": f"{folder(edition)}/{wish.language}.md",
        "sender": visit.site.sender(wish.language),
        "letter": letter,
        "past": past,
        "zone": visit.services.settings.staff_zone,
        **_of_view(desk, edition, wish, letter),
        **_WORDS,
    }


_WORDS: dict[str, object] = {
    "states": STATES,
    "views": VIEWS,
    "places": PLACES,
    "how": HOW,
    "helpful": HELPFUL_PREHEADER,
    "long_subject": LONG_SUBJECT,
    "warn_size": WARN_HTML,
    "most_size": MAX_HTML,
}


def _of_view(desk: DeskVisit, edition: Edition, wish: Wish, letter: Letter) -> dict[str, object]:
    """Give what only one of the views needs."""
    if wish.view == "source":
        return {"markdown": _markdown(desk.visit.session, edition, wish)}
    if wish.view != "beside" or not wish.beside:
        return {}
    source = source_text(edition, desk.visit.site.source_order)
    letters = [letter, _letter(desk, edition, wish, wish.beside)]
    if source is not None and source.language == wish.beside:
        letters.reverse()
    left, right = (one.language for one in letters)
    return {"letters": letters, "pairs": _pairs(edition, left, right, source)}


def _letter(desk: DeskVisit, edition: Edition, wish: Wish, language: str) -> Letter:
    """Give one language; a language that is not there has neither proof nor refusal."""
    there = any(text.language == language for text in edition.translations)
    if not there and not wish.of:
        return Letter(language, None, "", {})
    try:
        made = proof(desk, edition, language=language, reader=wish.reader, number=wish.of)
    except OutreachError as refused:
        return Letter(language, None, desk.t.say(refused), {})
    return Letter(language, made, "", letter_heights(made.html))


def _behind(
    text: Translation | None, source: Translation | None, stood: Standing
) -> Sequence[object]:
    if stood.kind is not Kind.STALE or text is None or source is None:
        return ()
    return behind(source, text)


def _pairs(edition: Edition, left: str, right: str, source: Translation | None) -> list[Pair]:
    """Give the passages of two languages; none if one of them is not there."""
    texts = {text.language: text for text in edition.translations}
    if left not in texts or right not in texts:
        return []
    return side_by_side(texts[left], texts[right], source)


def _markdown(session: Session, edition: Edition, wish: Wish) -> str:
    """Give the file as it was last read without faults."""
    file = session.get(ContentFile, f"{folder(edition)}/{wish.language}.md")
    return file.text if file else ""

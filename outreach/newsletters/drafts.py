"""The preview of an edition: what would be sent now, for whoever holds its link."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from outreach.errors import NotFound
from outreach.newsletters.compose import Desk, letter_of
from outreach.newsletters.models import Edition, Translation
from outreach.newsletters.webview import Shown, for_everybody


def edition_of(session: Session, number: int) -> Edition:
    """Give an edition by id; NotFound if it is gone."""
    found = session.get(Edition, number)
    if found is None or not found.translations:
        raise NotFound("This edition does not exist any more.")
    return found


def text_in(edition: Edition, language: str) -> Translation:
    """Give one language of an edition; NotFound if it does not have it."""
    found = edition.text_in(language)
    if found is None:
        raise NotFound("This edition does not exist in that language.")
    return found


def draft(desk: Desk, edition: Edition, text: Translation, preview: Callable[[str], str]) -> Shown:
    """Compose one language as it is now. `preview`: where the others are seen."""
    letter = replace(letter_of(desk, edition, text, preview), web_view_url="")
    composed = desk.stationery.compose(letter)
    return for_everybody(desk.links, text.language, composed.html, composed.text)

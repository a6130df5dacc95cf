"""What each translation of an edition is based on: kept by sync, and by a person who looked."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from outreach.content.site import Site
from outreach.errors import Refused
from outreach.mail.passages import hash_of
from outreach.newsletters.models import Edition, Translation
from outreach.newsletters.staleness import (
    Hashes,
    Standing,
    brought_up,
    source_of,
    standings,
)


def standing(edition: Edition, site: Site) -> dict[str, Standing]:
    """Say how each language stands: those of the site in its order, then those it has beside."""
    return standings(edition.translations, order=site.source_order, languages=site.languages)


def source_text(edition: Edition, order: Sequence[str]) -> Translation | None:
    """Give the text that the other languages are made from; None if there is no text at all."""
    texts = {text.language: text for text in edition.translations}
    chosen = source_of(texts, order)
    return texts[chosen] if chosen else None


def present_hashes(texts: Sequence[Translation]) -> dict[str, list[str]]:
    """Give the hashes of each language, to be held against what they become."""
    return {text.language: text.hashes for text in texts}


def keep_basis(edition: Edition, before: Mapping[str, Hashes], order: Sequence[str]) -> None:
    """Note what each translation is based on, once a sync has rewritten some of the texts.

    `before`: from `present_hashes`. Whichever text became the source just now is taken as what the
    others were made from.
    """
    source = source_text(edition, order)
    for text in edition.translations:
        text.block_hashes = text.hashes[1:]
        if source is not None:
            text.based_on = (
                {} if text is source else {source.language: _basis(text, source, before)}
            )


def declare_up_to_date(
    session: Session, edition: Edition, order: Sequence[str], *, language: str, seen: str
) -> None:
    """Take a translation as up to date, as somebody has compared it with the source.

    `seen`: the state of the source that they saw (`state_of`); Refused if it has changed since.
    """
    source = source_text(edition, order)
    text = edition.text_in(language)
    if source is None or text is None or text is source:
        raise Refused("There is no translation to take as up to date. Open the page again.")
    session.refresh(text, with_for_update={"of": Translation})
    if state_of(source) != seen:
        raise Refused("The text has changed meanwhile. Look at it once more.")
    text.based_on = {source.language: source.hashes}


def state_of(text: Translation) -> str:
    """Give a short name for what a text says now."""
    return hash_of(*text.hashes)


def _basis(text: Translation, source: Translation, before: Mapping[str, Hashes]) -> list[str]:
    if text.language not in before:
        return source.hashes
    was = before[text.language]
    noted = text.based_on.get(source.language)
    based_on = before.get(source.language, source.hashes) if noted is None else noted
    if was == text.hashes:
        return list(based_on)
    return brought_up(based_on=based_on, before=was, after=text.hashes, source=source.hashes)

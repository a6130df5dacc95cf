"""The exact words that people agree to. A change of any of them needs a new version."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Wording
from outreach.content.site import Site
from outreach.db.dialects import insert_into
from outreach.phrases.catalog import phrases

SIGNUP_VERSION = "signup-1"
PREFERENCES_VERSION = "preferences-1"
UNDO_VERSION = "undo-1"
REGISTRATION_VERSION = "registration-1"
IMPORT_VERSION = "import"


@dataclass(frozen=True)
class Words:
    """What somebody agreed to, in the language in which they read it."""

    language: str
    version: str
    text: str

    @property
    def checksum(self) -> str:
        """Give the SHA-256 (hex) of language, version and text."""
        joined = "\n".join((self.language, self.version, self.text))
        return hashlib.sha256(joined.encode()).hexdigest()


def signup_words(site: Site, language: str) -> Words:
    """Give the words beside the tick on the sign-up page, which must show exactly these."""
    text = phrases(language)(
        "Yes, %(organisation)s may mail me about the topics that I have chosen. "
        "I can unsubscribe at any time, with one click in every mail.",
        organisation=site.name(language),
    )
    return Words(language, SIGNUP_VERSION, text)


def preference_words(language: str) -> Words:
    """Give the words above the topics on the preference page, which must show exactly these."""
    text = phrases(language)(
        "I want to get mails about the topics that are ticked here. "
        "I can change this or unsubscribe at any time."
    )
    return Words(language, PREFERENCES_VERSION, text)


def undo_words(language: str) -> Words:
    """Give the words beside the button that undoes an unsubscribe; it must show these."""
    text = phrases(language)("I want to get these mails again, as before.")
    return Words(language, UNDO_VERSION, text)


def registration_words(site: Site, language: str) -> Words:
    """Give the words beside the tick of a registration, which must show exactly these."""
    text = phrases(language)(
        "I agree that %(organisation)s uses what I write here to organise this event, and mails me "
        "about it. It is no subscription to a newsletter.",
        organisation=site.name(language),
    )
    return Words(language, REGISTRATION_VERSION, text)


def import_words(statement: str) -> Words:
    """Give the statement by which a list was imported; nobody knows its language."""
    return Words("und", IMPORT_VERSION, statement)


def keep(session: Session, words: Words) -> int:
    """Store the words if they are new, and give the id of their row."""
    query = select(Wording.id).where(Wording.checksum == words.checksum)
    known = session.scalars(query).one_or_none()
    if known is not None:
        return known
    added = insert_into(session, Wording).values(
        checksum=words.checksum,
        language=words.language,
        version=words.version,
        text=words.text,
    )
    session.execute(added.on_conflict_do_nothing(index_elements=[Wording.checksum]))
    return session.scalars(query).one()

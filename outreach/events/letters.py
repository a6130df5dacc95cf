"""What every letter to a registrant has in common: its language, the event's card, its links."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.letters import letter_language
from outreach.content.site import Site
from outreach.delivery.models import Address
from outreach.delivery.outbox import Outbox, Posting, Recipient, post
from outreach.errors import NotFound
from outreach.events.models import Event, EventTranslation
from outreach.events.queries import Listed, card, translation
from outreach.events.registration_models import HAS_A_SEAT, Registration
from outreach.events.state import slot_of
from outreach.mail.blocks import Block, EventCard, Prose
from outreach.mail.compiled import Headers
from outreach.mail.compose import Letter
from outreach.mail.parts import EnclosedCalendar
from outreach.phrases.catalog import Phrases, phrases
from outreach.times import is_zone, zone

SEAT_URL = "[[ seat_url ]]"
JOIN_URL = "[[ join_url ]]"


class Words(TypedDict):
    """What one letter says, in its language."""

    subject: str
    preheader: str
    title: str
    blocks: tuple[Block, ...]
    reason: str
    """Why the reader gets this, in a sentence."""


@dataclass(frozen=True)
class Writing:
    """Writes to one registrant, whose data has not been purged."""

    outbox: Outbox
    site: Site
    registration: Registration

    @cached_property
    def language(self) -> str:
        """Give the site's best language for this registrant."""
        return letter_language(self.site, self.registration.language)

    @property
    def say(self) -> Phrases:
        """Give the words of that language."""
        return phrases(self.language)

    @property
    def event(self) -> Event:
        """Give the event."""
        return self.registration.occurrence.event

    @property
    def text(self) -> EventTranslation:
        """Give the event's text in the best language there is; NotFound without any."""
        text = translation(self.event, self.site, self.language)
        if text is None:
            raise NotFound("This event is not here any more.")
        return text

    def card(self) -> EventCard:
        """Give the card of their occurrence, without a way to register."""
        listed = Listed(self.event, self.registration.occurrence)
        shown = card(listed, self.site, self.outbox.links, self.language)
        if shown is None:
            raise NotFound("This event is not here any more.")
        return shown

    def own_time(self, moment: datetime | None) -> tuple[Block, ...]:
        """Say when that is by the registrant's own clock; nothing if it is unknown or the same."""
        own, theirs = self.registration.zone, self.event.zone or "UTC"
        if moment is None or not is_zone(own):
            return ()
        if moment.astimezone(zone(own)).utcoffset() == moment.astimezone(zone(theirs)).utcoffset():
            return ()
        return (Prose(self.say("By your clock: %(when)s", when=self.say.moment(moment, own))),)

    def letter(self, **words: Unpack[Words]) -> Letter:
        """Give the letter in the look of the site."""
        return Letter(
            language=self.language,
            kicker=self.site.name(self.language),
            look=self.site.look(self.language, self.outbox.links),
            **words,
        )

    def post(
        self,
        session: Session,
        letter: Letter,
        *,
        occasion: str,
        calendar: EnclosedCalendar | None = None,
        now: datetime,
    ) -> bool:
        """Put a letter into the outbox; False if it was there for this occasion already.

        Whoever gets a calendar, or has no seat yet, knows from it when the event takes place.
        """
        registration = self.registration
        if registration.subscriber is None:
            raise NotFound("This registration is not here any more.")
        query = select(Address).where(Address.id == registration.subscriber.address_id)
        posting: Posting = {
            "occasion": occasion,
            "headers": Headers(self.site.sender(self.language), reply_to=self.site.reply_to),
            "fields": {
                "registration": registration.id,
                "join": registration.join_number,
                "first_name": registration.name,
            },
            "now": now,
        }
        if calendar is not None:
            posting["calendar"] = calendar
        to = Recipient(session.scalars(query).one(), registration.subscriber.id)
        posted = post(session, self.outbox, letter, to, **posting)
        if posted and (calendar is not None or registration.state not in HAS_A_SEAT):
            registration.known = slot_of(registration.occurrence).text
        return posted

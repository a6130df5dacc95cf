"""Afterwards: recording and slides, in other words for those who came and those who could not."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.audience.letters import letter_language
from outreach.content.site import Site
from outreach.delivery.outbox import Outbox
from outreach.errors import Refused
from outreach.events.letters import Writing
from outreach.events.models import Event, Occurrence
from outreach.events.noting import note
from outreach.events.registration_models import (
    HAS_A_SEAT,
    Notice,
    NoticeKind,
    Registration,
    RegistrationState,
)
from outreach.events.state import TAKES_PLACE, is_over
from outreach.mail.blocks import Block, Button, EventBlock, Prose
from outreach.phrases.catalog import Phrases


@dataclass(frozen=True)
class Planned:
    """How many would get which form, by language."""

    took_part: dict[str, int] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    all: dict[str, int] = field(default_factory=dict)
    """Where nobody knows who came."""


def planned(session: Session, site: Site, row: Occurrence) -> Planned:
    """Count who would get a follow-up of one date. Changes nothing."""
    rows = session.execute(
        select(Registration.state, Registration.language, func.count())
        .where(
            Registration.occurrence_id == row.id,
            Registration.state.in_(HAS_A_SEAT),
            Registration.subscriber_id.is_not(None),
        )
        .group_by(Registration.state, Registration.language)
    )
    counted: dict[str, Counter[str]] = {"took_part": Counter(), "missed": Counter()}
    for state, language, count in rows:
        form = "took_part" if state is RegistrationState.ATTENDED else "missed"
        counted[form][letter_language(site, language)] += int(count)
    if row.event.online_url:
        return Planned(dict(counted["took_part"]), dict(counted["missed"]))
    return Planned(all=dict(counted["took_part"] + counted["missed"]))


def release_follow_up(session: Session, row: Occurrence, now: datetime) -> None:
    """Let the registrants of one date be told. Refused before its end, without anything to see,
    or a second time.
    """
    event = row.event
    if not is_over(row.day, row.starts_at, row.ends_at, now):
        raise Refused("This event is not over yet.")
    if row.status not in TAKES_PLACE:
        raise Refused("This event did not take place.")
    if not event.recording_url and not event.slides_url:
        raise Refused(
            "There is nothing to see yet. Write “recording” or “slides” into %(path)s, then run "
            "“outreach sync”.",
            path=f"content/events/{event.slug}/event.toml",
        )
    key = f"follow-up:{row.id}"
    if not note(session, NoticeKind.FOLLOW_UP, row.id, key=key, due_at=now):
        raise Refused("The follow-up of this event has been sent already.")


def follow_up(
    session: Session,
    outbox: Outbox,
    site: Site,
    notice: Notice,
    registration: Registration,
    now: datetime,
) -> bool:
    """Tell one registrant what there is to see; False if they had no seat."""
    if registration.state not in HAS_A_SEAT:
        return False
    writing = Writing(outbox, site, registration)
    say, title = writing.say, writing.text.title
    came = registration.state is RegistrationState.ATTENDED
    letter = writing.letter(
        subject=say("To see again: %(title)s", title=title),
        preheader=say("What was said and shown at an event for which you had registered."),
        title=_title(writing, came=came),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(_words(writing, came=came)),
            EventBlock(writing.event.slug, card=writing.card()),
            *material(writing.event, say),
            Prose(
                say(
                    "Do pass it on: [the event’s page](%(url)s) is open to everybody.",
                    url=writing.card().url,
                )
            ),
        ),
        reason=say("You get this mail because you registered for this event."),
    )
    occasion = f"{notice.key}:{registration.id}"
    return writing.post(session, letter, occasion=occasion, now=now)


def material(event: Event, say: Phrases) -> tuple[Block, ...]:
    """Give the buttons to what there is to see."""
    buttons = (
        (say("Watch the recording"), event.recording_url),
        (say("See the slides"), event.slides_url),
    )
    return tuple(Button(label, url) for label, url in buttons if url)


def _title(writing: Writing, *, came: bool) -> str:
    say = writing.say
    if not writing.event.online_url:
        return say("To see again")
    return say("Thank you for coming") if came else say("We missed you")


def _words(writing: Writing, *, came: bool) -> str:
    say = writing.say
    if not writing.event.online_url:
        return say("thank you for your interest in this event. Here is what was said and shown:")
    if came:
        return say("it was good to have you with us. Here is what was said and shown:")
    return say("we are sorry that you could not come. Here is what you can see at your leisure:")

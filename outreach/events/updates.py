"""What registrants are told when a change of when is released: what was, and what is now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.audience import involvement
from outreach.audience.models import Part
from outreach.content.site import Site
from outreach.delivery.outbox import Outbox
from outreach.errors import Sentence
from outreach.events.differences import ChangeKind, Difference, between
from outreach.events.invites import cancel_calendar, request_calendar
from outreach.events.knowledge import TOLD, known_to
from outreach.events.letters import JOIN_URL, SEAT_URL, Writing
from outreach.events.models import EventChange
from outreach.events.registration_models import (
    HAS_A_SEAT,
    Notice,
    Registration,
    RegistrationState,
)
from outreach.events.state import Slot, State
from outreach.mail.blocks import Block, Button, EventBlock, EventCard, Prose
from outreach.mail.cards import event_time_within
from outreach.mail.compose import Letter


@dataclass(frozen=True)
class _Words:
    """What is said about one kind of change. `seated` only to those who have a seat."""

    subject: Sentence
    preheader: Sentence
    title: Sentence
    news: Sentence
    seated: Sentence


_WORDS: Mapping[ChangeKind, _Words] = {
    ChangeKind.MOVED: _Words(
        Sentence("New time: %(title)s"),
        Sentence("The time of an event for which you registered has changed. See the new one."),
        Sentence("The time has changed"),
        Sentence("this event takes place at another time than we told you:"),
        Sentence("Your seat stays yours, and your calendar moves the entry by itself."),
    ),
    ChangeKind.CANCELLED: _Words(
        Sentence("Cancelled: %(title)s"),
        Sentence("An event for which you registered does not take place. We are sorry."),
        Sentence("This event does not take place"),
        Sentence("we are sorry: this event has been cancelled."),
        Sentence("You need not do anything; your calendar takes the entry out by itself."),
    ),
    ChangeKind.POSTPONED: _Words(
        Sentence("Postponed: %(title)s"),
        Sentence("An event for which you registered is put off. Your registration stays."),
        Sentence("This event is put off"),
        Sentence("this event is put off, and there is no new date yet."),
        Sentence(
            "Your seat stays yours. Your calendar takes the entry out until then, and we write to "
            "you as soon as there is a new date."
        ),
    ),
    ChangeKind.RESTORED: _Words(
        Sentence("It takes place: %(title)s"),
        Sentence("An event for which you registered takes place. Here is when that will be."),
        Sentence("It takes place"),
        Sentence("this event takes place, and here is when:"),
        Sentence("Your seat is still yours, and your calendar enters it again."),
    ),
    ChangeKind.CONFIRMED: _Words(
        Sentence("It is certain: %(title)s"),
        Sentence("The date of an event for which you registered is certain now. See you there."),
        Sentence("The date is certain"),
        Sentence("the date of this event was not certain until now. Now it is:"),
        Sentence("Your seat stays yours."),
    ),
    ChangeKind.TENTATIVE: _Words(
        Sentence("Not certain yet: %(title)s"),
        Sentence("The date of an event for which you registered is not certain any more."),
        Sentence("The date is not certain"),
        Sentence("the date of this event is not certain any more:"),
        Sentence("Your seat stays yours, and we write to you once the date is certain."),
    ),
}
_GONE = frozenset({ChangeKind.CANCELLED, ChangeKind.POSTPONED})


def tell_change(
    session: Session,
    outbox: Outbox,
    site: Site,
    notice: Notice,
    registration: Registration,
    now: datetime,
) -> bool:
    """Post what changed to one registrant, and to their calendar; False if it concerns them not."""
    change = notice.change
    told = None if change is None else _news(registration, change)
    if change is None or told is None:
        return False
    if _is_ahead(told, now):
        _begin_anew(session, registration, now)
    writing = Writing(outbox, site, registration)
    calendar = None
    if registration.state in HAS_A_SEAT:
        write = cancel_calendar if told.kind in _GONE else request_calendar
        calendar = write(session, writing, now, told.after)
    occasion = f"change:{change.id}:{registration.id}"
    done = writing.post(
        session, _letter(writing, told), occasion=occasion, calendar=calendar, now=now
    )
    if told.after is not None:
        registration.known = told.after.text
    return done


def _is_ahead(told: Difference, now: datetime) -> bool:
    """Tell whether there is a new start that is still to come: not a longer end, or a new word."""
    before, after = told.before, told.after
    if after is None or not after.takes_place:
        return False
    if before is not None and (before.day, before.starts_at) == (after.day, after.starts_at):
        return False
    return after.starts_at > now if after.starts_at else after.day > now.date()


def _begin_anew(session: Session, registration: Registration, now: datetime) -> None:
    """Let whoever came, or did not, when it was over or begun, be expected at its new date."""
    if registration.state not in HAS_A_SEAT or registration.state is RegistrationState.CONFIRMED:
        return
    registration.move(RegistrationState.CONFIRMED, now)
    person, row = registration.subscriber, registration.occurrence
    if person is not None:
        involvement.involve(
            session, person.id, row.event.slug, row.original, part=Part.REGISTERED, at=now
        )


def _news(registration: Registration, change: EventChange) -> Difference | None:
    """Give what a change tells this registrant; None if they know it, or it is not for them."""
    if registration.state not in TOLD:
        return None
    day = registration.occurrence.original
    before = State.from_json(change.before).slots.get(day)
    after = State.from_json(change.after).slots.get(day)
    told = between(day, known_to(registration) or before, after)
    return told if told is not None and told.kind in _WORDS else None


def _letter(writing: Writing, news: Difference) -> Letter:
    say, words = writing.say, _WORDS[news.kind]
    seated = writing.registration.state in HAS_A_SEAT
    return writing.letter(
        subject=say(words.subject.text, title=writing.text.title),
        preheader=say.say(words.preheader),
        title=say.say(words.title),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(say.say(words.news)),
            *_when(writing, news),
            EventBlock(writing.event.slug, card=_card(writing, _shown(news))),
            *(_seat(writing, news) if seated else _queue(writing, news)),
        ),
        reason=say("You get this mail because you registered for this event."),
    )


def _when(writing: Writing, news: Difference) -> tuple[Block, ...]:
    """Say what was beside what is, and by whose clock."""
    say = writing.say
    if news.kind in _GONE:
        return ()
    own = writing.own_time(news.after.starts_at if news.after else None)
    if news.before is None or not _moved(news):
        return own
    before = event_time_within(_card(writing, news.before), say)
    after = event_time_within(_card(writing, news.after), say)
    lines = (
        say("Until now: %(when)s", when=before),
        say("**Now: %(when)s**", when=after),
    )
    return (Prose("\n".join(f"- {line}" for line in lines)), *own)


def _shown(news: Difference) -> Slot | None:
    """Give when the letter's card says that it is, or was to be: as this registrant knew it."""
    return news.before if news.kind in _GONE and news.before else news.after


def _moved(news: Difference) -> bool:
    before, after = news.before, news.after
    if before is None or after is None:
        return False
    return (before.day, before.starts_at, before.ends_at) != (
        after.day,
        after.starts_at,
        after.ends_at,
    )


def _seat(writing: Writing, news: Difference) -> tuple[Block, ...]:
    """Say what becomes of the seat, and how one gives it back."""
    say = writing.say
    blocks: list[Block] = [Prose(say.say(_WORDS[news.kind].seated))]
    if news.kind in _GONE:
        return tuple(blocks)
    if writing.event.online_url:
        blocks.append(Button(say("Join the event"), JOIN_URL))
    blocks.append(
        Prose(
            say(
                "Does that not suit you? [Change or cancel your registration](%(url)s); somebody "
                "else may be glad of the seat.",
                url=SEAT_URL,
            )
        )
    )
    return tuple(blocks)


def _queue(writing: Writing, news: Difference) -> tuple[Block, ...]:
    """Say what a change means to somebody who waits for a seat."""
    if news.kind is ChangeKind.CANCELLED:
        return ()
    say = writing.say
    return (
        Prose(
            say(
                "You are still on the wait list. [See or end your registration](%(url)s).",
                url=SEAT_URL,
            )
        ),
    )


def _card(writing: Writing, slot: Slot | None) -> EventCard:
    """Give the card with the time that was released, whatever the file says since."""
    card = writing.card()
    if slot is None:
        return card
    # The file may say a mere day by now, without the zone that the hours had.
    zone = card.zone or "UTC"
    return replace(card, date=slot.day, starts_at=slot.starts_at, ends_at=slot.ends_at, zone=zone)

"""Letters about a seat that is not certain yet: to be confirmed, waited for, offered."""

from datetime import datetime

from sqlalchemy.orm import Session

from outreach.events.letters import SEAT_URL, Writing
from outreach.mail.blocks import Button, EventBlock, Prose

CONFIRM_AGAIN_SECONDS = 600
"""One mail in ten minutes, however often the form is sent."""


def ask_to_confirm(session: Session, writing: Writing, now: datetime) -> None:
    """Ask for the one click that proves the address. Nothing that a stranger typed is in it."""
    say, title = writing.say, writing.text.title
    held = writing.registration.held_until is not None
    letter = writing.letter(
        subject=say("Please confirm your registration: %(title)s", title=title),
        preheader=say("One click is missing, and then you have your seat with us."),
        title=say("Just one more click"),
        blocks=(
            Prose(say("Somebody – most likely you – has registered this address for an event:")),
            EventBlock(writing.event.slug, card=writing.card()),
            Prose(
                say("We keep a seat for you for 30 minutes. After that it may go to somebody else.")
                if held
                else say("All seats are taken. With this click you stand on the wait list.")
            ),
            Button(say("Confirm my registration"), SEAT_URL),
            Prose(
                say(
                    "Was it not you? Then you need not do anything: without this click nobody is "
                    "registered, and we will not write to you."
                )
            ),
        ),
        reason=say("You get this mail because your address was entered on our registration page."),
    )
    occasion = f"seat:{writing.registration.id}:{_window(now)}"
    writing.post(session, letter, occasion=occasion, now=now)


def say_already(session: Session, writing: Writing, now: datetime) -> None:
    """Tell somebody who registers again that all is well."""
    say, title = writing.say, writing.text.title
    letter = writing.letter(
        subject=say("You are already registered: %(title)s", title=title),
        preheader=say("All is well: you need not do anything, and nothing has changed."),
        title=say("You are already registered"),
        blocks=(
            Prose(
                say(
                    "Somebody – most likely you – has just registered this address for an event "
                    "for which it is registered. Nothing has changed."
                )
            ),
            EventBlock(writing.event.slug, card=writing.card()),
            Button(say("See or change my registration"), SEAT_URL),
        ),
        reason=say("You get this mail because your address was entered on our registration page."),
    )
    occasion = f"seat-again:{writing.registration.id}:{_window(now)}"
    writing.post(session, letter, occasion=occasion, now=now)


def say_waiting(session: Session, writing: Writing, now: datetime) -> None:
    """Tell somebody that they stand on the wait list."""
    say, title = writing.say, writing.text.title
    letter = writing.letter(
        subject=say("You are on the wait list: %(title)s", title=title),
        preheader=say("All seats are taken. We write to you as soon as one comes free for you."),
        title=say("You are on the wait list"),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(say("all seats of this event are taken, and you are on its wait list:")),
            EventBlock(writing.event.slug, card=writing.card()),
            *writing.own_time(writing.registration.occurrence.starts_at),
            Prose(
                say(
                    "As soon as a seat comes free for you, we offer it to you by mail. You cannot "
                    "come after all? [End your registration](%(url)s).",
                    url=SEAT_URL,
                )
            ),
        ),
        reason=say("You get this mail because you registered for this event."),
    )
    occasion = f"waiting:{writing.registration.id}"
    writing.post(session, letter, occasion=occasion, now=now)


def offer_seat(session: Session, writing: Writing, until: datetime, now: datetime) -> None:
    """Offer a seat that came free, until a moment."""
    say, title, registration = writing.say, writing.text.title, writing.registration
    zone = registration.zone or writing.event.zone or "UTC"
    letter = writing.letter(
        subject=say("A seat for you: %(title)s", title=title),
        preheader=say("A seat has come free, and you are the next one. Do you still want it?"),
        title=say("A seat has come free"),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(say("you are on the wait list of this event, and a seat is free for you now:")),
            EventBlock(writing.event.slug, card=writing.card()),
            *writing.own_time(registration.occurrence.starts_at),
            Prose(
                say(
                    "We keep it for you until **%(until)s**. After that it is offered to the next "
                    "one, and you stay on the list.",
                    until=say.moment(until, zone),
                )
            ),
            Button(say("Take the seat, or not"), SEAT_URL),
        ),
        reason=say("You get this mail because you registered for this event."),
    )
    occasion = f"offer:{registration.id}:{registration.offers}"
    writing.post(session, letter, occasion=occasion, now=now)


def _window(now: datetime) -> int:
    return int(now.timestamp()) // CONFIRM_AGAIN_SECONDS

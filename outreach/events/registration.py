"""Registering with us: a form, a click where the address is not known to be theirs, a seat.

`sign_up` for the newsletter is another matter, with its own words and its own click.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience import involvement
from outreach.audience.arrivals import arrive, is_subscribed, known_here
from outreach.audience.models import Part, Subscriber
from outreach.audience.words import keep, registration_words
from outreach.content.site import Site
from outreach.db import hits
from outreach.delivery.addresses import address_hash, parse_address
from outreach.delivery.models import Stream
from outreach.delivery.outbox import Outbox
from outreach.delivery.suppressions import is_suppressed, stops
from outreach.errors import NotFound, Refused
from outreach.events import seats
from outreach.events.invites import invite, withdraw
from outreach.events.knowledge import known_to
from outreach.events.letters import Writing
from outreach.events.models import Occurrence
from outreach.events.registration_form import Details, RegistrationForm
from outreach.events.registration_models import HAS_A_SEAT, Registration, RegistrationState
from outreach.events.seat_letters import ask_to_confirm, say_already, say_waiting
from outreach.events.state import TAKES_PLACE, slot_of

ENDED = "This registration has been cancelled. You can register again while there are seats."


@dataclass(frozen=True)
class Desk:
    """What every step of a registration needs."""

    session: Session
    outbox: Outbox
    site: Site
    now: datetime

    def writing(self, registration: Registration) -> Writing:
        """Give what writes to a registrant."""
        return Writing(self.outbox, self.site, registration)


def register(
    desk: Desk,
    occurrence: int,
    form: RegistrationForm,
    answers: Mapping[str, str],
    *,
    source: str,
    page_language: str = "",
) -> bool:
    """Take a registration for an occurrence (by id).

    Whatever we know of the address, the page says the same. Who proved their address before has a
    seat (or waits) at once; anybody else gets a mail with one button, and a seat is kept for 30
    minutes. A form that is taken counts for its partner. False where it is full without a wait
    list, which everybody is told, registered or not. Refused where registration is closed.
    """
    session, now = desk.session, desk.now
    # Always a write, so that the time of a commit does not tell known from unknown addresses.
    hits.add(session, "forms", "register", day=now.date())
    row = seats.lock(session, occurrence)
    event = row.event
    seats.require_open(event, row, now)
    room = seats.has_room(session, event, row, now)
    normal = parse_address(form.address).normal
    key = desk.outbox.suppression_key
    has_place = room or event.wait_list
    if has_place and form.partner:
        # Before anything is looked up, so that no total tells known from unknown addresses.
        hits.add(session, hits.PARTNER_REGISTRATION, form.partner, day=now.date())
    if stops(is_suppressed(session, address_hash(normal, key)), Stream.TRANSACTIONAL):
        return has_place
    found = known_here(session, normal)
    known = _live(session, row, found) if found else None
    if known is not None:
        _again(desk, known, form, answers, room=room)
    elif has_place:  # whoever finds no place leaves no trace
        registration = Registration(
            occurrence=row,
            subscriber=arrive(
                session, form.address, key, language=form.language, source=source, now=now
            ),
            state=RegistrationState.PENDING,
            wording_id=keep(session, registration_words(desk.site, page_language or form.language)),
            partner="",
            created_at=now,
        )
        _fill(registration, form, answers)
        _begin(desk, registration, room=room)
    return has_place


def find(session: Session, number: int) -> Registration:
    """Give a registration by id; NotFound if its data has been purged, or it never was."""
    found = session.get(Registration, number, populate_existing=True)
    if found is None or found.purged_at is not None or found.subscriber is None:
        raise NotFound("This registration is not here any more.")
    return found


def confirm(desk: Desk, number: int) -> Registration:
    """Confirm a pending registration, or accept an offered seat; a second time changes nothing.

    A seat whose time has run out is given all the same while there is one; otherwise they wait.
    Refused if there is no wait list, or if the event is over or does not take place.
    """
    registration = _locked(desk, number)
    state = registration.state
    if state is RegistrationState.CANCELLED:
        raise Refused(ENDED)
    if state not in (RegistrationState.PENDING, RegistrationState.OFFERED):
        return registration
    row = registration.occurrence
    _require_ahead(row, desk.now)
    held = registration.held_until is not None and registration.held_until > desk.now
    room = held or seats.has_room(desk.session, row.event, row, desk.now)
    if not room and state is RegistrationState.PENDING:
        _require_place(room=room, waits=row.event.wait_list)
    _settle(desk, registration, room=room)
    return registration


def change(desk: Desk, number: int, details: Details, answers: Mapping[str, str]) -> Registration:
    """Change what a registrant said of themselves. Refused once the event is over."""
    registration = _locked(desk, number)
    if registration.state is RegistrationState.CANCELLED:
        raise Refused(ENDED)
    _require_not_over(registration.occurrence, desk.now)
    registration.name = details.name
    registration.organisation = details.organisation
    registration.country = details.country
    registration.answers = dict(answers)
    return registration


def cancel(desk: Desk, number: int) -> Registration:
    """Give a seat back, or leave the wait list; a second time changes nothing.

    Refused once the event is over.
    """
    registration = _locked(desk, number)
    state = registration.state
    if state is RegistrationState.CANCELLED:
        return registration
    _require_not_over(registration.occurrence, desk.now)
    if state is RegistrationState.OFFERED:
        registration.move(RegistrationState.WAITLISTED, desk.now)
    registration.move(RegistrationState.CANCELLED, desk.now)
    if state in HAS_A_SEAT:
        row, person = registration.occurrence, registration.subscriber
        if (known_to(registration) or slot_of(row)).takes_place:
            withdraw(desk.session, desk.outbox, desk.site, registration, desk.now)
        if person is not None:
            involvement.withdraw(desk.session, person.id, row.event.slug, row.original)
    return registration


def _locked(desk: Desk, number: int) -> Registration:
    """Give a registration with its occurrence locked first, as everybody locks."""
    found = find(desk.session, number)
    seats.lock(desk.session, found.occurrence_id)
    locked = select(Registration).where(Registration.id == number)
    desk.session.execute(
        locked.with_for_update(of=Registration).execution_options(populate_existing=True)
    )
    return found


def _begin(desk: Desk, registration: Registration, *, room: bool) -> None:
    """Give a new registration its seat or place, or ask for the click that is missing."""
    session, person = desk.session, registration.subscriber
    session.add(registration)
    session.flush()
    if person is not None and _is_proven(session, person):
        _settle(desk, registration, room=room)
        return
    registration.held_until = desk.now + seats.HELD if room else None
    ask_to_confirm(session, desk.writing(registration), desk.now)


def _settle(desk: Desk, registration: Registration, *, room: bool) -> None:
    """Give the seat, or a place on the wait list, and tell them."""
    session, now = desk.session, desk.now
    if not room:
        registration.move(RegistrationState.WAITLISTED, now)
        say_waiting(session, desk.writing(registration), now)
        return
    registration.move(RegistrationState.CONFIRMED, now)
    session.flush()
    invite(session, desk.outbox, desk.site, registration, now)
    row, person = registration.occurrence, registration.subscriber
    if person is not None:
        involvement.involve(
            session, person.id, row.event.slug, row.original, part=Part.REGISTERED, at=now
        )


def _again(
    desk: Desk,
    known: Registration,
    form: RegistrationForm,
    answers: Mapping[str, str],
    *,
    room: bool,
) -> None:
    """Take the form of somebody who is registered: only what nobody proved yet is replaced."""
    if known.state is not RegistrationState.PENDING:
        say_already(desk.session, desk.writing(known), desk.now)
        return
    lapsed = known.held_until is None or known.held_until <= desk.now
    if lapsed and not room and not known.occurrence.event.wait_list:
        return
    _fill(known, form, answers)
    if lapsed:
        known.held_until = desk.now + seats.HELD if room else None
    ask_to_confirm(desk.session, desk.writing(known), desk.now)


def _fill(registration: Registration, form: RegistrationForm, answers: Mapping[str, str]) -> None:
    registration.language = form.language
    registration.zone = form.zone
    registration.name = form.name
    registration.organisation = form.organisation
    registration.country = form.country
    registration.answers = dict(answers)
    registration.partner = form.partner or registration.partner


def _live(session: Session, row: Occurrence, person: Subscriber) -> Registration | None:
    query = select(Registration).where(
        Registration.occurrence_id == row.id,
        Registration.subscriber_id == person.id,
        Registration.state != RegistrationState.CANCELLED,
    )
    return session.scalars(query.with_for_update(of=Registration)).one_or_none()


def _is_proven(session: Session, person: Subscriber) -> bool:
    """Tell whether they have clicked in a mail of ours to this address before."""
    earlier = select(Registration.id).where(
        Registration.subscriber_id == person.id, Registration.confirmed_at.is_not(None)
    )
    return is_subscribed(session, person) or bool(session.scalars(earlier.limit(1)).first())


def _require_place(*, room: bool, waits: bool) -> None:
    if not room and not waits:
        raise Refused(seats.FULL.text)


def _require_ahead(row: Occurrence, now: datetime) -> None:
    _require_not_over(row, now)
    if row.status not in TAKES_PLACE:
        raise Refused("This event does not take place on that date.")


def _require_not_over(row: Occurrence, now: datetime) -> None:
    if not seats.can_change(row, now):
        raise Refused("This event is over.")

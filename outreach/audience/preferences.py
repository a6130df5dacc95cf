"""A subscriber's choices: topics, language, name, a pause; leaving, and coming back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience import coming_back, ledger, letters, subscriptions, topics, words
from outreach.audience.forms import FormFaults, Language, Name
from outreach.audience.ledger import Line
from outreach.audience.models import Method, Subscriber, Subscription, SubscriptionState, Topic
from outreach.delivery import batches
from outreach.delivery.suppressions import is_suppressed
from outreach.errors import NotFound, Refused, Sentence
from outreach.times import zone

LONGEST_PAUSE = timedelta(days=366)


class PreferencesForm(BaseModel):
    """What the preference page sends; a field that is not given changes nothing.

    `topics=()` switches every topic off; it is not the same as leaving everything, and it never
    brings back somebody who left. `paused_until=None` ends a pause.
    """

    model_config = ConfigDict(frozen=True)

    topics: tuple[str, ...] = ()
    language: Language = "en"
    first_name: Name = ""
    last_name: Name = ""
    paused_until: date | None = None
    page_language: str = ""
    """The language of the page; the subscriber's if empty."""


@dataclass(frozen=True)
class Choice:
    """One topic on the preference page."""

    slug: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    """By language."""
    chosen: bool
    pending: bool
    """Asked for, not confirmed yet."""
    undo: bool
    """Left within the last 30 days."""


@dataclass(frozen=True)
class Preferences:
    """What the preference page shows. The address is only hinted at: mails get forwarded."""

    subscriber: int
    address_hint: str
    """E.g. `a…@example.org`."""
    language: str
    first_name: str
    last_name: str
    paused_until: date | None
    left: bool
    """True when they unsubscribed from everything."""
    suppressed: bool
    """True when their address is not mailed (bounced, complained): only signing up again helps."""
    topics: tuple[Choice, ...]


def read(session: Session, subscriber: int, now: datetime) -> Preferences:
    """Give the preferences of a subscriber (by id); NotFound if they are no longer there."""
    person = session.get(Subscriber, subscriber, populate_existing=True)
    if person is None:
        raise _gone()
    address = letters.address_of(session, person)
    paused = person.paused_until
    return Preferences(
        subscriber=person.id,
        address_hint=hint(address.address),
        language=person.language,
        first_name=person.first_name,
        last_name=person.last_name,
        paused_until=paused.astimezone(_zone(person)).date() if paused and paused > now else None,
        left=person.left_at is not None,
        suppressed=is_suppressed(session, address.hash) is not None,
        topics=_choices(session, person, now),
    )


def save(session: Session, subscriber: int, form: PreferencesForm, now: datetime) -> None:
    """Write the fields that the form gives; FormFaults for a pause that cannot be."""
    person = _locked(session, subscriber)
    given = form.model_fields_set
    if "paused_until" in given:
        _pause(session, person, form.paused_until, now)
    for name in given & {"language", "first_name", "last_name"}:
        setattr(person, name, getattr(form, name))
    if "topics" in given:
        language = form.page_language or person.language
        ledger.record(session, _choose(session, person, form.topics, language, now))


def leave_all(session: Session, subscriber: int, now: datetime) -> bool:
    """Unsubscribe from everything, withdraw what is queued; True if anything changed."""
    person = _locked(session, subscriber)
    lines = subscriptions.leave_everything(session, person, Method.PREFERENCES, now)
    ledger.record(session, lines)
    return bool(lines)


def undo(
    session: Session, subscriber: int, now: datetime, *, topic: str | None = None
) -> tuple[str, ...]:
    """Bring back a topic, or all that was left last, within 30 days; give the slugs.

    What an earlier call brought back is not brought back again. Refused while the address is
    suppressed.
    """
    person = _locked(session, subscriber)
    wanted = coming_back.wanted(session, person, topic, now)
    if not wanted:
        return ()
    _require_mailable(session, person)
    changed = subscriptions.switch_on(session, person, wanted, now)
    wording = words.keep(session, words.undo_words(person.language))
    lines = subscriptions.granted(person, changed, Method.PREFERENCES, wording, now)
    ledger.record(session, lines)
    return tuple(each.slug for each in changed)


def undoable(session: Session, subscriber: int, now: datetime, *, topic: str | None = None) -> bool:
    """Tell whether `undo` would bring anything back (changes nothing)."""
    person = session.get(Subscriber, subscriber)
    if person is None or not coming_back.wanted(session, person, topic, now):
        return False
    return not is_suppressed(session, letters.address_of(session, person).hash)


def hint(address: str) -> str:
    """Give an address so that only its owner knows it again: `a…@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _gone() -> NotFound:
    return NotFound("This subscriber is no longer with us.")


def _locked(session: Session, subscriber: int) -> Subscriber:
    person = subscriptions.lock(session, subscriber)
    if person is None:
        raise _gone()
    return person


def _zone(person: Subscriber) -> ZoneInfo:
    return zone(person.time_zone or "UTC")


def _choices(session: Session, person: Subscriber, now: datetime) -> tuple[Choice, ...]:
    present = subscriptions.of_subscriber(session, person.id)
    states = {topic_id: row.state for topic_id, row in present.items()}
    left = coming_back.left_lately(session, person, now)
    return tuple(
        Choice(
            slug=topic.slug,
            names=topic.names,
            descriptions=topic.descriptions,
            chosen=states.get(topic.id) == SubscriptionState.CONFIRMED,
            pending=states.get(topic.id) == SubscriptionState.PENDING,
            undo=topic.slug in left,
        )
        for topic in topics.active_topics(session)
    )


def _pause(session: Session, person: Subscriber, until: date | None, now: datetime) -> None:
    """Pause until the beginning of a day where they live, or end the pause."""
    if until is None:
        person.paused_until = None
        return
    there = _zone(person)
    ends = datetime.combine(until, time(), there).astimezone(UTC) if until.year > 1 else now
    if not now < ends <= now + LONGEST_PAUSE:
        fault = Sentence("Please choose a day from tomorrow on, within the next twelve months.")
        raise FormFaults({"paused_until": fault})
    person.paused_until = ends
    session.flush()
    _await_fanout(session, person)
    batches.withdraw(session, person.address_id, now)


def _await_fanout(session: Session, person: Subscriber) -> None:
    """Lock their subscriptions, in the order in which `switch_off` writes them.

    Fan-out shares these rows while it plans: once we have them, its deliveries are there to be
    withdrawn.
    """
    session.execute(
        select(Subscription.topic_id)
        .where(Subscription.subscriber_id == person.id)
        .order_by(Subscription.topic_id)
        .with_for_update()
    ).all()


def _choose(
    session: Session, person: Subscriber, slugs: Sequence[str], language: str, now: datetime
) -> list[Line]:
    """Switch each active topic on or off, as ticked; give the lines of what changed."""
    active = topics.active_topics(session)
    ticked: list[Topic] = [topic for topic in active if topic.slug in slugs]
    rest = [topic for topic in active if topic.slug not in slugs]
    if ticked and (person.left_at or not _all_on(session, person, ticked)):
        _require_mailable(session, person)
    off = subscriptions.switch_off(session, person, rest, now)
    on = subscriptions.switch_on(session, person, ticked, now)
    lines = subscriptions.withdrawn(person, off, Method.PREFERENCES, now)
    if on:
        wording = words.keep(session, words.preference_words(language))
        lines += subscriptions.granted(person, on, Method.PREFERENCES, wording, now)
    return lines


def _all_on(session: Session, person: Subscriber, ticked: Sequence[Topic]) -> bool:
    present = subscriptions.of_subscriber(session, person.id)
    return all(
        topic.id in present and present[topic.id].state == SubscriptionState.CONFIRMED
        for topic in ticked
    )


def _require_mailable(session: Session, person: Subscriber) -> None:
    if is_suppressed(session, letters.address_of(session, person).hash):
        raise Refused(
            "Mail to this address was stopped, because it came back or was marked as unwanted. "
            "To get our mails again, please sign up once more."
        )

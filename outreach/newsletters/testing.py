"""A test of an edition: every language to chosen addresses, as somebody, with nothing at stake.

It is composed and compiled as scheduling does it and leaves through the outbox at once. Its links
are a sandbox's, its occasions its own, and no campaign knows of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.audience.topics import topic_to_send
from outreach.campaigns.languages import Languages
from outreach.campaigns.personal import known_fields, used_fields
from outreach.content.faults import FaultyFiles
from outreach.db.dialects import insert_into
from outreach.db.limits import Limit, allow
from outreach.delivery import batches, moves
from outreach.delivery.addresses import ParsedAddress, remember
from outreach.delivery.batches import NewDelivery
from outreach.delivery.models import (
    Address,
    Batch,
    BatchState,
    Delivery,
    Message,
    State,
    Stream,
    Suppression,
)
from outreach.delivery.outbox import Outbox
from outreach.delivery.personal import SANDBOX
from outreach.mail.compiled import CompiledMessage
from outreach.mail.compose import Composed
from outreach.newsletters.asking import Asked, checked
from outreach.newsletters.checks.edition import all_faults
from outreach.newsletters.compose import Desk, desk_for, folder, letter_of
from outreach.newsletters.models import Edition, EditionTest, Translation
from outreach.newsletters.personas import Reader
from outreach.newsletters.publish import compiled
from outreach.newsletters.queries import edition_to_send
from outreach.staff.audit import Actor

PER_HOUR = Limit("edition-test", 20, timedelta(hours=1))
"""Of one colleague."""


@dataclass(frozen=True)
class Ready:
    """A composed test; nothing of it is written yet."""

    edition: Edition
    topic: Topic
    addresses: tuple[ParsedAddress, ...]
    reader: Reader
    languages: Languages
    """As a campaign would choose among them."""
    messages: Mapping[str, tuple[Composed, bytes]]
    """By language: what is said, and its compiled content."""
    key: str


def within_limit(session: Session, staff: int, key: bytes, now: datetime) -> bool:
    """Count one test of a colleague; False if it is one too many. In a transaction of its own."""
    return allow(session, PER_HOUR, asker=str(staff), key=key, now=now)


def compose_test(session: Session, outbox: Outbox, asked: Asked, now: datetime) -> Ready:
    """Check what is asked for and compose it; writes nothing.

    FormFaults for a form that cannot be taken, FaultyFiles for faults of the texts in question.
    """
    edition = edition_to_send(session, asked.edition)
    addresses, somebody = checked(session, edition, asked)
    topic = topic_to_send(session, edition.newsletter.topic)
    desk = desk_for(session, outbox.stationery, outbox.links, edition=edition, topic=topic, now=now)
    _refuse_faults(desk, edition, asked.languages)
    chosen = [text for text in edition.translations if text.language in asked.languages]
    return Ready(
        edition=edition,
        topic=topic,
        addresses=addresses,
        reader=somebody,
        languages=Languages(
            frozenset(text.language for text in edition.translations),
            desk.site.default_language,
            desk.site.fallback,
        ),
        messages={text.language: _message(desk, edition, text) for text in chosen},
        key=asked.key,
    )


def post_test(session: Session, outbox: Outbox, ready: Ready, actor: Actor) -> EditionTest:
    """Queue a composed test; the same form sent again gives the test that it made.

    An address that is suppressed for whatever reason gets nothing: its deliveries end here.
    """
    now = actor.now
    name = f"test:{actor.staff.id if actor.staff else 0}:{ready.key}"
    batch_id = _open(session, name, ready.topic, now)
    if batch_id is None:
        return session.scalars(select(EditionTest).join(Batch).where(Batch.name == name)).one()
    addresses = [
        remember(session, each.address, outbox.suppression_key) for each in ready.addresses
    ]
    test = EditionTest(
        occasion_id=ready.edition.occasion_id,
        batch_id=batch_id,
        at=now,
        who=actor.who,
        reader=ready.reader.key,
        subscriber=ready.reader.number or None,
        texts={
            text.language: text.checksum
            for text in ready.edition.translations
            if text.language in ready.messages
        },
        mails=_queue(session, ready, batch_id, addresses, now),
    )
    session.add(test)
    session.flush()
    _log(session, ready, test, actor)
    return test


def _refuse_faults(desk: Desk, edition: Edition, languages: Sequence[str]) -> None:
    """Refuse as scheduling does, but for the faults of languages that are not tested."""
    own = [f"{folder(edition)}/{language}.md" for language in languages]
    faults = [
        fault
        for fault in all_faults(desk, edition)
        if fault.path in own or not fault.path.endswith(".md")
    ]
    if faults:
        raise FaultyFiles(
            "%(edition)s cannot be tested before this is mended:\n%(faults)s",
            faults,
            edition=edition.name,
        )


def _message(desk: Desk, edition: Edition, text: Translation) -> tuple[Composed, bytes]:
    """Compose one language; its web view is the preview, which is there before the edition is."""

    def preview(language: str) -> str:
        return desk.links.to_preview(language, edition=edition.id, now=desk.now)

    letter = letter_of(desk, edition, text, preview)
    marked = replace(letter, subject=f"[TEST {text.language.upper()}] {letter.subject}")
    composed = desk.stationery.compose(marked)
    return compiled(desk, edition, composed, sort="test")


def _open(session: Session, name: str, topic: Topic, now: datetime) -> int | None:
    """Open the batch of a test; None if there is one of that name already."""
    opened = insert_into(session, Batch).values(
        name=name,
        stream=Stream.TRANSACTIONAL,
        state=BatchState.OPEN,
        list_number=topic.id,
        planned_final=True,
        created_at=now,
    )
    number: int | None = session.scalar(opened.on_conflict_do_nothing().returning(Batch.id))
    return number


def _queue(
    session: Session, ready: Ready, batch_id: int, addresses: Sequence[Address], now: datetime
) -> list[int]:
    """Queue one delivery for each address and language; give their ids."""
    batch = session.get_one(Batch, batch_id)
    rows = [
        row
        for composed, content in ready.messages.values()
        for row in _deliveries(
            session,
            ready,
            batches.add_message(session, batch, composed, content),
            [address.id for address in addresses],
        )
    ]
    batches.add_deliveries(session, rows, now)
    query = (
        select(Delivery.id)
        .where(
            Delivery.occasion_id.in_({row.occasion_id for row in rows}),
            Delivery.address_id.in_({row.address_id for row in rows}),
        )
        .order_by(Delivery.id)
    )
    mails = list(session.scalars(query))
    _suppress(session, mails, addresses, now)
    return mails


def _deliveries(
    session: Session, ready: Ready, message: Message, addresses: Sequence[int]
) -> list[NewDelivery]:
    language = message.language
    names = used_fields(CompiledMessage.load(message.content))
    known = known_fields(ready.reader, names, language)
    chosen = ready.languages.choose(ready.reader.language) if ready.reader.language else None
    occasion = batches.remember_occasion(session, f"test:{message.batch_id}:{language}")
    return [
        NewDelivery(
            batch_id=message.batch_id,
            message_id=message.id,
            occasion_id=occasion,
            address_id=address,
            recipient=0,
            reason=int(chosen[1]) if chosen and chosen[0] == language else 0,
            fields=json.dumps({**known, SANDBOX: ready.topic.id}, ensure_ascii=False),
            stream=Stream.TRANSACTIONAL,
        )
        for address in addresses
    ]


def _suppress(
    session: Session, mails: Sequence[int], addresses: Sequence[Address], now: datetime
) -> None:
    """End what would go to a suppressed address; a complaint stops a test as it stops the real."""
    hashes = {address.hash: address.id for address in addresses}
    query = select(Suppression.hash).where(Suppression.hash.in_(hashes))
    which = [hashes[each] for each in session.scalars(query)]
    if which:
        ours = Delivery.id.in_(mails) & Delivery.address_id.in_(which)
        moves.end(session, ours, [State.QUEUED], State.SUPPRESSED, now)


def _log(session: Session, ready: Ready, test: EditionTest, actor: Actor) -> None:
    """Write the line of the audit log: of a subscriber the number, never name or address."""
    number = ready.reader.number
    actor.did(
        session,
        "edition.test",
        ready.edition.name,
        after={
            "languages": ", ".join(test.texts),
            "mails": len(test.mails),
            "as": f"{test.reader} {number}" if number else test.reader,
        },
    )

"""Workers: who holds claims, whether they are alive, and how a dead one's claims are taken back."""

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from outreach.db.database import Database, database_now
from outreach.db.dialects import insert_into
from outreach.delivery import moves
from outreach.delivery.models import Delivery, Outcome, State, Stream, Worker
from outreach.log import logger

SILENT = timedelta(seconds=30)
"""A worker that has not been heard of for this long is dead."""
LOST_WORDS = "the worker died while this was on the wire"

log = logger("delivery.workers")


def register(session: Session) -> int:
    """Enter this process; give the worker's id."""
    now = database_now(session)
    worker = Worker(host=_host(), process=os.getpid(), started_at=now, beat_at=now)
    session.add(worker)
    session.flush()
    return worker.id


def beat(session: Session, worker: int) -> bool:
    """Give a sign of life; False if others have taken this worker for dead."""
    beaten = session.execute(
        update(Worker)
        .where(Worker.id == worker, Worker.ended_at.is_(None))
        .values(beat_at=database_now(session))
        .returning(Worker.id)
    ).all()
    return bool(beaten)


def leave(session: Session, worker: int) -> None:
    """Give back all that a worker holds, none of which is on the wire, and sign it off."""
    now = database_now(session)
    give_back(session, worker)
    session.execute(update(Worker).where(Worker.id == worker).values(ended_at=now))


def give_back(session: Session, worker: int) -> int:
    """Queue again what a worker holds, none of which is on the wire; give how many."""
    held = _held_by(worker)
    return len(moves.move(session, held, (State.CLAIMED, State.SENDING), State.QUEUED))


def known(session: Session, most: int) -> Sequence[Worker]:
    """Give the workers there are, and then those that have ended, the latest first."""
    return session.scalars(
        select(Worker).order_by(Worker.ended_at.is_not(None), Worker.id.desc()).limit(most)
    ).all()


def take_back_claims(database: Database) -> int:
    """Take back what dead workers hold; give how many deliveries.

    What was on the wire becomes uncertain; transactional mail goes again by itself.
    """
    with database.reading() as session:
        dead = _dead(session)
    taken = 0
    for worker in dead:
        with database.transaction() as session:
            taken += _take_back(session, worker)
        database.breathe()
    return taken


def _dead(session: Session) -> list[int]:
    silent_since = database_now(session) - SILENT
    living = select(Worker).where(Worker.ended_at.is_(None))
    return [
        worker.id
        for worker in session.scalars(living)
        if worker.beat_at < silent_since
        or (worker.host == _host() and not _process_lives(worker.process))
    ]


def _take_back(session: Session, worker: int) -> int:
    now = database_now(session)
    ended = session.execute(
        update(Worker)
        .where(Worker.id == worker, Worker.ended_at.is_(None))
        .values(ended_at=now)
        .returning(Worker.id)
    ).all()
    if not ended:
        return 0
    held = _held_by(worker)
    uncertain = _cut_off(session, held, now)
    again = moves.move(
        session,
        held & (Delivery.stream == Stream.TRANSACTIONAL),
        [State.SENDING],
        State.QUEUED,
        tries=Delivery.tries + 1,
    )
    queued = moves.move(session, held, [State.CLAIMED], State.QUEUED)
    log.warning(
        "took_back", worker=worker, uncertain=len(uncertain), again=len(again), queued=len(queued)
    )
    return len(uncertain) + len(again) + len(queued)


def _cut_off(session: Session, held: ColumnElement[bool], now: datetime) -> list[int]:
    """Nobody knows of these whether they arrived. They stay marked with who sent them."""
    bulk = held & (Delivery.stream == Stream.BULK)
    uncertain = moves.move(session, bulk, [State.SENDING], State.UNCERTAIN, ended_at=now)
    if uncertain:
        rows = [
            {"delivery_id": one, "at": now, "state": State.UNCERTAIN, "reply": LOST_WORDS}
            for one in uncertain
        ]
        session.execute(insert_into(session, Outcome), rows)
    return uncertain


def _held_by(worker: int) -> ColumnElement[bool]:
    return moves.HELD & (Delivery.claimed_by == worker)


def _host() -> str:
    """Name this machine and its space of process ids: containers may share a name."""
    try:
        space = f"{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        space = "0"
    return f"{socket.gethostname()[:70]}/{space}"


def _process_lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")

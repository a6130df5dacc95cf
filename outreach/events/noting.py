"""Notes that registrants are to be told something, in the transaction of whatever is its cause."""

from datetime import datetime

from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.events.registration_models import Notice, NoticeKind


def note(
    session: Session,
    kind: NoticeKind,
    occurrence_id: int,
    *,
    key: str,
    due_at: datetime,
    change_id: int | None = None,
) -> bool:
    """Note it once for each key, e.g. `change:7:12`; False if it was noted before."""
    added = session.execute(
        insert_into(session, Notice)
        .values(
            key=key,
            kind=kind,
            occurrence_id=occurrence_id,
            change_id=change_id,
            due_at=due_at,
            cursor=0,
            told=0,
        )
        .on_conflict_do_nothing()
        .returning(Notice.id)
    )
    return added.first() is not None

"""How many registered, came, and did not come: by language and country."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.events.models import Occurrence
from outreach.events.registration_models import (
    HAS_A_SEAT,
    Purge,
    Registration,
    RegistrationState,
)


@dataclass
class Figures:
    """Counts of registrations. None of them is a person."""

    seats: int = 0
    """Certain seats, whether they came or not."""
    came: int = 0
    absent: int = 0
    waiting: int = 0
    """On the wait list, or offered a seat."""
    pending: int = 0
    """Never confirmed."""
    cancelled: int = 0
    by_language: dict[str, list[int]] = field(default_factory=dict)
    """[seats, came]"""
    by_country: dict[str, list[int]] = field(default_factory=dict)
    """[seats, came], by ISO 3166-1 alpha-2; "" for those who said none."""

    def add(self, state: RegistrationState, language: str, country: str, count: int) -> None:
        """Count registrations that are alike."""
        seat, came = state in HAS_A_SEAT, state is RegistrationState.ATTENDED
        self.seats += count * seat
        self.came += count * came
        self.absent += count * (state is RegistrationState.ABSENT)
        waits = state in (RegistrationState.WAITLISTED, RegistrationState.OFFERED)
        self.waiting += count * waits
        self.pending += count * (state is RegistrationState.PENDING)
        self.cancelled += count * (state is RegistrationState.CANCELLED)
        if seat:
            for counted, key in ((self.by_language, language), (self.by_country, country)):
                figures = counted.setdefault(key, [0, 0])
                figures[0] += count
                figures[1] += count * came

    def as_json(self) -> dict[str, Any]:
        """Give them as JSON knows them."""
        return asdict(self)


def figures_of(session: Session, occurrences: Iterable[Occurrence]) -> Figures:
    """Count the registrations of some occurrences; of those that were purged, as it stood then."""
    ids = [row.id for row in occurrences]
    total = Figures()
    purged = session.execute(
        select(Purge.occurrence_id, Purge.figures).where(Purge.occurrence_id.in_(ids))
    ).all()
    for _, told in purged:
        _merge(total, Figures(**told))
    counted = Purge.occurrence_id == Registration.occurrence_id
    rows = session.execute(
        select(Registration.state, Registration.language, Registration.country, func.count())
        .outerjoin(Purge, counted)
        .where(
            Registration.occurrence_id.in_(ids),
            or_(Purge.occurrence_id.is_(None), Registration.created_at > Purge.began_at),
        )
        .group_by(Registration.state, Registration.language, Registration.country)
    )
    for state, language, country, count in rows:
        total.add(RegistrationState(state), language, country, int(count))
    return total


def _merge(total: Figures, more: Figures) -> None:
    for name in ("seats", "came", "absent", "waiting", "pending", "cancelled"):
        setattr(total, name, getattr(total, name) + getattr(more, name))
    for mine, theirs in (
        (total.by_language, more.by_language),
        (total.by_country, more.by_country),
    ):
        summed = Counter({(key, at): n for key, pair in mine.items() for at, n in enumerate(pair)})
        summed.update({(key, at): n for key, pair in theirs.items() for at, n in enumerate(pair)})
        for key in {key for key, _ in summed}:
            mine[key] = [summed[key, 0], summed[key, 1]]

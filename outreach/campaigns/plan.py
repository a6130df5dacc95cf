"""Who would get a campaign, in which language and why, and who is left out: counted, not loaded."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, case, func, null, select
from sqlalchemy.orm import Session

from outreach.audience import segments
from outreach.audience.models import Subscriber, Topic
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import ExclusionReason, LanguageReason
from outreach.delivery.models import Delivery, Occasion, State

NEVER_WENT_OUT = (State.CANCELLED, State.SUPPRESSED)
"""A delivery that ended like this does not count as having reached its address."""

_REACHED = ExclusionReason.ALREADY_REACHED.name.lower()


@dataclass(frozen=True)
class Plan:
    """The recipients of a campaign before it starts. Fan-out decides anew, by the same rules."""

    recipients: dict[tuple[str, LanguageReason], int]
    left_out: dict[ExclusionReason, int]

    @property
    def total(self) -> int:
        """Count all who would get it."""
        return sum(self.recipients.values())

    @property
    def by_language(self) -> dict[str, int]:
        """Count recipients by the language that they would get."""
        counts: Counter[str] = Counter()
        for (language, _reason), count in self.recipients.items():
            counts[language] += count
        return dict(sorted(counts.items()))


def language_plan(
    session: Session, topic: Topic, occasion: Occasion, languages: Languages, now: datetime
) -> Plan:
    """Count who would get what, for those who have this topic now."""
    reason = left_out(now, segments.suppressed()).label("left_out")
    rows = session.execute(
        select(Subscriber.language, reason, func.count())
        .select_from(members(occasion.id))
        .where(*segments.belongs(topic.id))
        .group_by(Subscriber.language, reason)
    )
    recipients: Counter[tuple[str, LanguageReason]] = Counter()
    excluded: Counter[ExclusionReason] = Counter()
    for wanted, word, count in rows:
        if word is not None:
            excluded[exclusion_reason(word)] += count
        elif (chosen := languages.choose(wanted)) is None:
            excluded[ExclusionReason.NO_LANGUAGE] += count
        else:
            recipients[chosen] += count
    return Plan(dict(sorted(recipients.items())), dict(sorted(excluded.items())))


def members(occasion_id: int) -> FromClause:
    """Join each subscription to its person and to their delivery for the occasion, if any."""
    return segments.members().outerjoin(
        Delivery,
        (Delivery.address_id == Subscriber.address_id) & (Delivery.occasion_id == occasion_id),
    )


def left_out(now: datetime, is_suppressed: ColumnElement[bool]) -> ColumnElement[str | None]:
    """Give why a member is left out, as `exclusion_reason` reads it, or NULL."""
    reached = Delivery.id.is_not(None) & Delivery.state.not_in(NEVER_WENT_OUT)
    return func.coalesce(
        segments.left_out(now, is_suppressed), case((reached, _REACHED), else_=null())
    )


def exclusion_reason(word: str) -> ExclusionReason:
    """Read what `left_out` gives."""
    return ExclusionReason[word.upper()]

"""Which events are meant: those of any of some topics, and of any of some kinds."""

from collections.abc import Collection
from typing import TypeVarTuple

from sqlalchemy import Select

from outreach.events.models import Event, EventKind

Names = str | Collection[str]
"""One name, or several of which each will do; none means all."""
Columns = TypeVarTuple("Columns")


def of_any(query: Select[*Columns], topic: Names, kind: Names) -> Select[*Columns]:
    """Narrow a query of events to any of these topics and any of these kinds."""
    topics = [topic] if isinstance(topic, str) else topic
    kinds = [kind] if isinstance(kind, str) else kind
    if any(topics):
        query = query.where(Event.topic.in_(topics))
    return query.where(Event.kind.in_(map(EventKind, kinds))) if any(kinds) else query

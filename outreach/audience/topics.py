"""The topics that one can subscribe to."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.errors import NotFound, Refused


def active_topics(session: Session) -> list[Topic]:
    """Give the topics that can be chosen, in the order of the file."""
    query = select(Topic).where(Topic.active).order_by(Topic.position, Topic.id)
    return list(session.scalars(query))


def topic(session: Session, slug: str) -> Topic:
    """Give one topic, active or not; NotFound if there never was one of that name."""
    found = session.scalars(select(Topic).where(Topic.slug == slug)).one_or_none()
    if found is None:
        raise NotFound("There is no topic “%(topic)s”.", topic=slug)
    return found


def topic_to_send(session: Session, slug: str) -> Topic:
    """Give one topic; NotFound if there never was one of that name, Refused if it is gone."""
    found = topic(session, slug)
    if not found.active:
        raise Refused(
            "The topic “%(topic)s” is no longer in subscribers/topics.toml.", topic=found.slug
        )
    return found


def chosen(session: Session, slugs: Iterable[str]) -> list[Topic]:
    """Give the active topics among these slugs, in the order of the file."""
    wanted = set(slugs)
    return [each for each in active_topics(session) if each.slug in wanted]

"""What stands behind the links of a test: a subscriber who does not exist. Reads only."""

from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.audience.preferences import Choice, Preferences
from outreach.audience.topics import active_topics
from outreach.audience.unsubscribe import Leaving
from outreach.delivery.models import Message

NOBODY = "a…@example.org"


def leaving(session: Session, topic: int, message: int, *, subscribed: bool = True) -> Leaving:
    """Give what the unsubscribe page of a test shows; a topic that is gone leaves everything."""
    about = session.get(Topic, topic)
    said = session.get(Message, message)
    return Leaving(
        language=said.language if said else "",
        topic=about.slug if about else "",
        names=about.names if about else {},
        subscribed=subscribed,
    )


def preferences(session: Session, topic: int, language: str, *, left: bool) -> Preferences:
    """Give what the preference page of a test shows: the one topic is chosen, or all are left."""
    return Preferences(
        subscriber=0,
        address_hint=NOBODY,
        language=language,
        first_name="",
        last_name="",
        paused_until=None,
        left=left,
        suppressed=False,
        topics=tuple(
            Choice(
                slug=each.slug,
                names=each.names,
                descriptions=each.descriptions,
                chosen=not left and each.id == topic,
                pending=False,
                undo=left and each.id == topic,
            )
            for each in active_topics(session)
        ),
    )

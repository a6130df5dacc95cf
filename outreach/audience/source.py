"""What `subscribers/topics.toml` must say."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from outreach.content.checking import repeated
from outreach.content.documents import Document, read_document
from outreach.content.faults import Fault, limited
from outreach.content.fields import Slug, Texts, Wrong
from outreach.content.tree import TextFile

PATH = "subscribers/topics.toml"

_KNOWN = {
    "extra_forbidden": "“%(key)s” is not known here. Delete it, or look for a slip of the pen.",
    "missing": "“%(key)s” is missing.",
    "too_short": "There must be at least one topic.",
}


class TopicSource(BaseModel):
    """One topic of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    name: Texts
    description: Texts | None = None


class TopicsSource(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: list[TopicSource] = Field(min_length=1)


def read_topics(file: TextFile) -> tuple[list[TopicSource], list[Fault]]:
    """Give the topics of the file in their order, or all its faults."""
    document, unread = read_document(file)
    if document is None or unread:
        return [], list(unread)
    try:
        source = TopicsSource.model_validate(dict(document.data))
    except ValidationError as error:
        return [], limited(PATH, [_fault(document, fault) for fault in error.errors()])
    slugs = (topic.slug for topic in source.topics)
    faults = repeated(document, "topics", slugs, "There are two topics “%(slug)s”.")
    return ([] if faults else source.topics), faults


def _fault(document: Document, error: Any) -> Fault:  # noqa: ANN401  (a TypedDict of pydantic's)
    place = tuple(error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        return Fault(PATH, document.line(place), cause.sentence)
    text = _KNOWN.get(error["type"], "“%(key)s” cannot be read. Compare it with the documentation.")
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    return document.fault(place, text, key=key)

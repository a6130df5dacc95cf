"""What `subscribers/topics.toml` must say."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from outreach.content.documents import Document, read_document
from outreach.content.faults import Fault, limited
from outreach.content.fields import Slug, Texts, Wrong
from outreach.content.tree import TextFile
from outreach.errors import Sentence

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
    document, faults = read_document(file)
    if document is None or faults:
        return [], list(faults)
    try:
        source = TopicsSource.model_validate(dict(document.data))
    except ValidationError as error:
        return [], limited(PATH, [_fault(document, fault) for fault in error.errors()])
    repeated = _repeated(document, source.topics)
    return ([] if repeated else source.topics), repeated


def _fault(document: Document, error: Any) -> Fault:  # noqa: ANN401  (a TypedDict of pydantic's)
    place = tuple(error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        return Fault(PATH, document.line(place), cause.sentence)
    text = _KNOWN.get(error["type"], "“%(key)s” cannot be read. Compare it with the documentation.")
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    return document.fault(place, text, key=key)


def _repeated(document: Document, topics: Sequence[TopicSource]) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for index, topic in enumerate(topics):
        if topic.slug in seen:
            sentence = Sentence("There are two topics “%(slug)s”.", {"slug": topic.slug})
            faults.append(Fault(PATH, document.line(("topics", index, "slug")), sentence))
        seen.add(topic.slug)
    return faults

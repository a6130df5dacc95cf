"""Documents → sources: every key checked, every fault told with its line."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from outreach.content.documents import Document, Place
from outreach.content.faults import Fault
from outreach.content.fields import Wrong, shown
from outreach.content.tree import close_to
from outreach.errors import Sentence
from outreach.mail.fields import FIELD, PERSONAL_FIELDS
from outreach.mail.prose_check import lacks_fallback, no_fallback

Source = TypeVar("Source", bound=BaseModel)

_TABLE = "“%(key)s” must hold lines of its own, such as one for each language."
_SENTENCES = {
    "missing": "“%(key)s” is missing.",
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dict_type": _TABLE,
    "list_type": "“%(key)s” must be a list, between square brackets.",
    "too_short": "“%(key)s” is empty.",
    "too_long": "“%(key)s” holds too many.",
}
_PLACES_LEFT_OPEN = ("[[", "]]", "{{", "{%", "}}", "%}")


def check(
    document: Document, kind: type[Source], values: Mapping[str, Any] | None = None
) -> tuple[Source | None, list[Fault]]:
    """Understand a document; without a source, the faults say why not."""
    try:
        return kind.model_validate(document.data if values is None else values), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [_told(document, kind, detail) for detail in found]


def check_fields(
    document: Document, texts: Iterable[tuple[str, str]], allowed: frozenset[str] = PERSONAL_FIELDS
) -> list[Fault]:
    """Find personal fields of the head that do not exist, or stand where there can be none."""
    faults: list[Fault] = []
    for key, text in texts:
        for match in FIELD.finditer(text):
            if not allowed:
                said = "There can be no personal field in “%(key)s”: everybody reads the same."
                faults.append(document.fault((key,), said, key=key))
            elif match[1] not in allowed:
                faults.append(_unknown_field(document, key, match[1], allowed))
            elif lacks_fallback(match):
                line = document.line((key,))
                faults.append(Fault(document.path, line, no_fallback(match[1])))
        rest = FIELD.sub("", text)
        if any(mark in rest for mark in _PLACES_LEFT_OPEN):
            said = (
                "“%(key)s” has brackets that are not closed. Write a personal field like "
                "[[ first_name | friend ]]."
            )
            faults.append(document.fault((key,), said, key=key))
    return faults


def repeated(document: Document, table: str, slugs: Iterable[str], said: str) -> list[Fault]:
    """Find what stands twice in a list of tables; `said` has a place for the `slug`."""
    seen: set[str] = set()
    faults = []
    for number, slug in enumerate(slugs):
        if slug in seen:
            faults.append(document.fault((table, number, "slug"), said, slug=slug))
        seen.add(slug)
    return faults


def _unknown_field(document: Document, key: str, name: str, allowed: frozenset[str]) -> Fault:
    return document.fault(
        (key,),
        "There is no personal field “%(name)s”. There are: %(known)s.",
        name=name,
        known=", ".join(sorted(allowed)),
    )


def _told(document: Document, kind: type[BaseModel], detail: ErrorDetails) -> Fault:
    """Say one of pydantic's errors in our words."""
    place: Place = tuple(part for part in detail["loc"] if part != "[key]")
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, Wrong):
        place = (*place, error.at) if error.at else place
        line = document.line(place)
        return Fault(document.path, line, _about(key, error.sentence))
    if detail["type"] == "extra_forbidden":
        return _unknown_key(document, kind, place)
    if detail["type"] in {"enum", "literal_error"}:
        return document.fault(
            place,
            "“%(value)s” is not possible for “%(key)s”. Possible: %(expected)s.",
            value=shown(detail["input"]),
            key=key,
            expected=_possible(detail),
        )
    said = _SENTENCES.get(detail["type"], "“%(key)s” cannot be understood.")
    return document.fault(place, said, key=shown(key))


def _possible(detail: ErrorDetails) -> str:
    """List the values that there are, without the quotation marks of Python."""
    told = str(detail.get("ctx", {}).get("expected", ""))
    return told.replace(" or ", ", ").replace("'", "")


def _about(key: str, sentence: Sentence) -> Sentence:
    if not key:
        return sentence
    return Sentence("“%(key)s”: %(fault)s", {"key": shown(key), "fault": sentence})


def _unknown_key(document: Document, kind: type[BaseModel], place: Place) -> Fault:
    key = str(place[-1])
    known = _known_keys(kind, place[:-1])
    if meant := close_to(key, known):
        return document.fault(
            place,
            "“%(key)s” is not a key that is known here. Did you mean “%(meant)s”?",
            key=shown(key),
            meant=meant,
        )
    return document.fault(
        place,
        "“%(key)s” is not a key that is known here. There are: %(known)s.",
        key=shown(key),
        known=", ".join(known),
    )


def _known_keys(kind: type[BaseModel], place: Place) -> list[str]:
    """Give the keys of the table at a place, as they are written in a file."""
    model = kind
    for part in place:
        annotation = _written(model).get(part)
        if annotation is not None:
            model = _model_in(annotation) or model
    return [str(key) for key in _written(model)]


def _written(model: type[BaseModel]) -> dict[str | int, Any]:
    """Give the type of each key."""
    fields = model.model_fields.items()
    return {field.alias or name: field.annotation for name, field in fields}


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if found := _model_in(inner):
            return found
    return None

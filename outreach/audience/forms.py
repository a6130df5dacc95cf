"""What the public forms have in common: names that are names, and all faults said at once."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError

from outreach.content.fields import Wrong, refused
from outreach.delivery.addresses import parse_address
from outreach.errors import Refused, Sentence
from outreach.phrases.catalog import is_language

Form = TypeVar("Form", bound=BaseModel)

NAME_LENGTH = 100
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_LURES = ("://", "www.", "@", "<", ">", "[[", "]]")


class FormFaults(Refused):
    """A form that cannot be taken: every faulty field with its reason."""

    def __init__(self, faults: Mapping[str, Sentence]) -> None:
        self.faults = dict(faults)
        """By the field's name."""
        super().__init__("%(faults)s", faults=" ".join(str(fault) for fault in faults.values()))


def read_form(kind: type[Form], values: Mapping[str, Any]) -> Form:
    """Parse what a browser sent; FormFaults with every fault."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        raise FormFaults(_faults(error)) from error


def checked_text(text: str, most: int) -> str:
    """Give the text without outer blanks; Wrong if it is too long or hides something."""
    plain = text if text.isascii() else unicodedata.normalize("NFC", text)
    trimmed = " ".join(plain.split())
    if len(trimmed) > most:
        raise Wrong("This has more than %(most)s characters.", most=most)
    if not trimmed.isprintable() and _hides(trimmed):
        raise Wrong("This contains characters that cannot be seen or printed.")
    return trimmed


def checked_name(text: str) -> str:
    """Give a name that is safe to say in a mail: no link and no address can hide in it."""
    name = checked_text(text, NAME_LENGTH)
    if not name.isalpha() and any(lure in name.lower() for lure in _LURES):
        raise Wrong("Please write a name only, without links or special signs.")
    return name


def checked_language(tag: str) -> str:
    """Give the language tag if there is such a language."""
    if not tag or len(tag) > 35 or not is_language(tag):
        raise Wrong("We do not know this language.")
    return tag


def checked_address(text: str) -> str:
    """Give the address as its owner writes it; Wrong if it cannot be one."""
    try:
        return parse_address(text).address
    except Refused as error:
        raise refused(error) from error


Name = Annotated[str, AfterValidator(checked_name)]
Language = Annotated[str, AfterValidator(checked_language)]
AddressText = Annotated[str, AfterValidator(checked_address)]


def _hides(text: str) -> bool:
    return any(unicodedata.category(sign) in _HIDDEN and sign not in _JOINERS for sign in text)


def _faults(error: ValidationError) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    for fault in error.errors():
        field = str(fault["loc"][0]) if fault["loc"] else ""
        cause = fault.get("ctx", {}).get("error")
        sentence = cause.sentence if isinstance(cause, Wrong) else Sentence("Please fill this in.")
        faults.setdefault(field, sentence)
    return faults

"""What the registration form sends, and the answers to an event's own questions."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from babel import Locale
from pydantic import AfterValidator, BaseModel, ConfigDict

from outreach.audience.forms import (
    AddressText,
    FormFaults,
    Language,
    checked_name,
    checked_text,
    read_form,
)
from outreach.content.fields import Wrong
from outreach.errors import Sentence
from outreach.events.models import Event
from outreach.times import is_zone

QUESTION = "question-"
"""Before the name of a question, in the name of its field."""
MOST_IN_AN_ANSWER = 1000
MOST_IN_A_NAME = 200
COUNTRIES = frozenset(
    str(code)
    for code in Locale("en").territories
    if len(str(code)) == 2 and code not in {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
)


def _name(text: str) -> str:
    name = checked_name(text)
    if not name:
        raise Wrong("Please fill this in.")
    return name


def _organisation(text: str) -> str:
    return checked_text(text, MOST_IN_A_NAME)


def _country(code: str) -> str:
    if code and code not in COUNTRIES:
        raise Wrong("Please choose a country from the list.")
    return code


class Details(BaseModel):
    """What somebody says of themselves; they can change it later."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, AfterValidator(_name)]
    organisation: Annotated[str, AfterValidator(_organisation)] = ""
    country: Annotated[str, AfterValidator(_country)] = ""
    """ISO 3166-1 alpha-2, or empty."""


class RegistrationForm(Details):
    """What the form sends. Read it with `read_registration`."""

    address: AddressText
    language: Language
    consent: Literal[True]
    zone: Annotated[str, AfterValidator(lambda name: name if is_zone(name) else "")] = ""
    """The browser's time zone, if it said one."""
    partner: str = ""
    """The slug of the partner by whose embed they came; only one that is known may stand here."""


def read_registration(
    event: Event, values: Mapping[str, Any]
) -> tuple[RegistrationForm, dict[str, str]]:
    """Read a form and the answers, by the question's name; FormFaults with every fault."""
    return _read(RegistrationForm, event, values)


def read_details(event: Event, values: Mapping[str, Any]) -> tuple[Details, dict[str, str]]:
    """Read what somebody changes later; FormFaults with every fault."""
    return _read(Details, event, values)


def _read(kind: type[Any], event: Event, values: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    faults: dict[str, Sentence] = {}
    form: Any = None
    try:
        form = read_form(kind, values)
    except FormFaults as error:
        faults = error.faults
    answers, wrong = _answers(event, values)
    faults |= wrong
    if faults:
        raise FormFaults(faults)
    return form, answers


def _answers(event: Event, values: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Sentence]]:
    """Read the answers; a choice is kept by its number, so that every language shows its words."""
    answers: dict[str, str] = {}
    faults: dict[str, Sentence] = {}
    for question in event.questions:
        field = QUESTION + str(question["name"])
        try:
            answer = _answer(question, str(values.get(field) or ""))
        except Wrong as wrong:
            faults[field] = wrong.sentence
            continue
        if answer:
            answers[str(question["name"])] = answer
    return answers, faults


def _answer(question: Mapping[str, Any], text: str) -> str:
    answer = checked_text(text, MOST_IN_AN_ANSWER)
    choices = question["choices"]
    if answer and choices and not (answer.isdecimal() and 0 < int(answer) <= len(choices)):
        raise Wrong("Please choose one of the answers.")
    if question["required"] and not answer:
        raise Wrong("Please answer this.")
    return answer

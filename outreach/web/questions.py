"""What the form of a registration asks, and the list of countries."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from outreach.events.models import Event
from outreach.events.registration_form import COUNTRIES, QUESTION
from outreach.phrases.catalog import Phrases
from outreach.web.forms import sent_text
from outreach.web.visit import Visit


@dataclass(frozen=True)
class Question:
    """One question of an event, in the visitor's language."""

    field: str
    label: str
    required: bool
    choices: tuple[tuple[str, str], ...]
    """Value and words; none for a free answer."""
    answer: str

    @property
    def said(self) -> str:
        """Give the answer as people read it."""
        return dict(self.choices).get(self.answer, self.answer)


def questions(visit: Visit, found: Event, answers: Mapping[str, str]) -> list[Question]:
    """Give an event's questions with the answers so far, by name."""
    return [
        Question(
            field=QUESTION + str(each["name"]),
            label=visit.text(each["label"]),
            required=bool(each["required"]),
            choices=tuple(
                (str(number), visit.text(words))
                for number, words in enumerate(each["choices"], start=1)
            ),
            answer=answers.get(str(each["name"]), ""),
        )
        for each in found.questions
    ]


def answers_sent() -> dict[str, str]:
    """Give the answers of the form that was sent, by the name of their field."""
    return {name: sent_text(name) for name in request.form if name.startswith(QUESTION)}


def countries(t: Phrases) -> list[tuple[str, str]]:
    """Give code and name of each country, in the order of the visitor's alphabet."""
    names = t.locale.territories
    named = [(code, str(names[code])) for code in COUNTRIES if code in names]
    return sorted(named, key=lambda each: _unaccented(each[1]))


def _unaccented(name: str) -> str:
    """Give what a name is sorted by: Éthiopie stands among the E."""
    return unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()

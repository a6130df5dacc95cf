"""What `registration` of `event.toml` must say: an address elsewhere, or a form of ours."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from outreach.content.fields import Slug, Texts, Url, Wrong, YesNo, web_address, whole_number
from outreach.content.source import Part

MOST_SEATS = 1_000_000
MOST_MINUTES = 28 * 24 * 60


class QuestionSource(Part):
    """Something that registrants are asked."""

    name: Slug
    label: Texts
    required: YesNo = False
    choices: list[Texts] = Field(default_factory=list)
    """Empty for a free answer."""


class RegistrationSource(Part):
    """Where one registers: at `url`, or else in a form of ours, to which the other keys belong."""

    url: Url | None = None
    capacity: Annotated[int, whole_number(1, MOST_SEATS)] | None = None
    wait_list: YesNo = False
    closes_minutes_before: Annotated[int, whole_number(0, MOST_MINUTES)] = 0
    questions: list[QuestionSource] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_kind(self) -> "RegistrationSource":
        if self.url is not None:
            for key in ("capacity", "wait_list", "closes_minutes_before", "questions"):
                if getattr(self, key):
                    raise Wrong("This has no meaning where one registers elsewhere.", at=key)
        elif self.wait_list and self.capacity is None:
            raise Wrong("A wait list has no meaning without “capacity”.", at="wait_list")
        return self

    @model_validator(mode="after")
    def _named_once(self) -> "RegistrationSource":
        names = [question.name for question in self.questions]
        for name in names:
            if names.count(name) > 1:
                raise Wrong("Two questions have the name “%(name)s”.", at="questions", name=name)
        return self


def _table(value: object) -> object:
    return value if isinstance(value, dict) else {"url": web_address(value)}


Registration = Annotated[RegistrationSource, BeforeValidator(_table)]
"""The table, or only the address."""

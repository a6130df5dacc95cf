"""The kinds of value that a content file may hold, each refused in plain words."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from outreach.errors import OutreachError, Sentence
from outreach.phrases.catalog import is_language
from outreach.times import zone

MOST_OF_A_LINE = 300
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
TEXTUAL = (str, int, float)

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOST = re.compile(r"[^\s/?#@\\\"<>]+")


class Wrong(ValueError):
    """A value that does not fit; the sentence tells the writer of the file what to write."""

    def __init__(self, text: str, *, at: str = "", **values: object) -> None:
        self.sentence = Sentence(text, values)
        self.at = at
        """The key that it is about, where a whole table was looked at."""
        super().__init__(str(self.sentence))


def refused(error: OutreachError, *, at: str = "") -> Wrong:
    """Turn an error of ours into a value that does not fit."""
    return said(error.sentence, at=at)


def said(sentence: Sentence, *, at: str = "") -> Wrong:
    """Make a value's fault of a sentence from elsewhere."""
    wrong = Wrong("", at=at)
    wrong.sentence = sentence
    return wrong


def shown(value: object) -> str:
    """Give the beginning of a value, to be quoted in a sentence."""
    try:
        text = _CONTROLS.sub(" ", str(value)[:80])
    except ValueError:  # a number of thousands of digits
        return "…"
    return text if len(text) <= 60 else text[:59] + "…"


def _line(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, TEXTUAL):
        raise Wrong("This must be a text.")
    text = str(value).strip()
    if _CONTROLS.search(text):
        raise Wrong("This must be a single line without control characters.")
    if len(text) > MOST_OF_A_LINE:
        raise Wrong("This is too long: at most %(most)s characters.", most=MOST_OF_A_LINE)
    return text


def _filled(value: object) -> str:
    text = _line(value)
    if not text:
        raise Wrong("This is empty.")
    return text


def _lines(value: object) -> str:
    """Accept several lines (an address): each must be clean."""
    if not isinstance(value, str):
        raise Wrong("This must be a text.")
    return "\n".join(_line(line) for line in value.strip().splitlines())


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise Wrong(
                "The day %(value)s does not exist. Look at a calendar.", value=shown(value)
            ) from None
    raise Wrong("“%(value)s” is not a date. Write it like 2020-07-31.", value=shown(value))


def _wall_time(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    raise Wrong(
        "“%(value)s” is not a date with a time. Write it like 2026-12-01T15:00:00, without quotes "
        "and without an offset; the zone stands in “zone”.",
        value=shown(value),
    )


def _yes_or_no(value: object) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise Wrong("“%(value)s” must be true or false.", value=shown(value))


def web_address(value: object) -> str:
    """Give a web address, or refuse what is none."""
    text = _filled(value)
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(parts.netloc))
    except ValueError:
        good = False
    if not good or re.search(r"[\s<>\"\\]", text):
        raise Wrong(
            "“%(value)s” is not a web address. It must begin with https:// and have no spaces.",
            value=shown(value),
        )
    return text


def whole_number(least: int, most: int) -> BeforeValidator:
    """Accept whole numbers from one to another."""

    def check(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise Wrong(
            "“%(value)s” must be a whole number from %(least)s to %(most)s.",
            value=shown(value),
            least=least,
            most=most,
        )

    return BeforeValidator(check)


def _language(value: object) -> str:
    if isinstance(value, str) and len(value) <= 35 and is_language(value):
        return value
    raise Wrong("“%(value)s” is not a language. Write it like en, fr or pt-BR.", value=shown(value))


def _zone(value: object) -> str:
    text = _filled(value)
    try:
        zone(text)
    except OutreachError as error:
        raise refused(error) from error
    return text


def _matching(pattern: re.Pattern[str], text: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        raise Wrong(text, value=shown(value))

    return check


def _file_name(value: object) -> str:
    text = _filled(value)
    if re.search(r"[\\:]|(^|/)\.|//|^/", text):
        raise Wrong("“%(value)s” is not the name of a file beside this one.", value=shown(value))
    return text


def _texts(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise Wrong("Give this text in at least one language.")
    return value


Line = Annotated[str, BeforeValidator(_filled)]
"""One line of text, not empty."""
OptionalLine = Annotated[str, BeforeValidator(_line)]
Lines = Annotated[str, BeforeValidator(_lines)]
Day = Annotated[date, BeforeValidator(_day)]
WallTime = Annotated[datetime, BeforeValidator(_wall_time)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Url = Annotated[str, BeforeValidator(web_address)]
Language = Annotated[str, BeforeValidator(_language)]
Zone = Annotated[str, BeforeValidator(_zone)]
FileName = Annotated[str, BeforeValidator(_file_name)]
Colour = Annotated[
    str,
    BeforeValidator(
        _matching(COLOUR, "“%(value)s” is not a colour. Write # and six digits, like #5b2a6a.")
    ),
]
Slug = Annotated[
    str,
    BeforeValidator(
        _matching(
            SLUG,
            "“%(value)s” is not a short name: small letters, digits and hyphens, like july-2020.",
        )
    ),
]
Country = Annotated[
    str,
    BeforeValidator(
        _matching(
            re.compile(r"[A-Z]{2}"),
            "“%(value)s” is not a country code. Write two capital letters, like ZA for South "
            "Africa.",
        )
    ),
]
Texts = Annotated[dict[Language, Line], AfterValidator(_texts)]
"""A text by language."""
LongTexts = Annotated[dict[Language, Lines], AfterValidator(_texts)]

"""Which blocks there are, what each takes, and what is said when it gets something else."""

from dataclasses import dataclass

from outreach.errors import Sentence
from outreach.mail.examples import EXAMPLES
from outreach.mail.tags import Call, Value, nearest


@dataclass(frozen=True)
class Argument:
    """One thing that a block takes."""

    name: str
    kind: type[str] | type[int] = str
    default: Value | None = None
    """None where it must be given."""
    empty: bool = False
    """Whether it may be given as an empty text."""


BLOCKS: dict[str, tuple[Argument, ...]] = {
    "button": (Argument("label"), Argument("url")),
    "image": (
        Argument("name"),
        Argument("alt", empty=True),
        Argument("caption", default="", empty=True),
    ),
    "divider": (),
    "quote": (Argument("by", default="", empty=True),),
    "columns": (),
    "next_column": (),
    "event": (Argument("slug"),),
    "upcoming_events": (Argument("count", int), Argument("topic", default="", empty=True)),
    "article": (Argument("slug"),),
}
OPENING = frozenset({"quote", "columns"})
"""Blocks that hold text: `{% call … %}`."""


def bind(call: Call) -> tuple[dict[str, Value], list[Sentence]]:
    """Give the arguments of a call by name, and everything that is wrong with them."""
    if call.name not in BLOCKS:
        return {}, [_unknown(call.name)]
    if call.opens != (call.name in OPENING):
        return {}, [_example("“%(block)s” is written like this: %(example)s", call.name)]
    arguments = BLOCKS[call.name]
    given = dict(zip((argument.name for argument in arguments), call.positional, strict=False))
    faults = [_surplus(call)] if len(call.positional) > len(arguments) else []
    known = {argument.name for argument in arguments}
    for name, value in call.named.items():
        if name not in known:
            faults.append(_unknown_argument(call.name, name, sorted(known)))
        given[name] = value
    bound = {}
    for argument in arguments:
        value, fault = _check(call.name, argument, given)
        bound[argument.name] = value
        faults += [fault] if fault else []
    return bound, faults


def _check(
    block: str, argument: Argument, given: dict[str, object]
) -> tuple[Value, Sentence | None]:
    value = given.get(argument.name, argument.default)
    if value is None:
        return argument.kind(), _missing(block, argument.name)
    if not isinstance(value, argument.kind) or isinstance(value, bool):
        wanted = (
            "“%(argument)s” of “%(block)s” must be a number: %(example)s"
            if argument.kind is int
            else "“%(argument)s” of “%(block)s” must be text in quotation marks: %(example)s"
        )
        return argument.kind(), _example(wanted, block, argument.name)
    if isinstance(value, int):
        too_many = not 1 <= value <= 50
        return value, _example(
            "“%(argument)s” of “%(block)s” must lie between 1 and 50: %(example)s",
            block,
            argument.name,
        ) if too_many else None
    text = str(value)
    return text, None if argument.empty or text.strip() else _missing(block, argument.name)


def _unknown(name: str) -> Sentence:
    hint = nearest(name, list(BLOCKS))
    return Sentence(
        "There is no block “%(name)s”. %(hint)s",
        {
            "name": name,
            "hint": hint or Sentence("There are: %(names)s.", {"names": ", ".join(BLOCKS)}),
        },
    )


def _unknown_argument(block: str, name: str, known: list[str]) -> Sentence:
    hint = nearest(name, known)
    values = {"block": block, "name": name}
    if hint:
        return Sentence("“%(block)s” has no “%(name)s”. %(hint)s", {**values, "hint": hint})
    return Sentence(
        "“%(block)s” has no “%(name)s”. It is written like this: %(example)s",
        {**values, "example": EXAMPLES[block]},
    )


def _missing(block: str, argument: str) -> Sentence:
    if argument == "alt":
        return Sentence(
            'The image has no alternative text. Say in alt="…" what it shows, for people who do '
            'not see it; write alt="" only if it is mere decoration.'
        )
    return _example("“%(block)s” lacks its “%(argument)s”: %(example)s", block, argument)


def _surplus(call: Call) -> Sentence:
    return _example("“%(block)s” got too many values: %(example)s", call.name)


def _example(text: str, block: str, argument: str = "") -> Sentence:
    return Sentence(text, {"block": block, "argument": argument, "example": EXAMPLES[block]})

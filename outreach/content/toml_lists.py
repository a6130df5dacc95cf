"""Where the items of a TOML list of several lines stand, in files known to be right."""

import re

Place = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""+|\'\'\'.*?\'\'\'+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}\n#]*")
_KEY = re.compile(
    r"""((?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*[A-Za-z0-9_"'-]+)*)[ \t]*="""
)
_PART = re.compile(r""""[^"\n]*"|'[^'\n]*'|[^.\s]+""")


def items_of(text: str, start: int, place: Place, line: int) -> dict[Place, int]:
    """Give the line of each item, and of each key in it, of the value that begins at `start`.

    `place` is the value's own, `line` the one that `start` is in. Stops where it is lost.
    """
    scan = _Scan(text, start, line)
    scan.value(start, place)
    return scan.lines


class _Scan:
    """One way through the text, from the opening bracket to the one that closes it."""

    def __init__(self, text: str, start: int, line: int) -> None:
        self.text = text
        self.lines: dict[Place, int] = {}
        self._counted, self._line = start, line

    def value(self, at: int, place: Place) -> int:
        """Pass over a value; give where it ends."""
        at = self._skip(at)
        opening = self.text[at : at + 1]
        if opening == "[":
            return self._list(at + 1, place)
        if opening == "{":
            return self._table(at + 1, place)
        found = _STRING.match(self.text, at) or _PLAIN.match(self.text, at)
        return found.end() if found else at

    def _list(self, at: int, place: Place) -> int:
        number = 0
        at = self._skip(at)
        while at < len(self.text) and self.text[at] != "]":
            self._note((*place, number), at)
            number, end = number + 1, self.value(at, (*place, number))
            end = self._skip(end)
            if self.text[end : end + 1] != ",":
                return end + 1
            at = self._skip(end + 1)
        return at + 1

    def _table(self, at: int, place: Place) -> int:
        at = self._skip(at)
        while key := _KEY.match(self.text, at):
            inner = (*place, *(part.strip("\"'") for part in _PART.findall(key[1])))
            self._note(inner, at)
            end = self._skip(self.value(key.end(), inner))
            if self.text[end : end + 1] != ",":
                return end + 1
            at = self._skip(end + 1)
        return at + 1

    def _skip(self, at: int) -> int:
        found = _GAP.match(self.text, at)
        return found.end() if found else at

    def _note(self, place: Place, at: int) -> None:
        """Remember the line of a place; places come in the order of the text."""
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        self.lines.setdefault(place, self._line)

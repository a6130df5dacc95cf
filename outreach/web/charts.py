"""Pictures of figures as SVG, drawn by the server, each with the table that it was drawn from.

Widths are in percent and letters in the size of the page, so that a picture is as readable on a
phone as on a wide screen. Colours and patterns are classes of the style sheet and of the picture
(`Series.key`): no style attribute, nothing told by colour alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

LEAST_SHARE = 0.6
"""Percent of the width that even a single one gets: one failure among a million is to be seen."""
ROW, BAR, LABEL = 46, 16, 20
"""Pixels: of a row of bars, of the bar, of the label above it."""
LONGEST = 30
"""Letters of a label in a picture; its table has all of them."""
PLOT, HEAD, FOOT = 150, 22, 24
"""Pixels: the height of columns, of the words above and below them."""
GAP = 0.15
"""The part of a column's place that stays empty."""


@dataclass(frozen=True)
class Series:
    """One kind of figure: all of its pieces look alike."""

    key: str
    """The class of its pieces is `chart-KEY`; letters and hyphens only."""
    label: str
    pattern: str = ""
    """A pattern over the colour: `stripes`, `dots`, `cross`, `lines` or none."""


@dataclass(frozen=True)
class Line:
    """One bar, or one column."""

    label: str
    values: Mapping[str, int]
    """By the key of the series."""

    @property
    def total(self) -> int:
        """Give the sum."""
        return sum(self.values.values())


@dataclass(frozen=True)
class Words:
    """What a picture is called, what it shows, and how its language writes numbers."""

    name: str
    """Unique on the page, letters and hyphens only."""
    title: str
    description: str
    first: str
    """The heading of the table's first column."""
    total: str
    """The heading of the sums; empty for no sums (of one series)."""
    number: Callable[[float], str]


@dataclass(frozen=True)
class Picture:
    """A picture, its legend and its table."""

    words: Words
    svg: Markup
    legend: Sequence[tuple[str, Markup]]
    """Label and swatch of each series that occurs."""
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def bars(
    words: Words, series: Sequence[Series], lines: Sequence[Line], more: Sequence[Line] = ()
) -> Picture:
    """Draw lying bars, stacked if there are several series; `more` stands in the table only.

    All bars are drawn to one scale, so that they can be compared.
    """
    most = max((line.total for line in lines), default=0)
    drawn = [
        part
        for position, line in enumerate(lines)
        for part in _bar(words, series, line, position * ROW, most)
    ]
    height = max(len(lines), 1) * ROW
    return _picture(words, series, drawn, height, [*lines, *more])


def columns(
    words: Words, series: Sequence[Series], lines: Sequence[Line], *, ends: tuple[str, str]
) -> Picture:
    """Draw standing columns, stacked if there are several series, from left to right.

    `ends`: what stands beneath the first and the last one.
    """
    most = max((line.total for line in lines), default=0)
    drawn = [*_axes(words, most, ends)]
    for position, line in enumerate(lines):
        drawn += _column(words, series, line, (position, len(lines)), most)
    return _picture(words, series, drawn, HEAD + PLOT + FOOT, lines)


def shares(values: Sequence[int], most: int) -> list[float]:
    """Give the percent of the width that each piece of a bar gets; together at most 100.

    What is not nought is at least `LEAST_SHARE`, which the largest piece gives up.
    """
    if not most:
        return [0.0 for _ in values]
    widths = [max(100 * value / most, LEAST_SHARE) if value else 0.0 for value in values]
    excess = sum(widths) - 100
    if excess > 0:
        largest = widths.index(max(widths))
        widths[largest] -= excess
    return widths


def _bar(
    words: Words, series: Sequence[Series], line: Line, top: int, most: int
) -> Iterator[Markup]:
    label = line.label if len(line.label) <= LONGEST else f"{line.label[: LONGEST - 1]}…"
    yield _text(label, "0", top + 14, "chart-label")
    yield _text(words.number(line.total), "100%", top + 14, "chart-number", end=True)
    left = 0.0
    widths = shares([line.values.get(each.key, 0) for each in series], most)
    for each, width in zip(series, widths, strict=True):
        if width:
            box = (f"{left:.3f}%", top + LABEL, f"{width:.3f}%", BAR)
            yield _piece(words, each, line, box)
        left += width


def _column(
    words: Words, series: Sequence[Series], line: Line, place: tuple[int, int], most: int
) -> Iterator[Markup]:
    position, count = place
    left, width = 100 * (position + GAP / 2) / count, 100 * (1 - GAP) / count
    foot = float(HEAD + PLOT)
    heights = shares([line.values.get(each.key, 0) for each in series], most)
    for each, share in zip(series, heights, strict=True):
        if share:
            height = PLOT * share / 100
            foot -= height
            yield _piece(
                words, each, line, (f"{left:.3f}%", round(foot, 2), f"{width:.3f}%", height)
            )


def _axes(words: Words, most: int, ends: tuple[str, str]) -> Iterator[Markup]:
    foot = HEAD + PLOT
    yield _text(words.number(most), "0", HEAD - 8, "chart-number")
    for y in (HEAD, foot):
        yield Markup('<line class="chart-axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y)
    yield _text(ends[0], "0", foot + 18, "chart-label")
    if ends[1] != ends[0]:
        yield _text(ends[1], "100%", foot + 18, "chart-label", end=True)


def _piece(words: Words, series: Series, line: Line, box: tuple[str, float, str, float]) -> Markup:
    said = f"{line.label}, {series.label}: {words.number(line.values[series.key])}"
    x, y, width, height = box
    shape = Markup('class="chart-{}" x="{}" y="{}" width="{}" height="{:.2f}"').format(
        series.key, x, y, width, height
    )
    over = _over(words.name, series, x=x, y=y, width=width, height=height)
    return Markup("<g><title>{}</title><rect {}/>{}</g>").format(said, shape, over)


def _over(name: str, series: Series, **box: object) -> Markup:
    """Lay the pattern of a series over its colour."""
    if not series.pattern:
        return Markup("")
    return Markup(
        '<rect fill="url(#{name}-{pattern})" x="{x}" y="{y}" width="{width}" height="{height}"/>'
    ).format(name=name, pattern=series.pattern, **box)


def _text(said: str, x: str, y: float, kind: str, *, end: bool = False) -> Markup:
    anchor = Markup(' text-anchor="end"') if end else ""
    return Markup('<text class="{}" x="{}" y="{}"{}>{}</text>').format(kind, x, y, anchor, said)


_PATTERNS = {
    "stripes": (8, "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4"),
    "dots": (6, "M2,2 h2 v2 h-2 z"),
    "cross": (8, "M0,0 l8,8 M8,0 l-8,8"),
    "lines": (6, "M0,3 h6"),
}


def _defs(name: str, series: Sequence[Series]) -> Markup:
    wanted = sorted({each.pattern for each in series} - {""})
    drawn = [
        Markup(
            '<pattern id="{name}-{kind}" width="{size}" height="{size}" '
            'patternUnits="userSpaceOnUse"><path class="chart-pattern" d="{path}"/></pattern>'
        ).format(name=name, kind=kind, size=_PATTERNS[kind][0], path=_PATTERNS[kind][1])
        for kind in wanted
    ]
    return Markup("<defs>{}</defs>").format(Markup("").join(drawn)) if drawn else Markup("")


def _picture(
    words: Words,
    series: Sequence[Series],
    drawn: Sequence[Markup],
    height: int,
    lines: Sequence[Line],
) -> Picture:
    shown = [each for each in series if any(line.values.get(each.key) for line in lines)]
    svg = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="100%" '
        'height="{height}" aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc>'
        "{defs}{drawn}</svg>"
    ).format(
        height=height,
        name=words.name,
        title=words.title,
        desc=words.description,
        defs=_defs(words.name, shown),
        drawn=Markup("").join(drawn),
    )
    sums = [words.total] if words.total else []
    return Picture(
        words=words,
        svg=svg,
        legend=[(each.label, _swatch(words.name, each)) for each in shown],
        heads=[words.first, *(each.label for each in series), *sums],
        rows=[(line.label, _cells(words, series, line)) for line in lines],
    )


def _cells(words: Words, series: Sequence[Series], line: Line) -> list[str]:
    values = [line.values.get(each.key, 0) for each in series]
    return [words.number(value) for value in (*values, *([line.total] if words.total else []))]


def _swatch(name: str, series: Series) -> Markup:
    box = Markup('class="chart-{}" width="16" height="16"').format(escape(series.key))
    over = _over(name, series, x=0, y=0, width=16, height=16)
    return Markup(
        '<svg class="swatch" width="16" height="16" aria-hidden="true"><rect {}/>{}</svg>'
    ).format(box, over)

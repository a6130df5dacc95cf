"""The finished letter in one language: its subject, its size, places left open, its HTML."""

import re
from collections.abc import Iterator, Mapping
from html import escape

from outreach.content.documents import read_document
from outreach.content.models import ContentFile
from outreach.content.site import SITE_PATH
from outreach.content.tree import TextFile
from outreach.errors import Sentence
from outreach.mail.check_html import lint_html
from outreach.mail.colour import READABLE, contrast, readable
from outreach.mail.compose import MAX_HTML, Composed, preheader_fault
from outreach.mail.fields import FIELD, LINK_FIELDS, PERSONAL_FIELDS, fill
from outreach.newsletters.checks.findings import Finding, Kind, Level
from outreach.newsletters.checks.reading import Reading
from outreach.newsletters.compose import Desk

LONG_SUBJECT = 60
"""Characters that most inboxes show on a computer; a phone shows about 40."""
NEARLY = 0.9
"""Of the largest size: then a few more words are too many."""
_OPEN = re.compile(r"\{\{.{0,80}?\}\}|\{%.{0,80}?%\}|\[\[.{0,80}?\]\]|\{\{|\{%|\[\[")
_FOREIGN = re.compile(
    r"\{[A-Za-z_][\w .-]{0,40}\}|\*?\|[A-Z][A-Z0-9_:]{1,40}\|\*?|%%[A-Za-z_ ]{2,40}%%|"
    r"<<[A-Za-z_ ]{2,40}>>"
)
"""Places of other programs that send letters, copied from there."""
_FILE_NAME = re.compile(r"[\w ()-]+\.(?:jpe?g|png|gif|webp|avif)", re.IGNORECASE)
_EMPTY_WORDS = frozenset(
    {"image", "picture", "photo", "photograph", "logo", "illustration", "img", "imagen", "foto"}
)
_TAGS = re.compile(r"<style.*?</style>|<!--.*?-->|<[^>]*>", re.DOTALL)
_PAIRS = (
    ("ink", "surface"),
    ("muted", "paper"),
    ("muted", "surface"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("accent", "paper"),
    ("accent", "surface"),
)
"""Which colours stand on which in a letter."""


def check_letter(reading: Reading, composed: Composed) -> Iterator[Finding]:
    """Find what is wrong with the finished letter itself."""
    yield from check_open_places(reading, composed)
    yield from _foreign(reading)
    yield from _subject(reading, composed)
    yield from _preheader(reading, composed)
    yield from _size(reading, composed)
    yield from _alts(reading)
    yield from _html(reading, composed)


def check_open_places(reading: Reading, composed: Composed) -> Iterator[Finding]:
    """Find places that nobody will fill."""
    for key, text in (("subject", composed.subject), ("preheader", composed.preheader)):
        for shown in _left_open(text):
            yield _open_place(reading, reading.line(key), shown)
    for shown in dict.fromkeys([*_left_open(_words(composed.html)), *_left_open(composed.text)]):
        yield _open_place(reading, _line_of(reading, shown), shown)


def check_contrast(desk: Desk) -> Iterator[Finding]:
    """Find colours of the site that cannot be read in a letter (WCAG 2.2 §1.4.3)."""
    for scheme, colours in desk.site.colours.items():
        paper, ink = colours["paper"], colours["ink"]
        pairs = [(colours[one], colours[other], one, other) for one, other in _PAIRS]
        pairs.append((readable(colours["brand"], paper, ink), colours["brand"], "paper", "brand"))
        for colour, ground, name, other in pairs:
            ratio = contrast(colour, ground)
            if ratio < READABLE:
                values = {"colour": name, "ground": other, "scheme": scheme}
                yield Finding(
                    Level.WARN,
                    Kind.CONTRAST,
                    "",
                    SITE_PATH,
                    _colour_line(desk, scheme, name),
                    Sentence(
                        "The colour “%(colour)s” is hard to read on “%(ground)s” (%(scheme)s): the "
                        "contrast is %(ratio)s, and should be 4.5 or more.",
                        {**values, "ratio": f"{ratio:.1f}"},
                    ),
                    Sentence("Make the colour darker or lighter in this file."),
                )


def too_large(reading: Reading, sentence: Sentence) -> Finding:
    """Tell that a letter could not be composed, and why."""
    return Finding(
        Level.FAIL,
        Kind.SIZE,
        reading.language,
        reading.path,
        reading.blocks[0] if reading.blocks else 1,
        sentence,
        Sentence("Move a part of it into an article, and point there."),
    )


def _left_open(text: str) -> list[str]:
    """Give the places of a text that are no personal fields of ours."""
    known = PERSONAL_FIELDS | LINK_FIELDS
    rest = FIELD.sub(lambda match: "" if match[1] in known else match[0], text)
    return [match[0] for match in _OPEN.finditer(rest)]


def _open_place(reading: Reading, line: int, shown: str) -> Finding:
    return Finding(
        Level.FAIL,
        Kind.FIELDS,
        reading.language,
        reading.path,
        line,
        Sentence("“%(shown)s” would be sent as it stands here.", {"shown": shown}),
        Sentence("Write a personal field like [[ first_name | friend ]], or take it out."),
    )


def _subject(reading: Reading, composed: Composed) -> Iterator[Finding]:
    subject = fill(composed.subject, {}).strip()
    line = reading.line("subject")
    if not subject:
        yield _found(
            reading,
            Kind.SUBJECT,
            line,
            Sentence("The subject is empty for whoever has not told us their name."),
            Sentence("Write a subject."),
            level=Level.FAIL,
        )
    elif len(subject) > LONG_SUBJECT:
        yield _found(
            reading,
            Kind.SUBJECT,
            line,
            Sentence(
                "The subject has %(number)s characters; most inboxes show %(most)s, phones fewer.",
                {"number": len(subject), "most": LONG_SUBJECT},
            ),
            Sentence("Shorten it, or make sure that its beginning says enough."),
        )


def _foreign(reading: Reading) -> Iterator[Finding]:
    for piece in reading.words:
        for match in _FOREIGN.finditer(piece.value):
            yield _found(
                reading,
                Kind.FIELDS,
                piece.line + piece.value.count("\n", 0, match.start()),
                Sentence("“%(shown)s” looks like a place of another program.", {"shown": match[0]}),
                Sentence("Write a personal field like [[ first_name | friend ]], or take it out."),
            )


def _preheader(reading: Reading, composed: Composed) -> Iterator[Finding]:
    wrong = preheader_fault(fill(composed.preheader, {}), fill(composed.subject, {}))
    if wrong is not None:
        yield _found(
            reading,
            Kind.PREHEADER,
            reading.line("preheader"),
            wrong,
            Sentence("Write a sentence that goes on from the subject."),
        )


def _size(reading: Reading, composed: Composed) -> Iterator[Finding]:
    size = len(composed.html.encode())
    if size >= NEARLY * MAX_HTML:
        yield _found(
            reading,
            Kind.SIZE,
            reading.blocks[0] if reading.blocks else 1,
            Sentence(
                "The letter has %(size)s bytes. From %(most)s on Gmail hides the rest, the link "
                "to unsubscribe too.",
                {"size": size, "most": MAX_HTML},
            ),
            Sentence("Shorten it, or move a part of it into an article."),
        )


def _alts(reading: Reading) -> Iterator[Finding]:
    for picture, alt in zip(reading.pictures, reading.alts, strict=True):
        words = alt.value.strip()
        hollow = words.casefold() in _EMPTY_WORDS or _FILE_NAME.fullmatch(words)
        if words and (hollow or words == picture.value):
            yield _found(
                reading,
                Kind.PICTURES,
                alt.line,
                Sentence(
                    "“%(alt)s” does not tell what the picture %(name)s shows.",
                    {"alt": words, "name": picture.value},
                ),
                Sentence(
                    'Say it in a few words; or write alt="" if the picture is mere decoration.'
                ),
            )


_KIND_OF_BREACH: Mapping[str, Kind] = {
    "heading": Kind.HEADINGS,
    "There must be one h1": Kind.HEADINGS,
    "has no alt": Kind.PICTURES,
    "preheader": Kind.PREHEADER,
}


def _html(reading: Reading, composed: Composed) -> Iterator[Finding]:
    """Look at the HTML as a stranger would; what is found there is the templates' doing."""
    subject = fill(composed.subject, {})
    places = {name: f"https://example.org/{name}" for name in LINK_FIELDS}
    html = fill(composed.html, places, escape)
    for breach in lint_html(html, subject=subject, language=composed.language):
        kind = next((kind for part, kind in _KIND_OF_BREACH.items() if part in breach), Kind.LETTER)
        if kind != Kind.PREHEADER:
            yield _found(
                reading,
                kind,
                reading.blocks[0] if reading.blocks else 1,
                Sentence("The finished letter breaks a rule: %(breach)s", {"breach": breach}),
                Sentence("Tell whoever looks after the templates in templates/mail/."),
            )


def _words(html: str) -> str:
    """Give what people read of HTML, and where its links lead."""
    targets = re.findall(r'(?:href|src|alt)="([^"]*)"', html)
    return "\n".join([_TAGS.sub(" ", html), *targets])


def _line_of(reading: Reading, shown: str) -> int:
    pieces = (*reading.words, *reading.alts, *reading.links)
    return next((piece.line for piece in pieces if shown in piece.value), 1)


def _colour_line(desk: Desk, scheme: str, name: str) -> int:
    row = desk.session.get(ContentFile, SITE_PATH)
    if row is None:
        return 1
    document, _ = read_document(TextFile(SITE_PATH, row.text, row.checksum))
    return document.line(("colours", scheme, name)) if document else 1


def _found(
    reading: Reading,
    kind: Kind,
    line: int,
    sentence: Sentence,
    advice: Sentence,
    *,
    level: Level = Level.WARN,
) -> Finding:
    return Finding(level, kind, reading.language, reading.path, line, sentence, advice)

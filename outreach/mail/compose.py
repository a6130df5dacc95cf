"""Blocks → the finished letter in one language: HTML by MJML, and text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from outreach.errors import Refused, Sentence
from outreach.mail.cards import byline, date_block, event_time
from outreach.mail.colour import TOKENS, mix, readable
from outreach.mail.fields import canonical, closed, field_names
from outreach.mail.layout import arrange, direction, styled
from outreach.mail.letter import Letter, Look
from outreach.mail.mjml import render_mjml
from outreach.mail.quoted import body_text
from outreach.mail.text import letter_text
from outreach.phrases.catalog import language_name, phrases

__all__ = ["Composed", "Letter", "Look", "Stationery", "preheader_fault"]

MAX_HTML = 100_000
"""Bytes beyond which Gmail hides the rest of a letter (MAIL.md B7)."""


@dataclass(frozen=True)
class Composed:
    """A letter, rendered once; its fields `[[ name | fallback ]]` are open."""

    language: str
    subject: str
    preheader: str
    title: str
    html: str
    text: str
    fields: frozenset[str]


class Stationery:
    """Holds the templates of our letters, `templates/mail/`."""

    def __init__(self, templates: Path) -> None:
        """Take the home's `templates/` folder."""
        self._environment = Environment(
            loader=FileSystemLoader(templates / "mail"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            styled=styled, words=_words, plain=_plain, mix=mix, readable=readable
        )
        self._environment.globals.update(
            event_time=event_time, date_block=date_block, byline=byline, language_name=language_name
        )

    def source(self, letter: Letter) -> str:
        """Give the MJML of a letter."""
        layout = arrange(letter.blocks)
        return self._environment.get_template("letter.mjml").render(
            letter=letter,
            look=letter.look,
            rows=layout.rows,
            contents=layout.contents if len(layout.contents) > 3 else [],
            light=_colours(letter.look, "light"),
            dark=_colours(letter.look, "dark"),
            say=phrases(letter.language),
            direction=direction(letter.language),
        )

    def compose(self, letter: Letter) -> Composed:
        """Render a letter; Refused where its text cannot be a letter."""
        html = body_text(render_mjml(self.source(letter)))
        size = len(html.encode())
        if size > MAX_HTML:
            raise Refused(
                "The letter is too long: %(size)s bytes. Beyond %(most)s bytes Gmail hides the "
                "rest, the link to unsubscribe too. Shorten it, or move a part to a page.",
                size=size,
                most=MAX_HTML,
            )
        text = body_text(letter_text(letter))
        subject = canonical(letter.subject)
        return Composed(
            language=letter.language,
            subject=subject,
            preheader=letter.preheader,
            title=letter.title,
            html=html,
            text=text,
            fields=field_names(html) | field_names(text) | field_names(subject),
        )


def preheader_fault(preheader: str, subject: str) -> Sentence | None:
    """Tell what is wrong with the line that inboxes show after the subject (MAIL.md B8)."""
    length = len(preheader.strip())
    if not 40 <= length <= 110:
        return Sentence(
            "The preheader has %(number)s characters: it needs 40 to 110.", {"number": length}
        )
    if preheader.strip().casefold() == subject.strip().casefold():
        return Sentence(
            "The preheader repeats the subject. Say something else that makes people read on."
        )
    return None


def _words(text: str) -> Markup:
    """Escape our authors' words for HTML; their personal fields stay open."""
    return Markup(canonical(text, html=True))  # noqa: S704 (escaped)


def _plain(text: str) -> str:
    """Give words that hold no personal fields."""
    return closed(text)


def _colours(look: Look, scheme: str) -> Mapping[str, str]:
    colours = look.colours.get(scheme, {})
    missing = sorted(TOKENS - colours.keys())
    if missing:
        raise Refused(
            "The %(scheme)s colours lack %(missing)s.", scheme=scheme, missing=", ".join(missing)
        )
    return colours

"""What an announcement says, in each language: an invitation to all, with a calendar file."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.audience.letters import why_subscribed
from outreach.audience.models import Topic
from outreach.content.resolver import Cards, ContentResolver, blocks_from
from outreach.content.site import Site
from outreach.errors import Refused
from outreach.events.calendar import write_calendar
from outreach.events.entries import entry_of
from outreach.events.followup import material
from outreach.events.models import EventKind, EventTranslation
from outreach.events.queries import Listed, card, open_card
from outreach.links import Links
from outreach.mail.blocks import Block, EventBlock, EventCard, Prose
from outreach.mail.cards import event_time
from outreach.mail.fields import closed
from outreach.mail.letter import Letter
from outreach.phrases.catalog import Phrases, phrases

SHORTEST, LONGEST = 40, 110
"""Characters of the line that inboxes show after the subject (MAIL.md B8)."""
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+.!|~-])")


@dataclass(frozen=True)
class Paper:
    """What all languages of one announcement share."""

    session: Session
    site: Site
    links: Links
    cards: Callable[[str], Cards]
    """By language, the cards of what texts name: they live on a floor above."""
    listed: Listed
    topic: Topic
    now: datetime


def invitation(paper: Paper, text: EventTranslation) -> Letter:
    """Invite to an event in one language."""
    say = phrases(text.language)
    shown = open_card(
        paper.listed, paper.site, paper.links, text.language, now=paper.now, mailed=True
    )
    if shown is None:
        raise Refused("“%(event)s” has no text yet.", event=paper.listed.slug)
    deadline = paper.listed.kind is EventKind.DEADLINE
    return _letter(
        paper,
        text,
        subject=say("%(kind)s: %(title)s", kind=shown.kind, title=text.title),
        preheader=preheader(shown, say),
        title=say("A date to remember") if deadline else say("An invitation"),
        blocks=(
            EventBlock(paper.listed.slug, card=shown),
            *_description(paper, text),
            *_people(paper, say),
            *_interpretation(paper, say),
            Prose(say("The attached file puts the date into your calendar.")),
        ),
    )


def afterwards(paper: Paper, text: EventTranslation) -> Letter:
    """Tell those who were invited and did not register what there is to see."""
    say = phrases(text.language)
    shown = card(paper.listed, paper.site, paper.links, text.language)
    return _letter(
        paper,
        text,
        subject=say("To see again: %(title)s", title=text.title),
        preheader=say("What was said and shown at an event to which we had invited you."),
        title=say("To see again"),
        blocks=(
            Prose(say("We had invited you to this event. Here is what was said and shown:")),
            EventBlock(paper.listed.slug, card=shown),
            *material(paper.listed.event, say),
            Prose(
                say(
                    "Do pass it on: [the event’s page](%(url)s) is open to everybody.",
                    url=paper.links.to_event(text.language, paper.listed.slug),
                )
            ),
        ),
    )


def calendar_file(paper: Paper, text: EventTranslation) -> str:
    """Write the event, or of a series the one occurrence, as a calendar for everybody."""
    entry = entry_of(
        paper.listed.event,
        text,
        paper.links,
        organiser=paper.site.sender(text.language),
        occurrence=paper.listed.occurrence,
    )
    return write_calendar([entry], now=paper.now).decode()


def preheader(shown: EventCard, say: Phrases) -> str:
    """Say when it takes place and what it is about, in a line of 40 to 110 characters."""
    what = shown.summary or shown.title
    line = say("%(when)s: %(what)s", when=event_time(shown, say), what=what)
    if len(line) < SHORTEST:
        line = f"{line} – {shown.title}".ljust(SHORTEST, "\N{NO-BREAK SPACE}")
    if len(line) <= LONGEST:
        return line
    cut = line[: LONGEST - 1]
    whole_words = cut.rpartition(" ")[0].rstrip(" ,.:;–")
    return (whole_words if len(whole_words) >= SHORTEST else cut) + "…"


def _letter(
    paper: Paper,
    text: EventTranslation,
    *,
    subject: str,
    preheader: str,
    title: str,
    blocks: tuple[Block, ...],
) -> Letter:
    links, slug = paper.links, paper.listed.slug
    others = (each.language for each in paper.listed.translations)
    return Letter(
        language=text.language,
        subject=subject,
        preheader=preheader,
        title=title,
        kicker=paper.site.text(paper.topic.names, text.language),
        blocks=blocks,
        look=paper.site.look(text.language, links),
        reason=why_subscribed(paper.site, text.language, paper.topic),
        bulk=True,
        web_view_url=links.to_event(text.language, slug),
        other_languages=tuple(
            (other, links.to_event(other, slug)) for other in others if other != text.language
        ),
    )


def _description(paper: Paper, text: EventTranslation) -> tuple[Block, ...]:
    """Give the event's own text; what it names and cannot be found was told by sync."""
    resolver = ContentResolver(
        paper.session,
        paper.links,
        paper.cards(text.language),
        language=text.language,
        folder=f"content/events/{paper.listed.slug}",
        now=paper.now,
    )
    blocks, _faults = blocks_from(text, resolver)
    return blocks


def _people(paper: Paper, say: Phrases) -> Iterator[Block]:
    headings = {"speaker": say("Speakers"), "moderator": say("Moderation")}
    for role, heading in headings.items():
        people = [
            each for each in paper.listed.event.people if str(each.get("role") or "speaker") == role
        ]
        if people:
            lines = "\n".join(f"- {_person(paper, person, say)}" for person in people)
            yield Prose(f"### {heading}\n\n{lines}")


def _person(paper: Paper, person: dict[str, object], say: Phrases) -> str:
    affiliation = person.get("affiliation")
    names = affiliation if isinstance(affiliation, dict) else {}
    country = str(person.get("country") or "")
    parts = [
        str(person["name"]),
        paper.site.text(names, say.language),
        say.locale.territories.get(country, country) if country else "",
    ]
    return ", ".join(_literal(part) for part in parts if part)


def _interpretation(paper: Paper, say: Phrases) -> Iterator[Block]:
    tags = paper.listed.event.interpretation
    if tags:
        named = (say.locale.languages.get(tag.partition("-")[0], tag) for tag in tags)
        yield Prose(say("Interpretation into %(languages)s.", languages=say.listed(named)))


def _literal(words: str) -> str:
    """Give words as Markdown that says just these words, and opens no field."""
    return _MARKS.sub(r"\\\1", closed(words))

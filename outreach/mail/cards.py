"""When an event takes place and what stands beside an article, in words."""

from outreach.mail.blocks import ArticleCard, EventCard
from outreach.phrases.catalog import Phrases
from outreach.times import zone


def event_time(card: EventCard, say: Phrases) -> str:
    """Write the day, and where the hour is known, the hours with their zone; as on a line alone.

    E.g. `Tuesday, 23 June 2020`, or with hours `…, 15:00–16:30 (Europe/Paris, UTC+2)`.
    """
    return _capital(event_time_within(card, say))


def event_time_within(card: EventCard, say: Phrases) -> str:
    """Write the same as within a sentence, e.g. `mardi 23 juin 2020`."""
    day = say.day(card.date, "full")
    hours = event_hours(card, say)
    return f"{day}, {hours}" if hours else day


def event_hours(card: EventCard, say: Phrases) -> str:
    """Write the hours with their zone; empty where only the day is known."""
    if card.starts_at is None:
        return ""
    there = zone(card.zone)
    start = card.starts_at.astimezone(there)
    offset = say.offset(start)
    place = f"({offset})" if card.zone == offset else f"({card.zone}, {offset})"
    if card.ends_at is None:
        return f"{say.clock(start.time())} {place}"
    end = card.ends_at.astimezone(there)
    if end.date() == start.date():
        return f"{say.clock(start.time())}–{say.clock(end.time())} {place}"
    last = f"{say.day(end.date(), 'full')}, {say.clock(end.time())}"
    return f"{say.clock(start.time())} – {last} {place}"


def date_block(card: EventCard, say: Phrases) -> tuple[str, str, str]:
    """Give the three lines of the block beside an event: weekday, day, month and year."""
    return (
        _capital(say.day(card.date, "EEE").rstrip(".")),
        say.day(card.date, "d"),
        say.day(card.date, "MMM y"),
    )


def byline(card: ArticleCard, say: Phrases) -> str:
    """Write date and author of an article, as far as they are known."""
    parts = [say.day(card.date)] if card.date else []
    parts += [say("by %(author)s", author=card.author)] if card.author else []
    return "\N{NO-BREAK SPACE}· ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

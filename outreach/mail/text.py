"""The text part of a letter: prose from the same Markdown, never from the HTML (MAIL.md B5)."""

from collections.abc import Callable, Iterator, Sequence

from outreach.mail.blocks import (
    ArticleBlock,
    ArticleCard,
    Block,
    Button,
    Columns,
    Divider,
    EventBlock,
    EventCard,
    Picture,
    Prose,
    Quote,
    UpcomingBlock,
)
from outreach.mail.cards import byline, event_time
from outreach.mail.fields import canonical, closed
from outreach.mail.letter import Letter
from outreach.mail.markdown import to_text, underlined, wrap
from outreach.phrases.catalog import Phrases, language_name, phrases

WIDTH = 78


def letter_text(letter: Letter) -> str:
    """Write the whole text part; personal fields stay open."""
    say = phrases(letter.language)
    head = dict.fromkeys((letter.look.organisation, letter.kicker))
    parts = [
        "\n".join(wrap(closed(line), WIDTH) for line in head if line),
        underlined(canonical(letter.title), "=", WIDTH) if letter.title else "",
        *_blocks(letter.blocks, say),
        "-" * WIDTH,
        *_footer(letter, say),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _blocks(blocks: Sequence[Block], say: Phrases) -> Iterator[str]:
    for block in blocks:
        text = _WRITERS[block.kind](block, say)
        if text:
            yield text


def _prose(block: Block, _say: Phrases) -> str:
    return to_text(block.markdown, width=WIDTH) if isinstance(block, Prose) else ""


def _button(block: Block, say: Phrases) -> str:
    if not isinstance(block, Button):
        return ""
    return _noted(canonical(block.label), block.url, say)


def _picture(block: Block, _say: Phrases) -> str:
    if not isinstance(block, Picture):
        return ""
    lines = [f"[{canonical(block.alt)}]" if block.alt else "", canonical(block.caption)]
    return "\n".join(wrap(line, WIDTH) for line in lines if line)


def _divider(block: Block, _say: Phrases) -> str:
    return "* * *".center(60).rstrip() if isinstance(block, Divider) else ""


def _quote(block: Block, say: Phrases) -> str:
    if not isinstance(block, Quote):
        return ""
    inner = "\n\n".join(_blocks(block.blocks, say))
    lines = [f"> {line}".rstrip() for line in inner.split("\n")]
    by = [wrap(f"— {canonical(block.by)}", WIDTH, first="> ", rest="> ")] if block.by else []
    return "\n".join([*lines, *by])


def _columns(block: Block, say: Phrases) -> str:
    if not isinstance(block, Columns):
        return ""
    return "\n\n".join(_blocks((*block.left, *block.right), say))


def _event(block: Block, say: Phrases) -> str:
    return _event_card(block.card, say) if isinstance(block, EventBlock) and block.card else ""


def _upcoming(block: Block, say: Phrases) -> str:
    cards = block.cards if isinstance(block, UpcomingBlock) else ()
    return "\n\n".join(_event_card(card, say) for card in cards)


def _event_card(card: EventCard, say: Phrases) -> str:
    title = (
        say("%(kind)s: %(title)s", kind=card.kind, title=card.title) if card.kind else card.title
    )
    said = [
        title,
        event_time(card, say),
        say("Organised by %(organiser)s", organiser=card.organiser) if card.organiser else "",
        card.summary,
    ]
    lines = [wrap(closed(line), WIDTH) for line in said if line]
    if card.register_url:
        lines.append(_noted(say("Register"), card.register_url, say))
    if card.calendar_url:
        lines.append(_noted(say("Add to your calendar"), card.calendar_url, say))
    if card.recording_url:
        lines.append(_noted(say("Watch the recording"), card.recording_url, say))
    return "\n".join([*lines, _noted(say("More about this event"), card.url, say)])


def _article(block: Block, say: Phrases) -> str:
    return _article_card(block.card, say) if isinstance(block, ArticleBlock) and block.card else ""


def _article_card(card: ArticleCard, say: Phrases) -> str:
    lines = [wrap(closed(line), WIDTH) for line in (card.title, byline(card, say), card.summary)]
    return "\n".join([*(line for line in lines if line), _noted(say("Read on"), card.url, say)])


_WRITERS: dict[str, Callable[[Block, Phrases], str]] = {
    "prose": _prose,
    "button": _button,
    "picture": _picture,
    "divider": _divider,
    "quote": _quote,
    "columns": _columns,
    "event": _event,
    "upcoming": _upcoming,
    "article": _article,
}


def _footer(letter: Letter, say: Phrases) -> Iterator[str]:
    yield wrap(closed(letter.reason), WIDTH)
    if letter.web_view_url:
        yield _noted(say("Read this newsletter on the web"), letter.web_view_url, say)
    for language, url in letter.other_languages:
        yield _noted(language_name(language), url, say)
    if letter.bulk or letter.show_preferences:
        yield _noted(say("Change your topics or your language"), "[[ preferences_url ]]", say)
    if letter.bulk:
        yield _noted(say("Unsubscribe"), "[[ unsubscribe_url ]]", say)
    for label, url in letter.look.links:
        yield _noted(closed(label), url, say)
    yield _noted(closed(letter.look.organisation), letter.look.site_url, say)
    yield "\n".join(wrap(closed(line.strip()), WIDTH) for line in _address_lines(letter))


def _address_lines(letter: Letter) -> list[str]:
    return [line for line in letter.look.postal_address.split("\n") if line.strip()]


def _noted(label: str, url: str, say: Phrases) -> str:
    """Write a link on a line of its own, below what it is; a question needs no colon."""
    told = label if label.endswith(("?", "!", "…", ":")) else say("%(label)s:", label=label)
    return f"{wrap(told, WIDTH)}\n{url}"

"""Links that open a web calendar with an event filled in, and the words that they carry."""

import html
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from outreach.events.entry import Entry
from outreach.events.state import WITHOUT_END

MOST_WORDS = 1_000
"""Characters of a description in a link: longer ones are cut off by servers in silence."""


@dataclass(frozen=True)
class CalendarLink:
    """One calendar of the web."""

    name: str
    """As its maker writes it, the same in every language."""
    url: str


def calendar_links(entry: Entry) -> tuple[CalendarLink, ...]:
    """Give the links of one occurrence, or of the first one of a series; times are UTC."""
    return (
        CalendarLink("Google", _google(entry)),
        CalendarLink("Outlook.com", _outlook("https://outlook.live.com", entry)),
        CalendarLink("Microsoft 365", _outlook("https://outlook.office.com", entry)),
        CalendarLink("Yahoo", _yahoo(entry)),
    )


def subscription_links(feed: str) -> tuple[str, str]:
    """Give the links by which a device's own calendar and Google subscribe to a feed."""
    webcal = f"webcal://{feed.partition('://')[2]}"
    return webcal, f"https://calendar.google.com/calendar/r?{_query({'cid': webcal})}"


def details(entry: Entry) -> str:
    """Give the description: the link to register or join first, at most 1,000 characters."""
    text = "\n\n".join(part for part in (entry.link or entry.url, entry.description) if part)
    if len(text) <= MOST_WORDS:
        return text
    cut = text[: MOST_WORDS - 1]
    at_a_blank = cut.rfind(" ", len(entry.link or entry.url) + 2)
    return f"{cut[:at_a_blank] if at_a_blank > 0 else cut}…"


def _google(entry: Entry) -> str:
    starts, ends = _basic(entry)
    asked = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": f"{starts}/{ends}",
        "details": details(entry),
        "location": entry.link or entry.url,
    }
    if entry.recurrence is not None:
        # A rule by UTC would drift at the change of clocks.
        asked |= {"ctz": entry.zone, "recur": f"RRULE:{entry.recurrence.rule}"}
    return f"https://calendar.google.com/calendar/render?{_query(asked)}"


def _outlook(host: str, entry: Entry) -> str:
    asked = {"path": "/calendar/action/compose", "rru": "addevent", "subject": entry.title}
    if entry.starts_at is None:
        tomorrow = entry.day + timedelta(days=1)
        asked |= {"allday": "true", "startdt": f"{entry.day}", "enddt": f"{tomorrow}"}
    else:
        starts, ends = entry.starts_at, _end(entry.starts_at, entry.ends_at)
        asked |= {"startdt": f"{_utc(starts):{EXTENDED}}", "enddt": f"{_utc(ends):{EXTENDED}}"}
    # It takes the body for HTML, where only <br> makes a new line.
    asked |= {"body": _as_html(details(entry)), "location": entry.link or entry.url}
    return f"{host}/calendar/0/deeplink/compose?{_query(asked)}"


def _yahoo(entry: Entry) -> str:
    starts, ends = _basic(entry)
    asked = {"v": "60", "title": entry.title, "st": starts}
    asked |= {"dur": "allday"} if entry.starts_at is None else {"et": ends}
    asked |= {"desc": details(entry), "in_loc": entry.link or entry.url}
    return f"https://calendar.yahoo.com/?{_query(asked)}"


BASIC, EXTENDED = "%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ"


def _basic(entry: Entry) -> tuple[str, str]:
    """Write both ends as RFC 5545 does: UTC, or days of which the last is not meant."""
    if entry.starts_at is None:
        return f"{entry.day:%Y%m%d}", f"{entry.day + timedelta(days=1):%Y%m%d}"
    ends = _end(entry.starts_at, entry.ends_at)
    return f"{_utc(entry.starts_at):{BASIC}}", f"{_utc(ends):{BASIC}}"


def _end(starts: datetime, ends: datetime | None) -> datetime:
    return ends or starts + WITHOUT_END


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC)


def _as_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _query(asked: dict[str, str]) -> str:
    """Write a query; a blank is %20, as Outlook shows a plus as a plus."""
    return urlencode(asked, quote_via=quote)

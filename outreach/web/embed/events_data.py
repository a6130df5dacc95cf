"""What an embed of events says: one value, read by the component as JSON and by our own frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from outreach.events.models import EventKind, EventStatus
from outreach.events.partners import carried
from outreach.events.programme import MOST_DATES, Shown, Wish, ways_to_subscribe
from outreach.events.queries import KIND_NAMES, Listed, card
from outreach.events.rule_words import how_often
from outreach.mail.cards import event_hours
from outreach.phrases.catalog import Phrases
from outreach.times import zone
from outreach.web.embed.look import palette
from outreach.web.embed.options import FIRST_YEAR, LAST_YEAR, Options, View
from outreach.web.month import Month, weekdays
from outreach.web.visit import Visit

VERSION = 1
"""Of the contract: keys are only ever added (`v1.schema.json`)."""


@dataclass(frozen=True)
class Found:
    """What there is to show."""

    wish: Wish
    events: Sequence[Shown]
    topic_names: Sequence[str] = ()
    """Of the topics that were chosen, in words."""
    month: Month | None = None
    span: tuple[date, date] | None = None
    """The first and the last day of what could be shown in any month."""


def events_data(visit: Visit, options: Options, found: Found) -> dict[str, Any]:
    """Give all of `events.json`."""
    ways = ways_to_subscribe(visit.services.links, found.wish)
    return {
        **head(visit, options, _title(visit, options, found.topic_names)),
        "url": carried(visit.services.links.to_events(visit.language), options.partner),
        "view": str(options.view),
        "words": _words(visit),
        "calendar": {"ics": ways.ics, "webcal": ways.webcal, "google": ways.google},
        "month": _month(visit, found.month, found) if found.month else None,
        "events": [_event(visit, each) for each in found.events[:MOST_DATES]],
    }


def head(visit: Visit, options: Options, title: str) -> dict[str, Any]:
    """Give what the data of every embed begins with."""
    return {
        "version": VERSION,
        "language": visit.language,
        "direction": visit.t.locale.text_direction,
        "title": title,
        "organisation": visit.site.name(visit.language),
        "heading": options.heading,
        "theme": str(options.theme),
        "colours": palette(options, visit.site.colours),
    }


def _title(visit: Visit, options: Options, topic_names: Sequence[str]) -> str:
    t = visit.t
    if options.view is View.NEXT:
        return t("Next event")
    kinds = [t(KIND_NAMES[EventKind(kind)]).lower() for kind in options.kinds]
    names = [name for name in (*topic_names, *kinds) if name != t("Events")]
    return t("Events: %(names)s", names=t.listed(names)) if names else t("Events")


def _words(visit: Visit) -> dict[str, str]:
    t = visit.t
    return {
        "register": t("Register"),
        "details": t("Details"),
        "all_events": t("All events"),
        "nothing": t(
            "Nothing is planned at the moment. New events are announced in the newsletter."
        ),
        "previous_month": t("Previous month"),
        "next_month": t("Next month"),
        "your_time": t("Your time: {time}"),
        "next_day": t("the next day"),
        "previous_day": t("the day before"),
        "calendar": t("Add to my calendar"),
        "calendar_file": t("Calendar file (.ics)"),
        "no_events_that_month": t("Nothing is planned in this month."),
    }


def _month(visit: Visit, month: Month, found: Found) -> dict[str, Any]:
    today, span = visit.now.date(), found.span
    first, last = (min(span[0], today), max(span[1], today)) if span else (today, today)
    before, after = month.before, month.after
    return {
        "value": month.name,
        "name": visit.t.month(month.first),
        "previous": before if month.first > first and _reachable(before) else None,
        "next": after if month.last < last and _reachable(after) else None,
        "today": today.isoformat(),
        "weekdays": [
            {"short": short, "long": whole}
            for short, whole in weekdays(month.weeks[0], visit.t.locale)
        ],
        "weeks": [[day.isoformat() for day in week] for week in month.weeks],
        "more": _more(visit) if len(found.events) > MOST_DATES else "",
    }


def _more(visit: Visit) -> str:
    return visit.t("This month has more events than fit here: see the rest on our page of events.")


def _reachable(month: str) -> bool:
    return bool(month) and FIRST_YEAR <= int(month[:4]) <= LAST_YEAR


def _event(visit: Visit, one: Shown) -> dict[str, Any]:
    listed, t = one.listed, visit.t
    kind = EventKind(listed.kind)
    return {
        "id": one.id,
        "url": one.url,
        "title": one.text.title,
        "summary": one.text.summary,
        "language": one.text.language,
        "kind": str(kind),
        "kind_label": t(KIND_NAMES[kind]),
        "topic": listed.event.topic,
        **_status(visit, listed.status),
        **_when(visit, listed),
        "series": how_often(listed.event, t),
        "organiser": listed.organiser,
        "register": _register(visit, one),
        "note": t.say(one.note) if one.note else "",
        "ics": visit.services.links.to_event_file(visit.language, listed.slug),
    }


def _status(visit: Visit, status: EventStatus) -> dict[str, str]:
    t = visit.t
    said = {
        EventStatus.CONFIRMED: "",
        EventStatus.TENTATIVE: t("Date not certain"),
        EventStatus.CANCELLED: t("Cancelled"),
        EventStatus.POSTPONED: t("Postponed"),
    }
    return {"status": str(status), "status_label": said[status]}


def _when(visit: Visit, listed: Listed) -> dict[str, Any]:
    t, day = visit.t, listed.date
    shown = card(listed, visit.site, visit.services.links, visit.language)
    return {
        "day": day.isoformat(),
        "start": _moment(listed.starts_at, listed.zone),
        "end": _moment(listed.ends_at, listed.zone),
        "zone": listed.zone,
        "date_label": t.day(day, "full"),
        "day_label": t.day(day, "d"),
        "month_label": t.day(day, "LLL"),
        "time_label": event_hours(shown, t) if shown else "",
        "short_time_label": _short_time(visit, listed),
        "utc_label": _in_utc(visit, listed),
    }


def _short_time(visit: Visit, listed: Listed) -> str:
    """Say the start with the city of its zone, or the offset where that names none."""
    if listed.starts_at is None:
        return ""
    there, t = listed.starts_at.astimezone(zone(listed.zone)), visit.t
    return f"{t.clock(there.time())} {_city(listed.zone, t) or t.offset(there)}"


def _city(zone_name: str, t: Phrases) -> str:
    area, _, place = zone_name.rpartition("/")
    if not area or area == "Etc":
        return ""
    return str(t.locale.time_zones.get(zone_name, {}).get("city", place.replace("_", " ")))


def _in_utc(visit: Visit, listed: Listed) -> str:
    """Say the start once more, by UTC; empty where it is said by UTC already."""
    starts, t = listed.starts_at, visit.t
    if starts is None or not starts.astimezone(zone(listed.zone or "UTC")).utcoffset():
        return ""
    said = f"{t.clock(starts.time())} UTC"
    if starts.date() == listed.date:
        return said
    return f"{said}, {t('the next day') if starts.date() > listed.date else t('the day before')}"


def _moment(moment: datetime | None, zone_name: str) -> str | None:
    return moment.astimezone(zone(zone_name or "UTC")).isoformat() if moment else None


def _register(visit: Visit, one: Shown) -> dict[str, str] | None:
    if not one.register_url:
        return None
    label = visit.t("Register for “%(title)s”", title=one.text.title)
    return {"url": one.register_url, "label": label}

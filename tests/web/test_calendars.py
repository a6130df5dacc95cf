"""An event in calendars: the file, the links, and what search engines are told."""

import json
import re

import icalendar

from tests.web.visitor import Visitor

EVENT = (
    'kind = "webinar"\ntopic = "events"\nstart = 2026-12-01T15:00:00\n'
    'end = 2026-12-01T16:00:00\nzone = "Europe/Paris"\norganiser = "Us"\n'
    'registration = "https://example.org/register"\nonline_url = "https://example.org/secret"\n'
)


def write(site: Visitor, extra: str = "") -> None:
    """Put an event into the content, or change it."""
    folder = site.home / "content" / "events" / "next"
    folder.mkdir(exist_ok=True)
    (folder / "event.toml").write_text(EVENT + extra)
    for language, title in (("en", "Next"), ("fr", "À suivre"), ("es", "¿Qué sigue?")):
        head = f"---\ntitle: {title}\nsummary: Soon </script>.\n---\n\nCome.\n"
        (folder / f"{language}.md").write_text(head)
    site.sync()


def data_of(html: str) -> dict[str, object]:
    """Read the JSON-LD of a page."""
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    found: dict[str, object] = json.loads(script)
    return found


def test_the_file_is_a_calendar_in_the_language_of_the_page(site: Visitor) -> None:
    write(site)
    answer = site.get("/fr/events/next.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    [entry] = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert entry["SUMMARY"] == "À suivre"
    assert entry["SUMMARY"].params["LANGUAGE"] == "fr"
    assert str(entry.decoded("DTSTART")) == "2026-12-01 14:00:00+00:00"
    assert b"ATTENDEE" not in answer.data
    assert b"secret" not in answer.data
    english = icalendar.Calendar.from_ical(site.get("/en/events/next.ics").data)
    assert english.walk("VEVENT")[0]["UID"] == entry["UID"]


def test_the_file_is_the_same_byte_by_byte_until_the_event_changes(site: Visitor) -> None:
    write(site)
    first = site.get("/es/events/next.ics")
    site.watch.wait(seconds=90)
    assert site.get("/es/events/next.ics").data == first.data
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    assert site.get("/es/events/next.ics", If_None_Match=tag).status_code == 304
    write(site, 'status = "cancelled"\n')
    cancelled = site.get("/es/events/next.ics", If_None_Match=tag)
    assert cancelled.status_code == 200
    assert b"STATUS:CANCELLED" in cancelled.data


def test_a_page_leads_into_calendars_while_there_is_something_to_come(site: Visitor) -> None:
    write(site)
    html = site.text("/fr/events/next")
    assert "Ajouter à votre agenda" in html
    for name in ("Google", "Outlook.com", "Microsoft 365", "Yahoo", r"\.ics"):
        assert re.search(rf">{name}</a>", html)
    assert "secret" not in html
    write(site, 'status = "cancelled"\n')
    assert "Ajouter à votre agenda" not in site.text("/fr/events/next")
    write(site)
    site.watch.wait(days=9)
    assert "Ajouter à votre agenda" not in site.text("/fr/events/next")


def test_search_engines_are_told_when_and_where_and_no_text_ends_the_script(site: Visitor) -> None:
    write(site)
    data = data_of(site.text("/es/events/next"))
    assert data["name"] == "¿Qué sigue?"
    assert data["description"] == "Soon </script>."
    assert data["startDate"] == "2026-12-01T15:00:00+01:00"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    write(site, 'status = "cancelled"\n')
    assert str(data_of(site.text("/es/events/next"))["eventStatus"]).endswith("/EventCancelled")


def test_no_event_gives_no_file(site: Visitor) -> None:
    assert site.get("/en/events/nothing.ics").status_code == 404

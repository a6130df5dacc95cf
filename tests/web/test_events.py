"""The page of an event, the list with its filters, the picture of a shared link, and feeds."""

import io
import re

import pytest
from icalendar import Calendar
from PIL import Image

from tests.web.visitor import LANGUAGES, Visitor
from tests.writing import picture

PLAIN = """\
kind = "webinar"
topic = "events"
start = 2026-12-01T15:00:00
end = 2026-12-01T16:00:00
zone = "Europe/Paris"
organiser = "Us"
registration = "https://example.org/register"
"""
PERSON = """
[[people]]
name = "Ana Quispe"
role = "speaker"
country = "PE"
photo = "ana.png"

[people.affiliation]
en = "Red de mujeres"

[people.photo_alt]
en = "Ana Quispe laughing in front of a mine"
"""


def write(site: Visitor, content: str = PLAIN, slug: str = "next", title: str = "Next") -> None:
    """Put an event into the content, or change it."""
    folder = site.home / "content" / "events" / slug
    folder.mkdir(exist_ok=True)
    (folder / "event.toml").write_text(content)
    (folder / "ana.png").write_bytes(picture((400, 400)))
    for language in LANGUAGES:
        head = f"---\ntitle: {title} {language}\nsummary: Soon.\n---\n\nCome.\n"
        (folder / f"{language}.md").write_text(head)
    site.sync()


def listed(html: str) -> list[str]:
    """Give the slugs of the events in a list, in order."""
    return list(dict.fromkeys(re.findall(r'href="/en/events/([a-z0-9-]+)"', html)))


@pytest.mark.parametrize(
    ("status", "en", "fr"),
    [
        ("cancelled", "This event has been cancelled.", "Cet événement est annulé."),
        ("postponed", "There is no new date yet.", "Il n’y a pas encore de nouvelle date."),
        ("tentative", "is not certain yet", "n’est pas encore certaine"),
    ],
)
def test_an_event_says_first_what_became_of_it(
    site: Visitor, status: str, en: str, fr: str
) -> None:
    write(site, PLAIN + f'status = "{status}"\n')
    for language, words in (("en", en), ("fr", fr)):
        html = site.text(f"/{language}/events/next")
        assert html.index(words) < html.index("<h1")
    gone = status != "tentative"
    assert ("struck" in html) is gone
    assert ("/events/next/register" in html) is not gone


def test_a_cancelled_event_keeps_its_page_when_it_would_be_over(site: Visitor) -> None:
    write(site, PLAIN + 'status = "cancelled"\n')
    site.watch.wait(days=30)
    html = site.text("/en/events/next")
    assert "It did not take place." in html
    assert "This event is over." not in html
    assert "next" in listed(site.text("/en/events"))


def test_an_event_shows_its_people_with_photographs(site: Visitor) -> None:
    write(site, PLAIN + PERSON)
    html = site.text("/en/events/next")
    assert 'alt="Ana Quispe laughing in front of a mine"' in html
    [source] = re.findall(r'<img class="photo" src="([^"]+)"', html)
    assert site.get(source).mimetype == "image/png"
    assert "Peru" in html


def test_recording_and_slides_stand_on_the_page_afterwards(site: Visitor) -> None:
    after = 'recording = "https://example.org/film"\nslides = "https://example.org/slides"\n'
    write(site, PLAIN + after)
    site.watch.wait(days=30)
    html = site.text("/es/events/next")
    assert 'href="https://example.org/film"' in html
    assert 'href="https://example.org/slides"' in html


def test_a_series_says_how_often_and_when_next(site: Visitor) -> None:
    html = site.text("/fr/events/open-hour")
    assert "Chaque deuxième mercredi du mois, 15:00 (Europe/Berlin)" in html
    assert html.count('href="/fr/events/open-hour/register?on=') == 6
    assert "français et espagnol" in html


def test_a_date_of_a_series_that_departs_from_the_rule_says_so(site: Visitor) -> None:
    file = site.home / "content" / "events" / "open-hour" / "event.toml"
    moved = "\n[[override]]\ndate = 2027-01-13\nstart = 2027-01-14T10:00:00\n"
    gone = "\n[[override]]\ndate = 2027-02-10\ncancelled = true\n"
    file.write_text(file.read_text() + moved + gone)
    site.sync()
    html = site.text("/en/events/open-hour")
    assert "at another time than usual" in html
    assert re.search(r'class="struck">Wednesday,? 10 February 2027.*?cancelled', html)
    assert "?on=2027-02-10" not in html


def test_a_series_at_another_hour_than_before_departs_from_nothing(site: Visitor) -> None:
    file = site.home / "content" / "events" / "open-hour" / "event.toml"
    file.write_text(file.read_text().replace("T15:00", "T16:00"))
    site.sync()
    html = site.text("/en/events/open-hour")
    assert "16:00" in html
    assert "at another time than usual" not in html
    assert "struck" not in html


def test_the_list_can_be_shortened_by_kind_and_topic(site: Visitor) -> None:
    write(site)
    assert {"next", "open-hour", "embedding-gender"} <= set(listed(site.text("/en/events")))
    assert listed(site.text("/en/events?kind=meeting")) == ["open-hour"]
    webinars = site.text("/en/events?kind=webinar&topic=events")
    assert listed(webinars) == ["next", "embedding-gender"]
    assert '<option value="webinar" selected>' in webinars
    assert "/en/events/topic/events/kind/webinar.ics" in webinars
    nothing = site.text("/en/events?kind=deadline")
    assert "Nothing of this kind is planned" in nothing
    assert "Show all events" in nothing
    assert listed(site.text("/en/events?kind=party&topic=%3Cscript%3E")) == listed(
        site.text("/en/events")
    )


def test_many_past_events_are_spread_over_pages(site: Visitor) -> None:
    for number in range(55):
        folder = site.home / "content" / "events" / f"old-{number:02}"
        folder.mkdir()
        (folder / "event.toml").write_text(
            f'kind = "meeting"\ntopic = "events"\ndate = 2020-01-{number % 28 + 1:02}\n'
        )
        (folder / "en.md").write_text("---\ntitle: Old\nsummary: Long ago.\n---\n\nOld.\n")
    site.sync()
    first = site.text("/en/events?kind=meeting")
    assert "?kind=meeting&amp;page=2" in first
    second = site.text("/en/events?kind=meeting&page=2")
    assert "Newer events" in second
    assert "Earlier events" not in second
    old = [slug for page in (first, second) for slug in listed(page) if slug.startswith("old")]
    assert len(old) == len(set(old)) == 55
    for odd in ("page=0", "page=-3", "page=x", f"page={10**40}"):
        assert site.get(f"/en/events?{odd}").status_code == 200
    assert "page=2" not in site.text("/en/events?page=99999")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shared_link_shows_a_picture_made_for_its_language(site: Visitor, language: str) -> None:
    html = site.text(f"/{language}/events/open-hour")
    [url] = re.findall(r'property="og:image" content="([^"]+)"', html)
    answer = site.get(url.removeprefix(site.services.links.base_url))
    drawn = Image.open(io.BytesIO(answer.data))
    assert (drawn.size, answer.mimetype) == ((1200, 630), "image/png")
    tag = answer.headers["ETag"]
    again = site.get(f"/{language}/events/open-hour/poster.png", If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    others = [
        site.get(f"/{each}/events/open-hour/poster.png").headers["ETag"] for each in LANGUAGES
    ]
    assert len(set(others)) == 3


def test_what_our_fonts_cannot_write_has_no_picture_and_asks_for_none(site: Visitor) -> None:
    write(site, title="会议")
    assert "og:image" not in site.text("/en/events/next")
    assert site.get("/en/events/next/poster.png").status_code == 404


def test_a_feed_answers_not_modified_until_something_changes(site: Visitor) -> None:
    write(site)
    first = site.get("/fr/events.ics")
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    site.watch.wait(hours=3)
    for asked in (tag, f'"other", {tag}', "*"):
        again = site.get("/fr/events.ics", If_None_Match=asked)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert site.get("/fr/events.ics").data == first.data
    site.watch.wait(days=1)
    assert site.get("/fr/events.ics").data == first.data
    write(site, PLAIN.replace("T15", "T14"))
    moved = site.get("/fr/events.ics", If_None_Match=tag)
    assert moved.status_code == 200
    assert moved.headers["ETag"] != tag


def test_one_event_has_one_uid_in_every_calendar(site: Visitor) -> None:
    write(site)
    found = set()
    for path in ("events.ics", "events/next.ics", "events/topic/events/kind/webinar.ics"):
        for language in LANGUAGES:
            calendar = Calendar.from_ical(site.get(f"/{language}/{path}").data)
            found |= {
                str(each["UID"])
                for each in calendar.walk("VEVENT")
                if "Next" in str(each["SUMMARY"])
            }
    assert len(found) == 1


def test_there_is_no_feed_of_what_does_not_exist(site: Visitor) -> None:
    for path in ("topic/nothing", "kind/party", "topic/events/kind/party"):
        assert site.get(f"/en/events/{path}.ics").status_code == 404

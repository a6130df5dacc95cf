"""The data of embeds is a contract: written down as a JSON Schema, frozen, and kept."""

import hashlib
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from outreach.events.programme import MOST_DATES
from outreach.web.embed.views import SCHEMA
from tests.web.embed.stage import TALK, partner, put, stage
from tests.web.visitor import LANGUAGES, Visitor

PINNED = "3d7f302d23c28b5fdb88864f991cb218a6772c9bb6270a8c9a53ca25e12018f1"
"""Partners' pages read this data for years: whoever changes a byte of the contract looks here, and
asks whether each page that was written for the old one goes on working."""
VIEWS = ("list", "month", "next")


def faults(answer: dict[str, Any], part: str) -> str:
    """Say what in an answer breaks a part of the contract; empty if nothing does."""
    contract = json.loads(SCHEMA.read_text())
    contract["anyOf"] = [{"$ref": f"#/$defs/{part}"}]
    found = best_match(Draft202012Validator(contract).iter_errors(answer))
    return f"{found.json_path}: {found.message}" if found else ""


def data(site: Visitor, path: str) -> dict[str, Any]:
    """Read an answer."""
    found: dict[str, Any] = json.loads(site.text(path))
    return found


def test_the_contract_is_frozen() -> None:
    assert hashlib.sha256(SCHEMA.read_bytes()).hexdigest() == PINNED
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))


def test_the_contract_is_served_as_it_is_written(site: Visitor) -> None:
    answer = site.get("/embed/v1.schema.json")
    assert answer.data == SCHEMA.read_bytes()
    assert answer.mimetype == "application/schema+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_keeps_the_contract(site: Visitor, language: str) -> None:
    stage(site)
    for view in VIEWS:
        found = data(site, f"/embed/{language}/events.json?view={view}")
        assert faults(found, "events") == ""
        assert (found["view"], found["language"]) == (view, language)
        assert (found["month"] is None) == (view != "month")
    assert faults(data(site, f"/embed/{language}/signup.json"), "signup") == ""
    wrong = json.loads(site.get(f"/embed/{language}/events.json?view=nothing").text)
    assert faults(wrong, "problem") == ""


def test_a_reader_of_the_contract_notices_a_missing_key(site: Visitor) -> None:
    found = data(site, "/embed/en/events.json")
    del found["words"]["register"]
    assert "register" in faults(found, "events")
    assert (
        faults({**found, "more": 1, "words": {**found["words"], "register": "Go"}}, "events") == ""
    )


def test_an_event_is_told_with_its_day_its_hours_and_the_way_to_it(site: Visitor) -> None:
    talk = data(stage(site), "/embed/fr/events.json")["events"][0]
    base = site.services.links.base_url
    assert talk["id"] == "talk@127.0.0.1"
    assert talk["url"] == f"{base}/fr/events/talk"
    assert (talk["title"], talk["summary"], talk["language"]) == ("talk fr", "About talk.", "fr")
    assert (talk["kind"], talk["kind_label"], talk["topic"]) == ("webinar", "Webinaire", "events")
    assert talk["start"] == "2026-12-03T14:00:00+01:00"
    assert talk["end"] == "2026-12-03T15:00:00+01:00"
    assert talk["date_label"] == "jeudi 3 décembre 2026"
    assert (talk["day_label"], talk["month_label"]) == ("3", "déc.")
    assert talk["time_label"] == "14:00–15:00 (Europe/Paris, UTC+1)"
    assert talk["utc_label"] == "13:00 UTC"
    assert talk["register"]["url"] == f"{base}/fr/events/talk/register"
    assert "S’inscrire" in talk["register"]["label"]
    assert "talk fr" in talk["register"]["label"]
    assert talk["ics"] == f"{base}/fr/events/talk.ics"


def test_the_hours_by_utc_say_when_it_is_another_day(site: Visitor) -> None:
    night = data(stage(site), "/embed/en/events.json?topic=news")["events"][0]
    assert night["utc_label"] == "01:00 UTC, the next day"


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/London", "14:00 London"),
        ("fr", "Europe/London", "14:00 Londres"),
        ("es", "America/Argentina/Buenos_Aires", "14:00 Buenos Aires"),
        ("en", "UTC", "14:00 UTC"),
        ("en", "Etc/GMT-3", "14:00 UTC+3"),
        ("en", "CET", "14:00 UTC+1"),
    ],
)
def test_a_narrow_place_has_the_start_with_the_city_of_its_zone(
    site: Visitor, language: str, zone: str, said: str
) -> None:
    put(site, "talk", TALK.replace("Europe/Paris", zone))
    put(site, "call", 'kind = "deadline"\ntopic = "news"\ndate = 2026-12-20\n')
    site.sync()
    talk = data(site, f"/embed/{language}/events.json?kind=webinar")["events"][0]
    assert talk["short_time_label"] == said
    call = data(site, f"/embed/{language}/events.json?kind=deadline")["events"][0]
    assert call["short_time_label"] == ""


def test_a_month_with_more_dates_than_fit_says_so(site: Visitor) -> None:
    path = "events.json?view=month&month=2027-01&kind=webinar"
    for number in range(13):
        days = 31 if number < 12 else 28
        rule = f'\n[recurrence]\nrule = "FREQ=DAILY;COUNT={days}"\n'
        put(site, f"daily-{number}", TALK.replace("2026-12-03", "2027-01-01") + rule)
    site.sync()
    whole = data(site, f"/embed/en/{path}")
    assert (len(whole["events"]), whole["month"]["more"]) == (MOST_DATES, "")
    put(site, "one-more", TALK.replace("2026-12-03", "2027-01-31"))
    site.sync()
    cut = data(site, f"/embed/fr/{path}")
    assert len(cut["events"]) == MOST_DATES
    assert cut["month"]["more"].startswith("Ce mois compte plus d’événements")
    assert faults(cut, "events") == ""
    frame = site.text(f"/embed/fr/{path.replace('.json', '')}")
    assert f'href="/fr/events" target="_top">{cut["month"]["more"]}</a>' in frame


def test_a_date_of_a_series_has_a_name_and_a_form_of_its_own(site: Visitor) -> None:
    hour = data(site, "/embed/en/events.json?view=month&month=2026-12")["events"][0]
    assert hour["id"] == "open-hour@127.0.0.1#2026-12-09"
    assert hour["register"]["url"].endswith("/en/events/open-hour/register?on=2026-12-09")
    assert hour["series"] == "Every second Wednesday of the month, 15:00 (Europe/Berlin)"


def test_what_is_cancelled_stays_and_says_so(site: Visitor) -> None:
    found = data(stage(site), "/embed/en/events.json")["events"]
    off = next(each for each in found if each["url"].endswith("/off"))
    assert (off["status"], off["status_label"], off["register"]) == ("cancelled", "Cancelled", None)


def test_a_known_partner_is_in_every_link_that_counts(site: Visitor) -> None:
    partner(stage(site))
    for each in data(site, "/embed/en/events.json?view=month&month=2026-12&partner=friends")[
        "events"
    ]:
        assert "partner=friends" in each["url"]
        assert each["register"] is None or "partner=friends" in each["register"]["url"]
    assert "partner=" not in site.text("/embed/en/events.json?partner=strangers")
    form = data(site, "/embed/en/signup.json?partner=friends&topic=news")
    assert form["partner"] == "friends"
    assert form["url"].endswith("/en/subscribe?topic=news&partner=friends")


def test_the_month_leads_as_far_as_there_is_something(site: Visitor) -> None:
    def month(query: str) -> dict[str, Any]:
        found: dict[str, Any] = data(site, f"/embed/en/events.json?view=month&{query}")["month"]
        return found

    assert month("")["value"] == "2026-11"
    assert month("")["today"] == "2026-11-23"
    assert (month("")["previous"], month("")["next"]) == ("2026-10", "2026-12")
    assert month("month=2020-06")["previous"] is None
    assert month("month=2100-12")["next"] is None
    assert month("month=2100-12")["previous"] == "2100-11"
    assert month("kind=deadline") | {"weeks": [], "weekdays": []} == {
        "value": "2026-11",
        "name": "November 2026",
        "previous": None,
        "next": None,
        "today": "2026-11-23",
        "weekdays": [],
        "weeks": [],
        "more": "",
    }


def test_only_what_the_partner_chose_is_ticked_and_the_consent_never_is(site: Visitor) -> None:
    both = data(site, "/embed/fr/signup.json")
    assert [each["checked"] for each in both["topics"]] == [False, False]
    one = data(site, "/embed/fr/signup.json?topic=events")
    assert [(each["value"], each["checked"]) for each in one["topics"]] == [("events", True)]
    assert one["consent"] in site.text("/fr/subscribe")
    assert one["action"] == f"{site.services.links.base_url}/fr/subscribe"
    assert one["url"] == f"{one['action']}?topic=events"


@pytest.mark.parametrize(
    "path",
    ["/embed/fr/events", "/embed/fr/events.json?view=month", "/embed/fr/signup", "/embed/look.css"],
)
def test_the_same_rows_give_the_same_bytes(site: Visitor, path: str) -> None:
    first = site.get(path)
    site.watch.wait(seconds=61)
    second = site.get(path)
    assert first.status_code == 200
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    again = site.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")

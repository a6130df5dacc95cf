"""Scheduling an edition in the desk: the form, the look before, one confirmation, taking back."""

import html
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from outreach import sync
from outreach.audience.models import Subscriber, Subscription, SubscriptionState, Topic
from outreach.campaigns import schedule
from outreach.campaigns.models import Campaign, CampaignState, CanaryState, Missing
from outreach.delivery.addresses import remember
from outreach.staff.models import Act, Role, Staff
from tests.web.test_desk import ADA, EVE, PASSWORD, Colleague, add, browser
from tests.web.visitor import Visitor
from tests.writing import edition

ROOM = "editions/wrm/2020-07/schedule"
AT = {"topic": "news", "when": "at", "day": "2026-12-03", "hour": "09:00", "zone": "Europe/Paris"}


def audience(site: Visitor, languages: Mapping[str, int]) -> None:
    """Let so many people who read each language subscribe to the newsletter."""
    now = site.watch()
    with site.services.database.transaction() as session:
        topic = session.scalars(select(Topic).where(Topic.slug == "news")).one()
        for language, count in languages.items():
            for number in range(count):
                address = remember(
                    session,
                    f"{language}{number}@example.org",
                    site.services.settings.suppression_key,
                )
                person = Subscriber(
                    reference=f"{language}-{number}",
                    address_id=address.id,
                    language=language,
                    country="FR" if language == "fr" else "",
                    time_zone="America/Lima" if language == "fr" else "",
                    created_at=now,
                )
                session.add(person)
                session.flush()
                session.add(
                    Subscription(
                        topic_id=topic.id,
                        subscriber_id=person.id,
                        state=SubscriptionState.CONFIRMED,
                        changed_at=now,
                    )
                )


@pytest.fixture
def sender(site: Visitor) -> Colleague:
    """Give the browser of a sender, with five people to write to."""
    audience(site, {"en": 2, "fr": 2, "es": 1})
    add(site, role=Role.SENDER)
    made = browser(site)
    assert made.sign_in().status_code == 303
    return made


def words(answer: TestResponse) -> str:
    """Give what a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def look(desk: Colleague, **asked: str) -> TestResponse:
    """Look at what has been chosen."""
    return desk.client.get(f"/desk/{ROOM}/look", query_string={**AT, **asked}, buffered=True)


def confirm(desk: Colleague, page: TestResponse, **more: str) -> TestResponse:
    """Send the form of a look, whose notes (that links were not looked at) have been read."""
    form = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return desk.client.post(f"/desk/{ROOM}", data={**form, "read": "yes", **more}, buffered=True)


def acts(site: Visitor, act: str) -> list[Act]:
    """Give the lines of the audit log about one kind of act."""
    with site.services.database.reading() as session:
        return list(session.scalars(select(Act).where(Act.act == act)))


def campaigns(site: Visitor) -> list[Campaign]:
    """Give all campaigns."""
    with site.services.database.reading() as session:
        return list(session.scalars(select(Campaign).order_by(Campaign.id)))


def test_the_form_says_who_would_get_it(sender: Colleague) -> None:
    page = sender.get(ROOM)
    assert page.status_code == 200
    assert "5 people get it" in words(page)
    counted = sender.client.get(f"/desk/{ROOM}/count")
    assert "5 people get it" in words(counted)


def test_a_look_is_confirmed_once_and_written_down(sender: Colleague) -> None:
    page = look(sender)
    assert "“2nd WRM Newsletter” goes to 5 people on Thursday, 3 December 2026, 09:00" in words(
        page
    )
    answer = confirm(sender, page)
    assert answer.status_code == 303
    (made,) = campaigns(sender.site)
    assert answer.headers["Location"] == f"/desk/campaigns/{made.id}"
    assert (made.state, made.zone, made.canary) == (
        CampaignState.SCHEDULED,
        "Europe/Paris",
        CanaryState.DUE,
    )
    assert f"{made.send_at:%Y-%m-%d %H:%M}" == "2026-12-03 08:00"
    (act,) = acts(sender.site, "campaign.schedule")
    assert (act.who, act.subject) == (ADA, f"campaign {made.id}")
    assert act.after["edition"] == "wrm/2020-07"
    assert act.after["people"] == 5


def test_a_second_click_schedules_nothing_and_says_so(sender: Colleague) -> None:
    page = look(sender)
    confirm(sender, page)
    again = confirm(sender, page)
    assert again.status_code == 422
    assert "somebody has scheduled it" in words(again)
    assert "This edition is scheduled already" in words(again)
    assert len(campaigns(sender.site)) == 1


def test_of_two_colleagues_who_confirm_the_second_is_told(sender: Colleague) -> None:
    add(sender.site, EVE, Role.SENDER, "fr")
    eve = browser(sender.site)
    eve.sign_in(EVE, PASSWORD)
    first, second = look(sender), look(eve)
    assert confirm(sender, first).status_code == 303
    told = confirm(eve, second)
    assert told.status_code == 422
    assert "quelqu’un l’a programmée" in words(told)
    assert len(campaigns(sender.site)) == 1


def test_a_text_that_changed_since_the_look_is_looked_at_again(sender: Colleague) -> None:
    page = look(sender)
    path: Path = sender.site.home / "content/newsletters/wrm/2020-07/en.md"
    path.write_text(path.read_text() + "\nOne more line.\n")
    sender.site.sync()
    told = confirm(sender, page)
    assert told.status_code == 422
    assert campaigns(sender.site) == []
    assert confirm(sender, told).status_code == 303


def test_now_leaves_a_minute_in_which_it_can_be_taken_back(sender: Colleague) -> None:
    page = look(sender, when="now")
    assert "For 60 seconds you can take it back." in words(page)
    confirm(sender, page)
    (made,) = campaigns(sender.site)
    assert made.send_at - made.created_at == timedelta(seconds=60)
    back = sender.post(f"campaigns/{made.id}/take-back", page="account")
    assert back.headers["Location"] == f"/desk/{ROOM}?again={made.id}"
    form = words(sender.get(f"{ROOM}?again={made.id}"))
    assert f"Campaign {made.id} will not take place. Nobody has got anything." in form
    assert "will not take place" not in words(sender.get(ROOM))
    (made,) = campaigns(sender.site)
    assert made.state is CampaignState.CANCELLED
    assert len(acts(sender.site, "campaign.take_back")) == 1
    assert confirm(sender, look(sender, when="now")).status_code == 303


def test_other_numbers_than_those_that_were_seen_are_looked_at_again(sender: Colleague) -> None:
    page = look(sender)
    audience(sender.site, {"de": 11})
    told = confirm(sender, page)
    assert told.status_code == 422
    assert "meanwhile 16 people would get it, not 5" in words(told)
    assert campaigns(sender.site) == []
    assert confirm(sender, told).status_code == 303


def test_an_edition_that_nobody_has_tested_is_told(sender: Colleague) -> None:
    assert "This edition has not been tested yet." in words(look(sender))


def test_an_empty_segment_is_told_beside_the_segment(sender: Colleague) -> None:
    page = look(sender, segment="open-hour-missed")
    assert page.status_code == 422
    assert 'href="#segment"' in page.text
    assert "belongs to the segment that was chosen" in words(page)


def test_a_huge_number_is_no_campaign(sender: Colleague) -> None:
    for number in (2**63 - 1, 2**63, 10**30):
        assert sender.post(f"campaigns/{number}/take-back", page="account").status_code == 404


def test_what_has_started_is_not_taken_back(sender: Colleague) -> None:
    confirm(sender, look(sender, when="now"))
    sender.site.watch.wait(seconds=61)
    with sender.site.services.database.transaction() as session:
        assert schedule.start_due(session, sender.site.watch())
    (made,) = campaigns(sender.site)
    answer = sender.post(f"campaigns/{made.id}/take-back", page="account")
    assert answer.status_code == 422
    assert "This has started" in words(answer)
    assert campaigns(sender.site)[0].state is CampaignState.SENDING


def test_a_missing_language_falls_back_waits_or_is_left_out(sender: Colleague) -> None:
    (sender.site.home / "content/newsletters/wrm/2020-07/es.md").unlink()
    sender.site.sync()
    assert "Spanish: one person reads it" in words(sender.get(ROOM))
    instead = words(look(sender))
    assert "One Spanish reader gets it in English." in instead
    waiting = look(sender, **{"missing-es": "wait"})
    assert "goes to 4 people" in words(waiting)
    assert "they wait for the translation 1" in words(waiting)
    confirm(sender, waiting)
    (made,) = campaigns(sender.site)
    assert made.missing == {"es": str(Missing.WAIT)}


def test_everybodys_own_time_is_kept_with_the_campaign(sender: Colleague) -> None:
    page = look(sender, when="local")
    assert "at this time where each of them is: Thursday, 3 December 2026, 09:00" in words(page)
    assert (
        "The first get it on 3 December 2026, 09:00 (Europe/Paris, UTC+1), the last on "
        "3 December 2026, 15:00 (Europe/Paris, UTC+1)." in words(page)
    )
    assert "Of 3 people the time zone is not known" in words(page)
    confirm(sender, page)
    (made,) = campaigns(sender.site)
    assert made.local_time
    assert made.start_at is not None
    assert f"{made.start_at:%Y-%m-%d %H:%M}" == "2026-12-02 19:00"
    assert (
        'id="when-local" name="when" value="local" checked'
        in sender.get(f"{ROOM}?again={made.id}").text
    )


def test_notes_must_be_read_before_it_goes_out(sender: Colleague) -> None:
    page = look(sender, day="2026-12-25")
    note = "25 December 2026 is a public holiday in France (Christmas Day), where 2 of them live."
    assert note in words(page)
    unread = confirm(sender, page, read="")
    assert unread.status_code == 422
    assert "Please tick that you have read the notes." in words(unread)
    assert campaigns(sender.site) == []
    assert confirm(sender, page).status_code == 303


def test_nothing_goes_out_before_failing_checks_are_mended(sender: Colleague) -> None:
    path = sender.site.home / "content/newsletters/wrm/2020-07/fr.md"
    good = path.read_text()
    path.write_text(f"{good}\nChère [[ prenom ]], {{{{ later }}}}\n")
    sync.synchronise(sender.site.services, sender.site.watch())
    page = look(sender)
    assert "must be corrected first" in words(page)
    assert 'type="submit"' not in page.text
    assert "Schedule it for" not in words(page)
    told = confirm(sender, page)
    assert told.status_code == 422
    assert campaigns(sender.site) == []
    path.write_text(good)
    sender.site.sync()
    assert confirm(sender, look(sender)).status_code == 303


def test_a_translation_that_is_behind_is_told(sender: Colleague) -> None:
    path = sender.site.home / "content/newsletters/wrm/2020-07/en.md"
    path.write_text(f"{path.read_text()}\nOne more thought.\n")
    sender.site.sync()
    said = words(look(sender))
    behind = "Passages that have changed in en.md since this was translated: 1."
    assert said.count(behind) == 2


def test_another_campaign_to_the_same_people_that_day_is_told(sender: Colleague) -> None:
    confirm(sender, look(sender))
    path = sender.site.home / "content/newsletters/wrm"
    (path / "2020-08").mkdir()
    (path / "2020-08/en.md").write_text(edition("August"))
    sender.site.sync()
    asked = {**AT, "hour": "15:00"}
    page = sender.client.get("/desk/editions/wrm/2020-08/schedule/look", query_string=asked)
    assert "5 of these people also get “wrm/2020-07” within 24 hours" in words(page)


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"day": ""}, "Choose a date and a time of day"),
        ({"day": "2026-13-40"}, "Choose a date and a time of day"),
        ({"hour": "25:00"}, "Choose a date and a time of day"),
        ({"day": "2026-12-03T09:00", "hour": ""}, "Choose a date and a time of day"),
        ({"day": "2020-01-01"}, "is past. Choose a later time"),
        ({"day": "2027-03-28", "hour": "02:30"}, "the clocks skip that hour"),
        ({"day": "2027-10-31", "hour": "02:30"}, "happens twice"),
        ({"topic": "events"}, "Nobody would get this"),
    ],
)
def test_what_cannot_be_scheduled_is_told_beside_the_form(
    sender: Colleague, asked: dict[str, str], complaint: str
) -> None:
    page = look(sender, **asked)
    assert page.status_code == 422
    assert complaint in words(page)
    for name, value in {**AT, **asked}.items():
        if name in ("day", "hour"):
            assert f'name="{name}" value="{value}"' in page.text


def test_a_time_that_comes_twice_can_be_chosen(sender: Colleague) -> None:
    twice = {"day": "2027-10-31", "hour": "02:30"}
    assert 'name="choose" value="later"' in look(sender, **twice).text
    confirm(sender, look(sender, **twice, choose="later"))
    (made,) = campaigns(sender.site)
    assert f"{made.send_at:%Y-%m-%d %H:%M}" == "2027-10-31 01:30"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_senders_confirm_and_the_others_may_look(sender: Colleague, role: Role) -> None:
    add(sender.site, EVE, role)
    eve = browser(sender.site)
    eve.sign_in(EVE, PASSWORD)
    page = look(eve)
    assert page.status_code == 200
    assert "Only senders can schedule." in words(page)
    assert confirm(eve, page).status_code == 403
    assert campaigns(sender.site) == []


def test_zones_one_works_with_stand_first_with_their_offset_on_that_day(
    sender: Colleague,
) -> None:
    with sender.site.services.database.transaction() as session:
        for person, zone in zip(
            session.scalars(select(Subscriber).order_by(Subscriber.id)),
            ("Asia/Calcutta", "Asia/Calcutta", "America/Lima", "Not/AZone"),
            strict=False,
        ):
            person.time_zone = zone
    zone = sender.site.services.settings.staff_zone
    asked = {**AT, "zone": "Europe/Paris", "day": "2027-07-01"}
    answer = sender.client.get(f"/desk/{ROOM}", query_string=asked, buffered=True)
    first, others = re.findall(r"<optgroup.*?</optgroup>", answer.text, re.DOTALL)
    offered = re.findall(r'<option value="([^"]+)"', first)
    assert offered == list(dict.fromkeys([zone, "Europe/Paris", "Asia/Kolkata", "America/Lima"]))
    assert "Asia/Kolkata (UTC+5:30)" in first
    assert "America/Lima (UTC−5)" in first
    assert '<option value="Europe/Paris" selected>Europe/Paris (UTC+2)' in first
    assert "Africa/Dakar (UTC±0)" in others
    assert "Asia/Calcutta" not in answer.text
    assert "Europe/Paris" not in others


def test_a_zone_by_its_old_name_stays_chosen(sender: Colleague) -> None:
    asked = {**AT, "zone": "US/Eastern"}
    page = sender.client.get(f"/desk/{ROOM}", query_string=asked, buffered=True).text
    assert '<option value="US/Eastern" selected>US/Eastern (UTC−5)' in page


@pytest.mark.parametrize(
    "hostile",
    [
        {"topic": "../etc"},
        {"zone": "Mars/Olympus"},
        {"when": "<script>"},
        {"missing-fr": "everything"},
        {"missing-" + "x" * 500: "wait"},
        {"again": "9" * 30},
        {"again": "-1"},
    ],
)
def test_hostile_addresses_break_nothing(sender: Colleague, hostile: dict[str, str]) -> None:
    for path in (ROOM, f"{ROOM}/look", f"{ROOM}/count"):
        answer = sender.client.get(f"/desk/{path}", query_string={**AT, **hostile}, buffered=True)
        assert answer.status_code in (200, 404, 422)
        assert "<script>" not in answer.text.replace("<script src", "")


def test_a_missing_language_that_nobody_reads_asks_for_no_choice(sender: Colleague) -> None:
    (sender.site.home / "content/newsletters/wrm/2020-07/es.md").unlink()
    sender.site.sync()
    with sender.site.services.database.transaction() as session:
        session.execute(update(Subscriber).values(language="fr"))
        session.execute(update(Staff).values(language="fr"))
    page = sender.get(ROOM)
    assert "Espagnol\N{NO-BREAK SPACE}: personne ne la lit" in html.unescape(page.text)
    assert 'id="wait-es"' not in page.text
    assert '<input type="hidden" name="missing-es" value="fall-back">' in page.text
    with sender.site.services.database.transaction() as session:
        session.execute(update(Subscription).values(state=SubscriptionState.UNSUBSCRIBED))
    count = sender.get(f"{ROOM}/count?topic=news")
    assert "Personne ne la reçoit" in count.text

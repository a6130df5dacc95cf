"""The first page of the desk: what needs a person comes and goes, what is sent moves on."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import delete, event, update

from outreach import sync
from outreach.campaigns.models import Campaign, CampaignState
from outreach.db import beats
from outreach.db.models import Heartbeat
from outreach.delivery.models import State, Tally, Worker
from outreach.events.models import Event, EventChange
from outreach.newsletters.models import Edition, Translation
from outreach.staff.models import Role
from outreach.web.desk import needs, places, rooms
from tests.web.desk_sends import Send, add_send, everybody_works
from tests.web.test_desk import Colleague, add, browser
from tests.web.visitor import Visitor

WELL = "Nothing waits for a person."


@pytest.fixture
def eve(site: Visitor) -> Colleague:
    """Give the browser of a viewer who is signed in, where everybody works."""
    everybody_works(site)
    add(site, role=Role.VIEWER)
    made = browser(site)
    made.sign_in()
    return made


def needed(colleague: Colleague) -> list[str]:
    """Give what needs a person, as the page says it."""
    html = colleague.get("").text
    assert colleague.get("needs").text in html
    found = re.findall(r'<li class="need">(.*?)\n  </li>', html, re.DOTALL)
    assert bool(found) != (WELL in html)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in found]


def test_where_all_is_well_the_page_says_so(eve: Colleague) -> None:
    assert needed(eve) == []
    html = eve.get("").text
    assert "Nothing is being sent." in html
    assert "Monday, 23 November 2026" in html


def test_a_silent_worker_needs_a_person_until_one_works_again(eve: Colleague) -> None:
    long_ago = datetime.now(UTC) - timedelta(seconds=31)
    with eve.site.services.database.transaction() as session:
        session.execute(update(Worker).values(beat_at=long_ago))
    [said] = needed(eve)
    assert said.startswith("silent No worker is at work, so nothing is being sent.")
    assert "The last sign of life" in said
    with eve.site.services.database.transaction() as session:
        session.execute(delete(Worker))
    assert "There has never been a sign of life." in needed(eve)[0]
    assert 'href="/desk/system"' in eve.get("needs").text
    everybody_works(eve.site)
    assert needed(eve) == []


def test_a_worker_that_has_ended_is_not_at_work(eve: Colleague) -> None:
    with eve.site.services.database.transaction() as session:
        session.execute(update(Worker).values(ended_at=eve.site.watch()))
    assert "No worker is at work" in needed(eve)[0]


def test_a_silent_clock_needs_a_person_until_one_runs_again(eve: Colleague) -> None:
    eve.site.watch.wait(seconds=60)
    assert needed(eve) == []
    eve.site.watch.wait(seconds=240)
    [said] = needed(eve)
    assert "No clock is running" in said
    assert "5 minutes ago" in said
    with eve.site.services.database.transaction() as session:
        beats.beat(session, "clock:another", eve.site.watch())
    assert needed(eve) == []
    with eve.site.services.database.transaction() as session:
        session.execute(delete(Heartbeat))
    assert "There has never been a sign of life." in needed(eve)[0]


def test_a_mailbox_that_cannot_be_read_needs_a_person(eve: Colleague) -> None:
    address = "in@news.example.org"
    settings = replace(eve.site.services.settings, mailbox_address=address)
    object.__setattr__(eve.site.services, "settings", settings)
    assert "It has never been read." in needed(eve)[0]
    with eve.site.services.database.transaction() as session:
        beats.beat(session, beats.mailbox(address), eve.site.watch())
    assert needed(eve) == []
    eve.site.watch.wait(minutes=11)
    everybody_works(eve.site)
    with eve.site.services.database.transaction() as session:
        beats.beat(session, beats.mailbox(address), eve.site.watch() - timedelta(minutes=11))
    assert "It was last read: 11 minutes ago." in needed(eve)[0]
    with eve.site.services.database.transaction() as session:  # it has only just begun
        session.execute(update(Worker).values(started_at=eve.site.watch()))
    assert needed(eve) == []


def test_uncertain_mails_need_a_person_until_they_are_sent_again(eve: Colleague) -> None:
    now = eve.site.watch()
    counts = {State.SENT: 90, State.UNCERTAIN: 7}
    number = add_send(eve.site, Send("wrm/1", CampaignState.SENT, now, counts))
    assert needed(eve) == ["uncertain wrm/1: 7 mails may or may not have arrived."]
    with eve.site.services.database.transaction() as session:
        session.execute(update(Tally).where(Tally.state == State.UNCERTAIN).values(count=1))
    assert needed(eve) == ["uncertain wrm/1: one mail may or may not have arrived."]
    with eve.site.services.database.transaction() as session:
        session.execute(update(Tally).where(Tally.state == State.UNCERTAIN).values(count=0))
    assert needed(eve) == []
    with eve.site.services.database.transaction() as session:
        session.execute(update(Tally).where(Tally.state == State.UNCERTAIN).values(count=3))
        old = now - timedelta(days=31)
        session.execute(update(Campaign).where(Campaign.id == number).values(ended_at=old))
    assert needed(eve) == []


def test_a_send_that_is_held_too_long_needs_a_person(eve: Colleague) -> None:
    now = eve.site.watch()
    begun = {State.SENT: 1, State.QUEUED: 1204}
    add_send(eve.site, Send("begun/1", CampaignState.PAUSED, now, begun))
    add_send(eve.site, Send("late/1", CampaignState.PAUSED, now))
    add_send(eve.site, Send("ahead/1", CampaignState.PAUSED, now + timedelta(days=2)))
    assert needed(eve) == []
    eve.site.watch.wait(hours=1)
    everybody_works(eve.site)
    assert needed(eve) == [
        "held begun/1 is held, and 1,204 mails of it still wait.",
        "held late/1 is held, and its time is past.",
    ]
    with eve.site.services.database.transaction() as session:
        session.execute(update(Campaign).values(state=CampaignState.SENT))
    assert needed(eve) == []


def test_faults_of_files_are_told_by_folder_until_they_are_mended(eve: Colleague) -> None:
    folder = eve.site.home / "content" / "newsletters" / "wrm" / "2020-07"
    whole = {path: path.read_text() for path in sorted(folder.glob("*.md"))}
    for path, text in whole.items():
        path.write_text(f"{text}\n{{{{ nonsense() }}}}\n\n{{{{ more() }}}}\n")
    sync.synchronise(eve.site.services, eve.site.watch())
    [said] = needed(eve)
    assert said.startswith("fault content/newsletters/wrm/2020-07: 6 faults.")
    assert said.count("There is no block") == needs.FIRST_FAULTS
    assert said.endswith("… and 3 more.")
    for path, text in whole.items():
        path.write_text(text)
    eve.site.sync()
    assert needed(eve) == []


def test_a_change_of_an_event_needs_a_person_until_it_is_released(eve: Colleague) -> None:
    with eve.site.services.database.transaction() as session:
        changed = session.query(Event).filter_by(slug="open-hour").one()
        session.add(
            EventChange(event_id=changed.id, proposed_at=eve.site.watch(), before={}, after={})
        )
    [said] = needed(eve)
    assert "The event “Open hour (sample)” has changed" in said
    assert "outreach events release open-hour" in said
    with eve.site.services.database.transaction() as session:
        session.execute(update(EventChange).values(released_at=eve.site.watch()))
    assert needed(eve) == []


def test_a_missing_language_needs_a_person_for_ninety_days(eve: Colleague) -> None:
    with eve.site.services.database.transaction() as session:
        session.execute(update(Edition).values(date=date(2026, 11, 1)))
        session.execute(delete(Translation).where(Translation.language.in_(["fr", "es"])))
    [said] = needed(eve)
    assert said.endswith("is not there yet in French and Spanish.")
    for day, is_told in ((date(2026, 8, 25), True), (date(2026, 8, 24), False)):
        with eve.site.services.database.transaction() as session:
            session.execute(update(Edition).values(date=day))
        assert bool(needed(eve)) == is_told


def test_a_translation_that_is_older_than_its_original_needs_a_person(eve: Colleague) -> None:
    folder = eve.site.home / "content/newsletters/wrm/2020-07"
    for path in folder.glob("*.md"):
        path.write_text(path.read_text().replace("date: 2020-07-01", "date: 2026-11-01"))
    eve.site.sync()
    assert needed(eve) == []
    (folder / "es.md").unlink()
    (folder / "en.md").write_text(f"{(folder / 'en.md').read_text()}\nOne more thought.\n")
    eve.site.sync()
    [said] = needed(eve)
    assert "is not there yet in Spanish." in said
    assert "is older than its original in French." in said


def test_what_is_sent_shows_how_far_it_is_and_how_long_it_takes(eve: Colleague) -> None:
    now = eve.site.watch()
    counts = {State.SENT: 600, State.QUEUED: 1200, State.FAILED: 3, State.SUPPRESSED: 197}
    add_send(eve.site, Send("wrm/1", CampaignState.SENDING, now, counts))
    eve.site.watch.wait(minutes=5)
    everybody_works(eve.site)
    html = eve.get("").text
    for said in ("600 of 2,000 sent", "2 a second", "about 10 minutes left", "3 failed", "40%"):
        assert said in html
    assert 'value="40"' in html
    assert '<noscript><meta http-equiv="refresh"' in html
    part = eve.get("running").text
    assert part in html
    assert 'data-live="/desk/running" data-live-every="2"' in part


def test_what_is_held_or_grows_promises_no_end(eve: Colleague) -> None:
    now = eve.site.watch()
    counts = {State.SENT: 600, State.QUEUED: 1200}
    add_send(eve.site, Send("held/1", CampaignState.PAUSED, now, counts))
    eve.site.watch.wait(minutes=5)
    html = eve.get("running").text
    assert "left" not in html
    assert "a second" not in html
    assert 'data-live-every="30"' in html
    assert "noscript" not in eve.get("").text
    grows = Send("grows/1", CampaignState.SENDING, now, counts, planned_final=False)
    add_send(eve.site, grows)
    html = eve.get("running").text
    assert "recipients are still being chosen" in html
    assert "left" not in html


def test_a_send_is_called_and_marked_as_on_its_own_page(eve: Colleague) -> None:
    now = eve.site.watch()
    send = Send("wrm/1", CampaignState.SENDING, now, {State.QUEUED: 9}, subject="A July letter")
    number = add_send(eve.site, send)
    listed = re.search(r'<a href="[^"]*">([^<]*)</a>.*?<span class="(state [^"]*)">', _row(eve))
    assert listed
    part = eve.get("running").text
    assert f'href="/desk/campaigns/{number}">A July letter</a>' in part
    assert '<span class="small quiet">wrm/1</span>' in part
    assert listed.groups() == ("A July letter", "state state-going")
    assert f'<span class="{listed[2]}">sending</span>' in part
    calendar = eve.get("?view=month").text
    assert re.search(r'>A July letter</a> <span class="mark-name">wrm/1</span>', calendar)


def _row(eve: Colleague) -> str:
    page = eve.get("campaigns").text
    return page[page.index("<tbody>") : page.index("</tbody>")].replace("\n", " ")


def test_a_slow_send_is_told_by_the_minute(eve: Colleague) -> None:
    counts = {State.SENT: 20, State.QUEUED: 10}
    add_send(eve.site, Send("slow/1", CampaignState.SENDING, eve.site.watch(), counts))
    eve.site.watch.wait(minutes=2)
    assert "10 a minute" in eve.get("running").text


def test_a_part_sends_whoever_is_not_signed_in_to_the_door(site: Visitor) -> None:
    for part in ("running", "needs"):
        assert browser(site).get(part).status_code == 303


def test_a_hostile_title_stays_text(eve: Colleague) -> None:
    title = '"><script>alert(1)</script>'
    add_send(eve.site, Send(title, CampaignState.SENDING, eve.site.watch(), {State.QUEUED: 1}))
    html = eve.get("").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_link_leads_where_a_room_answers_and_nowhere_else(site: Visitor) -> None:
    with site.app.test_request_context("/desk/"):
        for path in (places.campaign(7), places.edition("wrm/1"), places.checks("wrm/1")):
            assert path in ("", "/desk/campaigns/7", "/desk/editions/wrm/1/checks"[: len(path)])
    site.app.add_url_rule("/desk/campaigns/<int:number>", "a_room", lambda number: f"{number}")
    with site.app.test_request_context("/desk/"):
        assert places.campaign(7) == "/desk/campaigns/7"


def test_the_first_page_costs_few_reads_whatever_there_is(eve: Colleague) -> None:
    now = eve.site.watch()
    for number in range(50):
        moment = now - timedelta(days=number % 28)
        add_send(eve.site, Send(f"old/{number}", CampaignState.SENT, moment, {State.SENT: 2000}))
    statements: list[str] = []

    def count(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(eve.site.services.database.engine, "before_cursor_execute", count)
    eve.get("")
    event.remove(eve.site.services.database.engine, "before_cursor_execute", count)
    assert len(statements) < 40


def test_the_bar_of_a_phone_holds_four_rooms_and_the_rest_is_behind_more() -> None:
    seen = rooms.ways(Role.ADMIN)
    everything = [*seen.work, *seen.house]
    assert [*seen.bar, *seen.more] == everything
    assert len(seen.bar) == rooms.IN_THE_BAR
    assert seen.bar[0].key == "home"
    assert {room.key for room in everything} == {room.key for room in rooms.ROOMS}
    viewer = rooms.ways(Role.VIEWER)
    assert not {"staff", "log"} & {room.key for room in (*viewer.bar, *viewer.more)}

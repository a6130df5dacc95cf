"""Campaigns from the command line."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from outreach.campaigns.fanout import Progress, fan_out_page
from outreach.db.database import Database
from outreach.staff.models import Act
from outreach.times import utc_now
from tests.cli.conftest import Command

SCHEDULE = ("campaign", "schedule", "wrm/2020-07", "--topic", "news")

pytestmark = pytest.mark.usefixtures("filled")


def shown(outreach: Command, number: int = 1) -> dict[str, Any]:
    """Give what `campaign show --json` tells."""
    result = outreach("campaign", "show", str(number), "--json")
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_plan_is_shown_and_then_frozen(outreach: Command) -> None:
    result = outreach(*SCHEDULE, "--at", "2099-12-01 09:00", "--zone", "Europe/Paris")
    assert result.exit_code == 0, result.stderr
    assert "Recipients in all: 12" in result.stdout
    assert "Français" in result.stdout
    assert "Europe/Paris" in result.stdout
    assert "Campaign 1 is scheduled" in result.stdout
    campaign = shown(outreach)
    assert campaign["send_at"] == "2099-12-01T08:00:00+00:00"
    assert (campaign["state"], campaign["zone"]) == ("scheduled", "Europe/Paris")
    assert (campaign["planned"], campaign["planned_final"]) == (0, False)


def test_without_a_topic_the_newsletters_own_is_taken(outreach: Command) -> None:
    assert outreach("campaign", "schedule", "wrm/2020-07", "--now").exit_code == 0
    assert shown(outreach)["topic"] == "news"


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--at", "2099-03-29 02:30", "--zone", "Europe/Paris"], "does not exist"),
        (
            ["--at", "2099-10-25 02:30", "--zone", "Europe/Paris"],
            "--choose earlier or --choose later",
        ),
        (["--at", "2001-01-01 09:00", "--zone", "Europe/Paris"], "is past"),
        (["--at", "2099-01-01 09:00", "--zone", "Paris"], "no time zone"),
        (["--now", "--topic", "cats"], "no topic"),
    ],
)
def test_what_cannot_be_scheduled_is_refused_with_the_reason(
    outreach: Command, more: list[str], complaint: str
) -> None:
    result = outreach(*SCHEDULE, *more)
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert json.loads(outreach("campaign", "list", "--json").stdout) == []


def test_of_a_time_that_comes_twice_one_can_be_chosen(outreach: Command) -> None:
    twice = ("--at", "2099-10-25 02:30", "--zone", "Europe/Paris")
    assert outreach(*SCHEDULE, *twice, "--choose", "later").exit_code == 0
    assert shown(outreach)["send_at"] == "2099-10-25T01:30:00+00:00"


@pytest.mark.parametrize("more", [[], ["--now", "--at", "2099-01-01 09:00"], ["--at", "tomorrow"]])
def test_a_time_that_is_missing_doubled_or_unreadable_is_wrong_use(
    outreach: Command, more: list[str]
) -> None:
    assert outreach(*SCHEDULE, *more).exit_code == 2


def test_choosing_between_two_times_means_nothing_without_a_time(outreach: Command) -> None:
    result = outreach(*SCHEDULE, "--now", "--choose", "earlier")
    assert (result.exit_code, "--choose goes with --at" in result.stderr) == (2, True)


def test_a_time_that_cannot_be_read_is_refused_with_an_example(outreach: Command) -> None:
    result = outreach(*SCHEDULE, "--at", "tomorrow")
    assert "%Y" not in result.stderr
    assert "2026-12-01 09:00" in result.stderr


def test_scheduling_says_nothing_but_what_staff_want_to_know(outreach: Command) -> None:
    result = outreach(*SCHEDULE, "--now", LOG_LEVEL="INFO")
    assert "campaign=" not in result.output


def test_a_second_campaign_of_an_edition_is_planned_with_a_word_about_the_first(
    outreach: Command,
) -> None:
    first = outreach(*SCHEDULE, "--now")
    assert "campaigns already" not in first.stdout
    second = outreach(*SCHEDULE, "--now")
    assert "This has campaigns already: 1 (scheduled)." in second.stdout


def fan_out(outreach: Command, database: Database) -> None:
    """Start campaign 1 and plan its people; nobody sends."""
    assert outreach("clock", "--once").exit_code == 0
    now = utc_now()
    with database.transaction() as session:
        while fan_out_page(session, 1, now=now) is Progress.MORE:
            pass


def test_a_worker_that_finds_no_server_says_how_many_still_wait(
    outreach: Command, filled: Database
) -> None:
    outreach(*SCHEDULE, "--now", CANARY_SIZE="0")
    fan_out(outreach, filled)
    result = outreach("worker", "--until-idle", MAIL_URL="smtp+plain://127.0.0.1:1")
    assert result.exit_code == 1
    assert "Not sent, though due: 12." in result.stderr


def test_a_paused_campaign_keeps_no_worker_from_being_done(
    outreach: Command, filled: Database
) -> None:
    outreach(*SCHEDULE, "--now")
    fan_out(outreach, filled)
    outreach("campaign", "pause", "1")
    assert outreach("worker", "--until-idle").exit_code == 0


def test_who_has_an_edition_already_is_counted_in_the_next_plan(
    outreach: Command, filled: Database
) -> None:
    outreach(*SCHEDULE, "--now", CANARY_SIZE="0")
    fan_out(outreach, filled)
    plan = outreach(*SCHEDULE, "--now").stdout
    assert "Recipients in all: 0" in plan
    assert re.search(r"another campaign of the same has them +12", plan)


def test_a_cancelled_campaign_has_nothing_waiting_without_any_worker(
    outreach: Command, filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.delivery.batches.PAGE", 5)
    outreach(*SCHEDULE, "--now", CANARY_SIZE="0")
    fan_out(outreach, filled)
    result = outreach("campaign", "cancel", "1")
    assert "Not sent any more: 12." in result.stdout
    assert (shown(outreach)["waiting"], shown(outreach)["cancelled"]) == (0, 12)


@pytest.mark.parametrize(("verb", "said"), [("pause", False), ("cancel", False), ("", True)])
def test_only_a_campaign_that_is_being_sent_has_time_left(
    outreach: Command, filled: Database, verb: str, *, said: bool
) -> None:
    outreach(*SCHEDULE, "--now")
    fan_out(outreach, filled)
    if verb:
        outreach("campaign", verb, "1")
    assert ("Time left" in outreach("campaign", "show", "1").stdout) is said
    assert shown(outreach)["seconds_left"] is None


def test_a_campaign_is_paused_resumed_and_cancelled(outreach: Command) -> None:
    outreach(*SCHEDULE, "--now")
    for verb, state in (("pause", "paused"), ("resume", "scheduled"), ("cancel", "cancelled")):
        assert outreach("campaign", verb, "1").exit_code == 0
        assert shown(outreach)["state"] == state
    refused = outreach("campaign", "resume", "1")
    assert refused.exit_code == 1
    assert "cancelled" in refused.stderr
    assert outreach("campaign", "resend-uncertain", "1").exit_code == 1


def test_a_campaign_that_does_not_exist_is_refused(outreach: Command) -> None:
    for verb in ("show", "pause", "resume", "cancel", "resend-uncertain"):
        result = outreach("campaign", verb, "7")
        assert (result.exit_code, "no campaign 7" in result.stderr) == (1, True)


def test_campaigns_are_listed_for_people_and_for_programs(outreach: Command) -> None:
    outreach(*SCHEDULE, "--now")
    outreach(*SCHEDULE, "--at", "2099-01-01 09:00")
    listed = json.loads(outreach("campaign", "list", "--json").stdout)
    assert [each["id"] for each in listed] == [2, 1]
    text = outreach("campaign", "list").stdout
    assert text.count("wrm/2020-07") == 2
    assert "UTC" in text


def test_show_says_the_figures_by_language(outreach: Command) -> None:
    outreach(*SCHEDULE, "--now")
    text = outreach("campaign", "show", "1").stdout
    assert "Planned" in text
    assert "Español" in text
    assert "not final" in text


def test_following_and_json_do_not_go_together(outreach: Command) -> None:
    assert outreach("campaign", "show", "1", "--follow", "--json").exit_code == 2


def test_following_ends_with_a_cancelled_campaign(outreach: Command) -> None:
    outreach(*SCHEDULE, "--now")
    outreach("campaign", "cancel", "1")
    result = outreach("campaign", "show", "1", "--follow")
    assert result.exit_code == 0
    assert "cancelled" in result.stdout


def test_nothing_is_queued_again_where_nothing_is_uncertain(outreach: Command) -> None:
    outreach(*SCHEDULE, "--now")
    assert "Queued again: 0" in outreach("campaign", "resend-uncertain", "1").stdout


def test_what_is_done_to_a_campaign_stands_in_the_log(
    outreach: Command, database: Database
) -> None:
    outreach(*SCHEDULE, "--now")
    for verb in ("pause", "resume", "cancel"):
        outreach("campaign", verb, "1")
    with database.reading() as session:
        acts = session.execute(select(Act.who, Act.act).order_by(Act.id)).all()
    assert acts == [("command line", f"campaign.{verb}") for verb in ("pause", "resume", "cancel")]

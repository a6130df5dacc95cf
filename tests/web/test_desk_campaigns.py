"""Campaigns in the desk: the list, the page from scheduled to report, acts, files, roles."""

import codecs
import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from threading import Event, Thread

import pytest
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from outreach.campaigns import queries
from outreach.campaigns.schedule import Canary
from outreach.campaigns.summary import FailureLine, Summary
from outreach.delivery import batches
from outreach.delivery.failures import FailureClass
from outreach.delivery.models import State
from outreach.phrases.catalog import phrases
from outreach.staff.models import Act, Role
from outreach.web.desk.campaign_report import reasons_told
from outreach.worker.steps import Shift, fan_out, judge_canaries
from tests.web.senders import begin, invite, schedule_campaign, settle, sum_up, work
from tests.web.test_desk import EVE, Colleague, add, browser
from tests.web.visitor import Visitor

IDENTITY = re.compile(
    r"([\d,]+) planned = ([\d,]+) waiting \+ ([\d,]+) sent(?: \+ ([\d,]+) failed)?"
    r"(?: \+ ([\d,]+) not to be mailed)?(?: \+ ([\d,]+) taken back)?(?: \+ ([\d,]+) uncertain)?<"
)
MIX = [
    *[State.SENT] * 5,
    *[State.FAILED] * 2,
    State.UNCERTAIN,
    State.UNCERTAIN,
    State.SUPPRESSED,
    State.CANCELLED,
    State.SENDING,
    State.BOUNCED,
]


@pytest.fixture
def eva(site: Visitor) -> Colleague:
    """Give the browser of a sender."""
    return signed_in(site, Role.SENDER)


def signed_in(site: Visitor, role: Role, address: str = EVE) -> Colleague:
    """Give the browser of somebody with a role."""
    add(site, address, role)
    made = browser(site)
    assert made.sign_in(address).status_code == 303
    return made


def identity(html: str) -> tuple[int, ...]:
    """Read the identity from a page, see that it holds, and that the table says the same."""
    found = IDENTITY.search(html)
    assert found, html
    planned, *parts = (int((number or "0").replace(",", "")) for number in found.groups())
    assert planned == sum(parts)
    assert 0 not in [int(number.replace(",", "")) for number in found.groups()[3:] if number]
    table = html.partition('identity-table"')[2].partition("</table>")[0]
    if table:
        cells = [int(cell.replace(",", "")) for cell in re.findall(r"<td>([\d,]+)</td>", table)]
        waiting, sent, failed, suppressed, cancelled, uncertain = parts
        assert cells == [sent, waiting, failed, uncertain, suppressed, cancelled, planned]
    return planned, *parts


def acts(site: Visitor) -> list[str]:
    """Give what the log says of campaigns."""
    with site.services.database.reading() as session:
        return [
            act
            for act in session.scalars(select(Act.act).order_by(Act.id))
            if act.startswith("campaign.")
        ]


def state(site: Visitor, number: int = 1) -> str:
    """Give the state of a campaign."""
    with site.services.database.reading() as session:
        return str(queries.campaign(session, number).state)


def test_the_list_shows_every_campaign_with_its_figures(site: Visitor, eva: Colleague) -> None:
    assert "Nothing was ever sent" in eva.get("campaigns").text
    invite(site, 20)
    settle(site, begin(site), *MIX)
    schedule_campaign(site, hours=5)
    html = eva.get("campaigns").text
    assert html.index("scheduled") < html.index("sending")
    row = html.rpartition("<tr>")[2]
    assert re.findall(r'<td class="number" data-label="[^"]+">(\d+)</td>', row) == ["20", "6", "2"]
    assert "state-going" in row
    assert "Europe/Paris" in row


def test_the_list_is_paged(site: Visitor, eva: Colleague) -> None:
    for _ in range(27):
        schedule_campaign(site, hours=5)
    first = eva.get("campaigns").text
    assert first.count("No. ") == 25
    older = re.search(r"/desk/(campaigns\?before=\d+)", first)
    assert older
    second = eva.get(older[1]).text
    assert re.findall(r"No\. (\d+)", second) == ["2", "1"]
    assert eva.get(f"campaigns?before={10**30}").status_code == 200
    assert eva.get("campaigns?before=-4").status_code == 200


def test_the_identity_holds_in_every_state(site: Visitor, eva: Colleague) -> None:
    invite(site, 20)
    ahead = schedule_campaign(site, hours=5)
    assert "Nobody has been planned yet" in eva.get(f"campaigns/{ahead}").text
    number = begin(site)
    page = f"campaigns/{number}"
    assert identity(eva.get(page).text) == (20, 20, 0, 0, 0, 0, 0)
    settle(site, number, *MIX)
    assert identity(eva.get(page).text) == (20, 8, 6, 2, 1, 1, 2)
    eva.post(page, do="pause", seen="sending")
    assert identity(eva.get(page).text) == (20, 8, 6, 2, 1, 1, 2)
    eva.post(f"{page}/cancel", seen="paused")
    assert identity(eva.get(page).text) == (20, 1, 6, 2, 1, 8, 2)


def test_a_whole_send_ends_in_a_report(site: Visitor, eva: Colleague) -> None:
    invite(site, 30)
    number = schedule_campaign(site)
    work(site)
    html = eva.get(f"campaigns/{number}").text
    assert identity(html) == (30, 0, 30, 0, 0, 0, 0)
    assert state(site, number) == "sent"
    for title in ("By language", "By the recipients’ domain", "Over time"):
        assert html.count(f">{title}</h3>") == 1
    assert html.count('role="img"') == 3
    assert "domain3.example, Sent: " in html
    assert "data-done" in html
    assert "http-equiv" not in html


def test_the_identity_holds_on_every_page_while_a_worker_sends(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 400)
    number = schedule_campaign(site)
    seen: set[tuple[int, ...]] = set()
    sending = Thread(target=work, args=(site,))
    sending.start()
    while sending.is_alive():
        for page in ("", "/progress"):
            html = eva.get(f"campaigns/{number}{page}").text
            if IDENTITY.search(html):
                seen.add(identity(html))
    sending.join()
    assert identity(eva.get(f"campaigns/{number}").text) == (400, 0, 400, 0, 0, 0, 0)
    assert len(seen) > 2  # it was seen while it moved


def test_while_it_runs_the_page_is_live_and_reloads_without_script(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 10)
    number = begin(site)
    html = eva.get(f"campaigns/{number}").text
    assert f'data-live="/desk/campaigns/{number}/progress?seen=' in html
    assert 'data-live-every="2"' in html
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in html
    settle(site, number, *[State.SENT] * 4)
    part = eva.get(f"campaigns/{number}/progress")
    assert part.mimetype == "text/html"
    assert "<html" not in part.text
    assert identity(part.text) == (10, 6, 4, 0, 0, 0, 0)
    assert " data-done" not in part.text
    eva.post(f"campaigns/{number}", do="pause", seen="sending")
    html = eva.get(f"campaigns/{number}").text
    assert 'data-live-every="15"' in html
    assert "http-equiv" not in html


def test_the_rate_is_told_from_what_the_page_saw_last(site: Visitor, eva: Colleague) -> None:
    invite(site, 210)
    number = begin(site)
    settle(site, number, *[State.SENT] * 10)
    page = eva.get(f"campaigns/{number}").text
    for _ in range(9):
        site.watch.wait(seconds=4)
        settle(site, number, *[State.SENT] * 20)
        path = unescape(re.findall(r'data-live="/desk/([^"]+)"', page)[0])
        page = eva.get(path).text
        assert "5 a second" in page
    assert "about 4 seconds left" in page
    site.watch.wait(hours=1)
    assert "3 a minute" in eva.get(path).text  # the mean: that look is too long ago
    for odd in ("-1@nan", "99999@1795424400", f"{10**30}@1", "x@y,,,", "1@99999999999", "²@³"):
        assert eva.get(f"campaigns/{number}/progress?seen={odd}").status_code == 200


def test_pausing_and_resuming_is_logged_and_shown(site: Visitor, eva: Colleague) -> None:
    invite(site, 3)
    number = begin(site)
    page = f"campaigns/{number}"
    answer = eva.post(page, do="pause", seen="sending")
    assert answer.headers["Location"] == f"/desk/{page}?done=pause"
    html = eva.get(f"{page}?done=pause").text
    assert "Within two seconds nothing more of it leaves" in html
    assert f"{EVE} · Paused a campaign" in html
    eva.post(page, do="resume", seen="paused")
    assert state(site, number) == "sending"
    assert acts(site) == ["campaign.pause", "campaign.resume"]


def test_two_people_at_once_do_nothing_twice(site: Visitor, eva: Colleague) -> None:
    invite(site, 9)
    number = begin(site)
    settle(site, number, State.UNCERTAIN, State.UNCERTAIN, State.UNCERTAIN)
    page = f"campaigns/{number}"
    ida = signed_in(site, Role.SENDER, "ida@example.org")
    for colleague, code in ((eva, 303), (ida, 422)):
        answer = colleague.post(page, page="account", do="resend", seen="sending", uncertain="3")
        assert answer.status_code == code
    assert "Meanwhile 0 mails" in answer.text
    eva.post(page, do="pause", seen="sending")
    eva.post(page, do="resume", seen="paused")
    late = ida.post(page, page="account", do="resume", seen="paused")
    assert late.status_code == 422
    assert "Meanwhile this campaign is sending" in late.text
    eva.post(f"{page}/cancel", seen="sending")
    late = ida.post(f"{page}/cancel", page="account", seen="sending")
    assert late.status_code == 422
    assert "Meanwhile this campaign is cancelled" in late.text
    assert acts(site) == [
        "campaign.resend", "campaign.pause", "campaign.resume", "campaign.cancel"
    ]  # fmt: skip


def test_cancelling_names_its_numbers_and_tells_what_came_of_it(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 20)
    number = begin(site)
    settle(site, number, *MIX)
    page = f"campaigns/{number}"
    question = eva.get(f"{page}/cancel").text
    assert "Cancel the 7 not yet sent" in question
    told = re.findall(r'reason-count">(\d+)</strong> ([^<]+)<', question)
    assert told == [
        ("6", "have it, and keep it"),
        ("7", "have not got it, and will not"),
        ("1", "are on the wire at this moment, and will have it"),
        ("2", "are uncertain, and can then not be sent again"),
        ("2", "could not be reached"),
    ]
    assert eva.post(f"{page}/cancel", seen="sending").status_code == 303
    html = eva.get(f"{page}?done=cancel").text
    assert "Cancelled. 6 have it, and keep it." in html
    assert "8 will not get it." in html
    assert "One is still being taken back." in html
    assert "Send these 2 again" not in html
    assert eva.get(f"{page}/cancel").headers["Location"] == f"/desk/{page}"


def test_cancelling_counts_those_who_were_to_follow_the_first_wave(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 20)
    number = begin(site, canary=Canary(2, 10))
    settle(site, number, State.SENT, State.SENT)
    page = eva.get(f"campaigns/{number}/cancel").text
    assert "Cancel the 18 not yet sent" in page
    assert "18</strong> have not got it, and will not" in page
    assert "14 of those who have not got it were to follow later." in page
    settle(site, number, *[State.SENT] * 4)
    judge_canaries(Shift(site.services, Event()))
    fan_out(Shift(site.services, Event()))
    page = eva.get(f"campaigns/{number}/cancel").text
    assert "Cancel the 14 not yet sent" in page
    assert "were to follow" not in page


def test_after_a_wave_is_cancelled_the_page_counts_all_who_will_not_get_it(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 20)
    number = begin(site, canary=Canary(2, 10))
    settle(site, number, State.SENT, State.SENT)
    page = f"campaigns/{number}"
    eva.post(f"{page}/cancel", seen="sending")
    said = eva.get(page).text
    assert "Cancelled. 2 have it, and keep it." in said
    assert "18 will not get it." in said


def test_a_large_rest_is_taken_back_page_by_page_and_the_page_says_so(
    site: Visitor, eva: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PAGE", 5)
    invite(site, 12)
    number = begin(site)
    page = f"campaigns/{number}"
    eva.post(f"{page}/cancel", seen="sending")
    html = eva.get(page).text
    assert "7 are still being taken back." in html
    assert 'data-live-every="2"' in html
    assert identity(html) == (12, 7, 0, 0, 0, 5, 0)
    work(site)
    html = eva.get(page).text
    assert "still being taken back" not in html
    assert identity(html) == (12, 0, 0, 0, 0, 12, 0)


def test_a_campaign_that_has_not_begun_is_cancelled_for_nobody(
    site: Visitor, eva: Colleague
) -> None:
    number = schedule_campaign(site, hours=5)
    html = eva.get(f"campaigns/{number}/cancel").text
    assert "nobody will" in html
    assert "Cancel this campaign" in html
    eva.post(f"campaigns/{number}/cancel", seen="scheduled")
    assert state(site, number) == "cancelled"


def test_failures_are_told_plainly_and_nobody_is_named_to_viewers(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 10)
    number = begin(site)
    settle(site, number, State.FAILED, words="550 5.1.1 <reader0@domain0.example>: unknown")
    settle(site, number, State.FAILED, State.BOUNCED, words="552 5.2.2 <script>x</script> full")
    settle(site, number, State.UNCERTAIN)
    sum_up(site)
    vic = signed_in(site, Role.VIEWER, "vic@example.org")
    html = vic.get(f"campaigns/{number}").text
    for sentence in ("The mailbox does not exist.", "The mailbox is full."):
        assert sentence in html
    assert "reader0" not in html
    assert "&lt;script&gt;" in html
    assert vic.get(f"campaigns/{number}/failures").status_code == 403
    people = eva.get(f"campaigns/{number}/failures").text
    assert "550 5.1.1 &lt;reader0@domain0.example&gt;: unknown" in people
    assert people.count('class="address"') == 4


def test_where_no_server_said_anything_there_is_nothing_to_open() -> None:
    lines = [
        FailureLine(State.FAILED, FailureClass.SERVER, None, None, 12, ""),
        FailureLine(State.FAILED, FailureClass.SERVER, 421, None, 3, ""),
        FailureLine(State.FAILED, FailureClass.MAILBOX, None, None, 5, ""),
    ]
    summary = Summary(datetime(2026, 11, 23, tzinfo=UTC), "", 0, 0, (), (), lines, {})
    told = {reason.count: reason.details for reason in reasons_told(summary, phrases("en"))}
    assert told == {15: [("421", 3, "")], 5: []}


def test_the_list_of_who_failed_is_paged(site: Visitor, eva: Colleague) -> None:
    invite(site, 60)
    number = begin(site)
    settle(site, number, *[State.FAILED] * 55)
    first = eva.get(f"campaigns/{number}/failures").text
    assert first.count('class="address"') == 50
    following = re.search(r"/desk/(campaigns/\d+/failures\?after=\d+)", first)
    assert following
    assert eva.get(following[1]).text.count('class="address"') == 5
    assert eva.get(f"campaigns/{number}/failures?after={10**30}").status_code == 200


def test_uncertain_ones_are_sent_again_by_a_button_with_their_number(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 4)
    number = begin(site)
    settle(site, number, *[State.UNCERTAIN] * 3)
    html = eva.get(f"campaigns/{number}").text
    assert "Send these 3 again" in html
    eva.post(f"campaigns/{number}", do="resend", seen="sending", uncertain="3")
    assert identity(eva.get(f"campaigns/{number}").text) == (4, 4, 0, 0, 0, 0, 0)


def test_the_figures_can_be_saved_by_everybody(site: Visitor) -> None:
    invite(site, 20)
    number = begin(site)
    settle(site, number, *MIX)
    sum_up(site)
    vic = signed_in(site, Role.VIEWER, "vic@example.org")
    answer = vic.get(f"campaigns/{number}/report.csv")
    assert answer.mimetype == "text/csv"
    assert f'filename="campaign-{number}-report.csv"' in answer.headers["Content-Disposition"]
    rows = spreadsheet(answer, ",")
    told = {row["figure"]: int(row["count"]) for row in rows if row["part"] == "all"}
    assert tuple(told.values()) == identity(vic.get(f"campaigns/{number}").text)


def test_the_recipients_can_be_saved_by_senders_and_the_log_notes_it(
    site: Visitor, eva: Colleague
) -> None:
    invite(site, 20)
    number = begin(site)
    settle(site, number, *MIX)
    path, page = f"campaigns/{number}/deliveries.csv", f"campaigns/{number}"
    answer = eva.post(path, page=page)
    rows = spreadsheet(answer, ",")
    assert len(rows) == 20
    assert sum(row["state"] == "failed" for row in rows) == 2
    assert acts(site) == ["campaign.download"]
    assert eva.get(path).status_code == 405
    edi = signed_in(site, Role.EDITOR, "edi@example.org")
    assert edi.post(path, page="account").status_code == 403
    assert acts(site) == ["campaign.download"]


@pytest.mark.parametrize(("language", "separator"), [("en", ","), ("fr", ";"), ("es", ";")])
def test_a_file_opens_in_the_spreadsheet_of_its_reader(
    site: Visitor, language: str, separator: str
) -> None:
    invite(site, 4)
    number = begin(site)
    settle(site, number, *[State.SENT] * 4)
    add(site, EVE, Role.SENDER, language=language)
    eve = browser(site)
    eve.sign_in(EVE)
    page = f"campaigns/{number}"
    rows = spreadsheet(eve.get(f"{page}/report.csv"), separator)
    assert {"part": "all", "name": "", "figure": "sent", "count": "4"} in rows
    people = spreadsheet(eve.post(f"{page}/deliveries.csv", page=page), separator)
    assert [row["state"] for row in people] == ["sent"] * 4


def spreadsheet(answer: TestResponse, separator: str) -> list[dict[str, str]]:
    """Read a file as a spreadsheet does: by its first sign, which says that it is UTF-8."""
    assert answer.data.startswith(codecs.BOM_UTF8)
    text = io.StringIO(answer.data.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=separator))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_whoever_may_not_send_sees_no_button_and_does_nothing(site: Visitor, role: Role) -> None:
    invite(site, 5)
    number = begin(site)
    settle(site, number, State.UNCERTAIN)
    page = f"campaigns/{number}"
    vic = signed_in(site, role)
    html = vic.get(page).text
    assert "<button" not in html.partition("<main")[2]
    assert "/cancel" not in html
    for do in ("pause", "resend"):
        answer = vic.post(page, page="account", do=do, seen="sending", uncertain="1")
        assert answer.status_code == 403
    assert vic.get(f"{page}/cancel").status_code == 403
    assert vic.post(f"{page}/cancel", page="account", seen="sending").status_code == 403
    assert state(site, number) == "sending"


def test_looking_changes_no_row(site: Visitor, eva: Colleague) -> None:
    invite(site, 20)
    number = begin(site)
    settle(site, number, *MIX)
    sum_up(site)
    before = site.dump()
    for page in ("", "/progress?seen=1@2", "/cancel", "/failures", "/report.csv"):
        for ask in (eva.client.get, eva.client.head, eva.client.options):
            assert ask(f"/desk/campaigns/{number}{page}", buffered=True).status_code < 400
    assert site.dump() == before


@pytest.mark.parametrize("number", ["77", str(10**30), "x"])
def test_a_campaign_that_does_not_exist_is_not_found(eva: Colleague, number: str) -> None:
    for page in ("", "/progress", "/cancel", "/failures", "/report.csv"):
        assert eva.get(f"campaigns/{number}{page}").status_code == 404


@pytest.mark.parametrize(
    "values",
    [
        {"do": "nonsense", "seen": "sending"},
        {"do": "cancel", "seen": "sending"},
        {"do": "pause", "seen": ""},
        {"do": "pause"},
        {"do": "resend", "uncertain": str(10**30)},
        {"do": "resend", "uncertain": "-1"},
        {},
    ],
)
def test_odd_forms_are_answered_and_change_nothing(
    site: Visitor, eva: Colleague, values: dict[str, str]
) -> None:
    invite(site, 3)
    number = begin(site)
    before = site.dump()
    assert eva.post(f"campaigns/{number}", **values).status_code == 422
    assert site.dump() == before


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "20 prévus = 8 en attente + 6 envoyés"), ("es", "20 previstos = 8 en espera")],
)
def test_the_page_speaks_the_readers_language(site: Visitor, language: str, said: str) -> None:
    invite(site, 20)
    number = begin(site)
    settle(site, number, *MIX)
    sum_up(site)
    add(site, EVE, Role.SENDER, language)
    colleague = browser(site)
    colleague.sign_in(EVE)
    for page in ("", "/progress"):
        assert said in colleague.get(f"campaigns/{number}{page}").text
    assert "The " not in re.sub(r"<[^>]+>", "", colleague.get(f"campaigns/{number}").text)


def test_no_page_reads_the_deliveries(site: Visitor, eva: Colleague) -> None:
    invite(site, 40)
    number = begin(site)
    settle(site, number, *MIX)
    sum_up(site)
    said: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    engine = site.services.database.engine
    event.listen(engine, "before_cursor_execute", hear)
    for page in ("campaigns", f"campaigns/{number}", f"campaigns/{number}/progress"):
        assert eva.get(page).status_code == 200
    event.remove(engine, "before_cursor_execute", hear)
    assert len(said) > 10
    for table in ("deliveries", "outcomes", "exclusions", "subscribers"):
        assert not [each for each in said if re.search(rf"\b(FROM|JOIN) {table}\b", each)]
    assert len(said) < 45

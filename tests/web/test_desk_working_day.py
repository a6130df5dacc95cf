"""A working day at the desk in a real browser, from the door to the report.

Once in English on a desktop, once in French on a phone. What time, the clock and the worker do
happens between the steps, by hand, so that the day is the same each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect

from outreach import sync
from outreach.campaigns import queries
from outreach.campaigns.models import CampaignState, CanaryState
from outreach.campaigns.queries import Figures
from outreach.clock.schedule import start_due_campaigns
from outreach.phrases.catalog import Phrases, phrases
from outreach.staff.models import Role
from outreach.worker import steps
from outreach.worker.steps import Shift
from tests.web.test_desk import ADA, PASSWORD, add
from tests.web.test_desk_schedule import audience
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser

PEOPLE = {"en": 12, "fr": 9, "es": 6}
WAVE = 4
FOLDER = "content/newsletters/wrm/2020-07"
EDITION = "/desk/editions/wrm/2020-07"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """Let the first wave be small."""
    return {**environ, "CANARY_SIZE": str(WAVE)}


@dataclass
class Day:
    """A sender at her screen, and the machine behind it."""

    page: Page
    site: Visitor
    address: str
    t: Phrases

    def open(self, path: str) -> None:
        """Open a page of the desk."""
        self.page.goto(f"{self.address}{path}")

    def press(self, label: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=label, exact=True).click()

    def go(self, label: str) -> None:
        """Follow the link of that name, in the main part of the page."""
        self.page.get_by_role("main").get_by_role("link", name=label, exact=True).first.click()

    def sees(self, text: str) -> None:
        """Wait until the page says this."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def work(self, *names: str) -> None:
        """Let a worker do these steps once, until there is nothing to do."""
        turns = {step.name: step.turn for step in steps.STEPS}
        for name in names:
            turns[name](Shift(self.site.services, Event(), until_idle=True))

    def figures(self) -> Figures:
        """Give how the last campaign stands."""
        with self.site.services.database.reading() as session:
            return queries.report(session, queries.campaigns(session)[0])

    def standing(self) -> tuple[CampaignState, CanaryState]:
        """Give the state of the last campaign, and of its first wave."""
        with self.site.services.database.reading() as session:
            last = queries.campaigns(session)[0]
            return last.state, last.canary

    def sync(self) -> None:
        """Read the files, whatever is wrong with them."""
        sync.synchronise(self.site.services, self.site.watch())

    def mails(self) -> int:
        """Count what has been handed over."""
        folder = Path(self.site.services.settings.mail.path)
        return len(list((folder / "new").iterdir())) if folder.exists() else 0


@pytest.fixture(params=[("en", 1280, 900), ("fr", 360, 740)], ids=["desktop", "phone in French"])
def day(
    request: pytest.FixtureRequest, site: Visitor, live: str, browser: Browser
) -> Iterator[Day]:
    """Sign in by the form; no page may complain on the console."""
    language, width, height = cast(tuple[str, int, int], request.param)
    audience(site, PEOPLE)
    add(site, role=Role.SENDER, language=language)
    page = browser.new_page(viewport={"width": width, "height": height}, locale=language)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    t = phrases(language)
    page.goto(f"{live}/desk/")
    page.get_by_label(t("E-mail address")).fill(ADA)
    page.get_by_label(t("Password")).fill(PASSWORD)
    page.get_by_role("button", name=t("Sign in")).click()
    page.wait_for_url("**/desk/")
    yield Day(page, site, live, t)
    page.close()
    refused = "the server responded with a status of 422"
    assert [said for said in complaints if refused not in said] == []


def test_a_working_day(day: Day) -> None:
    mend_what_fails(day)
    send_a_test(day)
    schedule_now(day)
    take_it_back(day)
    schedule_now(day)
    see_the_wave_go_well(day)
    pause_and_go_on(day)
    read_the_report(day)


def mend_what_fails(day: Day) -> None:
    """Checks fail, the file is corrected, the checks pass."""
    t, path = day.t, day.site.home / FOLDER / "fr.md"
    good = path.read_text()
    path.write_text(f"{good}\nUn mot pour [[ prenom ]].\n")
    day.sync()
    day.open("/desk/editions")
    day.page.get_by_role("main").locator("tbody th a").first.click()
    day.go(t("Checks"))
    day.sees(t("This edition cannot be scheduled before that is mended."))
    day.sees(f"{FOLDER}/fr.md")
    path.write_text(good)
    day.sync()
    day.page.reload()
    day.sees(t("Nothing stands in the way. Look at these before you schedule."))


def send_a_test(day: Day) -> None:
    """A test goes to her own address in every language."""
    t = day.t
    day.go(t("Test"))
    expect(day.page.get_by_label(t("To these addresses"))).to_have_value(ADA)
    before = day.mails()
    day.press(t.many("Send one test mail", "Send %(number)s test mails", 3))
    day.page.wait_for_url("**/test?**")
    day.work("send transactional")
    assert day.mails() == before + 3
    day.page.reload()
    day.sees(t("The text as it is now has been tested in every language."))


def schedule_now(day: Day) -> None:
    """She chooses now, reads the notes, and confirms."""
    t, people = day.t, sum(PEOPLE.values())
    day.open(f"{EDITION}/schedule")
    day.page.get_by_label(t("Now"), exact=True).check()
    expect(day.page.locator("#prospect")).to_contain_text(t.number(people))
    day.press(t("Look at it before it is scheduled"))
    day.page.get_by_label(t("I have read this and want to send it all the same")).check()
    day.press(t.many("Send it to one person now", "Send it to %(number)s people now", people))
    day.page.wait_for_url("**/desk/campaigns/*")
    day.sees(t.many("It starts in a second", "It starts in %(number)s seconds", 60))


def take_it_back(day: Day) -> None:
    """Within the minute she takes it back; nobody has got anything."""
    before = day.mails()
    day.press(day.t("Take it back"))
    day.page.wait_for_url("**/schedule?again=*")
    assert day.standing()[0] is CampaignState.CANCELLED
    day.site.watch.wait(seconds=61)
    start_due_campaigns(day.site.services)
    day.work("fan out", "send bulk")
    assert day.mails() == before


def see_the_wave_go_well(day: Day) -> None:
    """The minute is over: a few of each language get it first, and the page follows by itself."""
    t, wave = day.t, WAVE * len(PEOPLE)
    day.site.watch.wait(seconds=61)
    start_due_campaigns(day.site.services)
    day.work("fan out")
    assert day.figures().planned == wave
    day.sees(
        t(
            "The first mails are on their way to a few people of each language. Everybody else "
            "follows when these have arrived."
        )
    )
    day.work("send bulk", "judge first waves")
    assert day.standing() == (CampaignState.SENDING, CanaryState.PASSED)
    day.work("fan out")
    day.page.reload()
    done = t.percent(100 * wave // sum(PEOPLE.values()))
    expect(day.page.locator("#standing progress")).to_have_text(done)


def pause_and_go_on(day: Day) -> None:
    """Paused, nothing more leaves; then it goes on where it stood."""
    t, sent = day.t, day.figures().sent
    day.press(t("Pause"))
    day.sees(t("Paused. Within two seconds nothing more of it leaves."))
    day.work("send bulk")
    assert day.figures().sent == sent
    day.press(t("Let it go on"))
    day.sees(t("It goes on where it stood."))
    day.work("send bulk", "finish campaigns", "summarise")


def read_the_report(day: Day) -> None:
    """All have it, once; the pictures say what the figures say."""
    t, people = day.t, sum(PEOPLE.values())
    assert day.standing()[0] is CampaignState.SENT
    figures = day.figures()
    assert (figures.planned, figures.sent, figures.waiting) == (people, people, 0)
    expect(day.page.locator("#report")).to_be_visible()
    day.page.reload()
    expect(day.page.locator("#standing progress")).to_have_text(t.percent(100))
    for language, count in PEOPLE.items():
        named = day.page.locator("svg text", has_text=t.number(count))
        assert named.count() > 0, language
    spare = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
    assert day.page.evaluate(spare) >= 0

"""The list of editions as staff see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from outreach.campaigns import schedule
from outreach.campaigns.models import CampaignState
from outreach.content.site import load_site
from outreach.delivery.models import Occasion
from outreach.mail.compose import Stationery
from outreach.newsletters.basis import standing
from outreach.newsletters.listing import (
    Wanted,
    faults_by_edition,
    listed_editions,
    never_live,
    state_of_edition,
)
from outreach.newsletters.models import Edition, Newsletter, Translation
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.newsletters.queries import EditionState, edition
from tests.conftest import REPOSITORY
from tests.writing import NEWSLETTER, Home
from tests.writing import edition as edition_file

FOLDER = "content/newsletters/letter"


@pytest.fixture
def many(home: Home) -> Home:
    """Give a home with 60 editions of two newsletters, in two languages."""
    with home.database.transaction() as session:
        for slug in ("letter", "other"):
            paper = Newsletter(slug=slug, topic="news", names={"en": slug}, descriptions={})
            session.add(paper)
            for number in range(30):
                one = Edition(
                    newsletter=paper,
                    occasion=Occasion(name=f"edition:{slug}/{number}"),
                    slug=f"n{number:02}",
                    date=date(2020, 1, 1) + timedelta(days=number),
                )
                one.translations = [
                    Translation(
                        language=language,
                        title="T",
                        subject="S",
                        preheader="P",
                        body="Words.\n" * 1000,
                        first_line=8,
                        checksum="0" * 64,
                        block_hashes=["a", "b"],
                        synced_at=home.now,
                    )
                    for language in ("en", "fr")
                ]
                session.add(one)
    home.sync()
    return home


@contextmanager
def heard(bind: object, said: list[str]) -> Iterator[None]:
    """Collect the statements that a database is asked."""

    def hear(*about: object) -> None:
        said.append(str(about[2]))

    event.listen(bind, "before_cursor_execute", hear)
    yield
    event.remove(bind, "before_cursor_execute", hear)


def names(home: Home, wanted: Wanted, start: int = 0, most: int = 25) -> list[str]:
    """Give the names of a page."""
    with home.database.reading() as session:
        found = listed_editions(session, wanted, start=start, most=most)
        return [one.name for one, _ in found.editions]


def test_a_page_is_read_in_few_queries_whatever_its_length_and_without_bodies(many: Home) -> None:
    for most in (5, 50):
        said: list[str] = []
        with many.database.reading() as session:
            site = load_site(session, many.links)
            bind = session.get_bind()
            with heard(bind, said):
                found = listed_editions(session, Wanted(), most=most)
                for one, _ in found.editions:
                    assert standing(one, site)["fr"].behind == 0
        assert len(found.editions) == most
        assert found.total == 60
        assert len(said) == 3
        assert not any("body" in statement for statement in said)


def test_the_newest_come_first_page_by_page(many: Home) -> None:
    first, second = names(many, Wanted()), names(many, Wanted(), 25)
    assert first[:3] == ["letter/n29", "other/n29", "letter/n28"]
    assert len({*first, *second}) == 50
    assert names(many, Wanted(), 50)[-1] == "other/n00"
    assert names(many, Wanted(), 75) == []
    assert names(many, Wanted(newsletter="other"), most=2) == ["other/n29", "other/n28"]
    assert names(many, Wanted(newsletter="none")) == []


def test_states_are_told_and_can_be_asked_for(home: Home) -> None:
    stationery = Stationery(REPOSITORY / "templates")
    for slug in ("draft", "planned", "going", "sent", "cancelled", "stopped"):
        home.write(f"{FOLDER}/{slug}/en.md", edition_file())
    assert home.faults() == []
    with home.database.transaction() as session:
        campaigns = {
            slug: schedule_edition(
                session,
                stationery,
                home.links,
                ScheduleRequest(f"letter/{slug}", "news", home.now + delay, "UTC"),
                home.now,
            )
            for slug, delay in (
                ("planned", timedelta(hours=1)),
                ("going", timedelta()),
                ("sent", timedelta()),
                ("stopped", timedelta()),
                ("cancelled", timedelta(hours=1)),
            )
        }
        schedule.cancel(session, campaigns["cancelled"], home.now)
        schedule.start_due(session, home.now)
        schedule.cancel(session, campaigns["stopped"], home.now)
        campaigns["sent"].move(CampaignState.SENT, home.now)
    assert names(home, Wanted(state=EditionState.SENT)) == ["letter/sent"]
    assert names(home, Wanted(state=EditionState.SENDING)) == ["letter/going"]
    assert names(home, Wanted(state=EditionState.PARTLY)) == ["letter/stopped"]
    assert names(home, Wanted(state=EditionState.SCHEDULED)) == ["letter/planned"]
    assert names(home, Wanted(state=EditionState.DRAFT)) == ["letter/draft", "letter/cancelled"]
    with home.database.reading() as session:
        assert state_of_edition(session, edition(session, "letter/sent")) == EditionState.SENT


def test_faults_are_told_by_edition_and_those_never_live_apart(home: Home) -> None:
    home.write(f"{FOLDER}/july/en.md", edition_file())
    home.write(f"{FOLDER}/july/fr.md", "nothing")
    home.write(f"{FOLDER}/august/en.md", "nothing")
    home.write("content/newsletters/paper/newsletter.toml", NEWSLETTER.replace("news", "none"))
    home.write("content/newsletters/paper/may/en.md", edition_file())
    home.sync()
    with home.database.reading() as session:
        faults = faults_by_edition(session)
        assert set(faults) == {"letter/july", "letter/august", "paper"}
        assert set(never_live(session, faults)) == {"letter/august", "paper"}

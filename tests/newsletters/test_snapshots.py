"""What an edition said when it was scheduled is kept."""

from datetime import timedelta

from outreach.campaigns.models import Campaign
from outreach.mail.compose import Stationery
from outreach.newsletters.compose import desk_for
from outreach.newsletters.differences import differences
from outreach.newsletters.freshness import freshness
from outreach.newsletters.personas import NOBODY, SOMEBODY
from outreach.newsletters.proof import frozen_proof, present_proof
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.newsletters.queries import edition
from outreach.newsletters.snapshots import kept_sources
from tests.conftest import REPOSITORY
from tests.writing import Home
from tests.writing import edition as edition_file

FOLDER = "content/newsletters/letter/july"
STATIONERY = Stationery(REPOSITORY / "templates")
BODY = "Dear [[ first_name | friend ]] in [[ country | the world ]],\n\nOld words.\n"


def scheduled(home: Home) -> int:
    """Schedule the edition; give the campaign's id."""
    for language in ("en", "fr"):
        home.write(f"{FOLDER}/{language}.md", edition_file(body=BODY))
    assert home.faults() == []
    request = ScheduleRequest("letter/july", "news", home.now + timedelta(hours=1), "UTC")
    with home.database.transaction() as session:
        return schedule_edition(session, STATIONERY, home.links, request, home.now).id


def test_the_texts_stay_when_the_files_change(home: Home) -> None:
    number = scheduled(home)
    home.write(f"{FOLDER}/en.md", edition_file(body=BODY.replace("Old", "New")))
    home.remove(f"{FOLDER}/fr.md")
    assert home.faults() == []
    with home.database.reading() as session:
        kept = kept_sources(session, session.get_one(Campaign, number))
        assert kept.keys() == {"en", "fr"}
        assert "Old words." in kept["en"].body
        assert kept["en"].subject == "The July letter"
        now = {text.language: text for text in edition(session, "letter/july").translations}
        assert [one.number for one in differences(kept["en"], now["en"])] == [2]


def test_a_proof_shows_the_present_or_what_was_frozen_to_one_reader_or_another(
    home: Home,
) -> None:
    number = scheduled(home)
    home.write(f"{FOLDER}/en.md", edition_file(body=BODY.replace("Old", "New")))
    assert home.faults() == []
    with home.database.reading() as session:
        found = edition(session, "letter/july")
        desk = desk_for(session, STATIONERY, home.links, edition=found, now=home.now)
        now = present_proof(desk, found, language="en", reader=NOBODY)
        campaign = session.get_one(Campaign, number)
        then = frozen_proof(session, home.links, campaign=campaign, language="fr", reader=SOMEBODY)
    assert "Dear friend in the world," in now.html
    assert "New words." in now.text
    assert "Dear Amina in Sénégal," in then.html
    assert "Old words." in then.text
    assert now.personal
    assert now.preheader == then.preheader != ""
    assert "[[" not in now.html + now.text + then.html + then.text


def test_freshness_changes_with_whatever_the_page_shows_and_with_nothing_else(home: Home) -> None:
    def fresh() -> str:
        home.sync()
        with home.database.reading() as session:
            return freshness(session, "letter", "july")

    seen = [fresh()]
    home.write(f"{FOLDER}/en.md", edition_file(body=BODY))
    seen.append(fresh())
    home.write(f"{FOLDER}/en.md", edition_file(body=BODY + "More.\n"))
    seen.append(fresh())
    home.write(f"{FOLDER}/fr.md", "faulty")
    seen.append(fresh())
    home.remove(f"{FOLDER}/fr.md")
    scheduled(home)
    seen.append(fresh())
    assert len(set(seen)) == len(seen)
    home.write("content/newsletters/letter/august/en.md", edition_file())
    assert fresh() == seen[-1]

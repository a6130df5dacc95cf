"""An edition becomes a campaign: checked, composed once a language, frozen."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns import schedule
from outreach.campaigns.models import Campaign, CampaignState
from outreach.content.faults import FaultyFiles
from outreach.content.models import ContentFile
from outreach.content.site import load_site
from outreach.delivery.models import Delivery, Message
from outreach.errors import NotFound, Refused
from outreach.mail.check import lint
from outreach.mail.compiled import CompiledMessage, Mailbox
from outreach.mail.compose import Stationery
from outreach.newsletters.listing import states
from outreach.newsletters.preview import write_preview
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.newsletters.queries import EditionState, edition, public_editions
from outreach.newsletters.webview import Shown, shown_edition
from outreach.phrases.catalog import phrases
from tests.conftest import REPOSITORY
from tests.writing import Home, picture
from tests.writing import edition as edition_file

FOLDER = "content/newsletters/letter/july"
BODY = 'Dear [[ first_name | friend ]],\n\n{{ image("a.png", alt="A mine") }}\n\nSome words.\n'


@pytest.fixture(scope="session")
def stationery() -> Stationery:
    """Give the product's own templates."""
    return Stationery(REPOSITORY / "templates")


@pytest.fixture
def ready(home: Home) -> Home:
    """Give a home with an edition in English and French, synced."""
    home.write(f"{FOLDER}/images/a.png", picture((640, 400)))
    home.write(f"{FOLDER}/en.md", edition_file("July", body=BODY))
    home.write(f"{FOLDER}/fr.md", edition_file("Juillet", body=BODY))
    assert home.faults() == []
    return home


def planned(home: Home, stationery: Stationery, *, topic: str = "news", hours: int = 0) -> int:
    """Schedule as staff do; give the campaign's id."""
    request = ScheduleRequest(
        "letter/july", topic, home.now + timedelta(hours=hours), "Europe/Paris", by="a test"
    )
    with home.database.transaction() as session:
        return schedule_edition(session, stationery, home.links, request, home.now).id


def seen(session: Session, home: Home, stationery: Stationery, language: str) -> Shown | None:
    """Look at the edition as the public does."""
    found = edition(session, "letter/july")
    return shown_edition(
        session, stationery, home.links, edition=found, language=language, now=home.now
    )


def start(home: Home) -> None:
    """Let the clock start what is due."""
    with home.database.transaction() as session:
        schedule.start_due(session, home.now)


def test_an_edition_is_frozen_in_the_languages_that_it_has(
    ready: Home, stationery: Stationery
) -> None:
    number = planned(ready, stationery, hours=2)
    with ready.database.reading() as session:
        campaign = session.get_one(Campaign, number)
        assert (campaign.title, campaign.state) == ("letter/july", CampaignState.SCHEDULED)
        assert campaign.topic.slug == "news"
        assert campaign.default_language == "en"
        assert campaign.chains == {"fr": ["es"]}
        assert campaign.checksum == edition(session, "letter/july").sources_checksum
        messages = {row.language: row for row in session.scalars(select(Message))}
        assert messages.keys() == {"en", "fr"}
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
        for language, message in messages.items():
            raw = CompiledMessage.load(message.content).write(
                to=Mailbox("reader@example.org"),
                message_id=f"{language}@example.org",
                date=ready.now,
                values={
                    "unsubscribe_url": ready.links.to_unsubscribe(subscriber=1, topic=1, batch=1),
                    "preferences_url": ready.links.to_preferences(language, subscriber=1),
                    "first_name": "Ana",
                },
            )
            assert lint(raw) == []
            for header in (
                b"<news.example.org>",
                f"List-Archive: <{ready.links.to_newsletters(language)}>".encode(),
                f"List-Help: <{ready.links.page(language, 'link')}>".encode(),
                b"Feedback-ID: letter-july:news:newsletter:example.org",
                b"Reply-To: desk@example.org",
            ):
                assert header in raw


def test_an_edition_with_faults_is_refused_with_all_of_them(
    ready: Home, stationery: Stationery
) -> None:
    ready.write(f"{FOLDER}/en.md", edition_file(more="colour: red\nsize: 3\n"))
    ready.write(f"{FOLDER}/es.md", "nothing")
    ready.write(f"{FOLDER}/images/b.png", "nothing")
    ready.write("content/newsletters/letter/newsletter.toml", "topics = 1")
    ready.write("content/pages/other/en.md", "not ours")
    ready.sync()
    with pytest.raises(FaultyFiles) as refused:
        planned(ready, stationery)
    places = [(fault.path.rpartition("/")[2], fault.line) for fault in refused.value.faults]
    assert places == [
        ("en.md", 6),
        ("en.md", 7),
        ("es.md", 1),
        ("b.png", 1),
        ("newsletter.toml", 1),
        ("newsletter.toml", 1),
        ("newsletter.toml", 1),
    ]
    said = phrases("fr").say(refused.value)
    assert "ligne 7" in said
    assert len(said.split("\n")) == 8


def test_what_has_gone_since_the_sync_is_refused_too(ready: Home, stationery: Stationery) -> None:
    ready.remove(f"{FOLDER}/images/a.png")
    ready.sync()
    with pytest.raises(FaultyFiles, match="line 10"):
        planned(ready, stationery)


def test_an_unknown_edition_or_topic_is_told(ready: Home, stationery: Stationery) -> None:
    with pytest.raises(NotFound, match="no topic"):
        planned(ready, stationery, topic="gone")
    ready.write(
        "subscribers/topics.toml", '[[topics]]\nslug = "other"\n\n[topics.name]\nen = "O"\n'
    )
    ready.sync()
    with pytest.raises(Refused, match="no longer"):
        planned(ready, stationery)


def test_what_was_sent_stays_as_it_was_whatever_the_files_say(
    ready: Home, stationery: Stationery
) -> None:
    planned(ready, stationery)
    with ready.database.reading() as session:
        found = edition(session, "letter/july")
        assert states(session) == {found.id: EditionState.SCHEDULED}
        assert seen(session, ready, stationery, "en") is None
        assert public_editions(session, load_site(session, ready.links)) == []
    start(ready)
    ready.write(f"{FOLDER}/en.md", edition_file("Changed", body="Other words.\n"))
    ready.sync()
    with ready.database.reading() as session:
        found = edition(session, "letter/july")
        assert states(session) == {found.id: EditionState.SENDING}
        shown = seen(session, ready, stationery, "en")
        assert shown
        assert "Some words." in shown.html
        assert "Other words." not in shown.html
        [public] = public_editions(session, load_site(session, ready.links))
        assert public.sent_at == ready.now


def test_an_edition_with_campaigns_is_never_taken_away(ready: Home, stationery: Stationery) -> None:
    planned(ready, stationery)
    for name in ("en.md", "fr.md", "images/a.png"):
        ready.remove(f"{FOLDER}/{name}")
    assert ready.sync().changed
    assert ready.sync().changed == ()
    with ready.database.reading() as session:
        found = edition(session, "letter/july")
        assert [text.language for text in found.translations] == ["en", "fr"]
        kept = select(ContentFile.path).where(ContentFile.path.startswith(FOLDER))
        assert session.scalars(kept).all() == []


def test_the_web_view_shows_fallbacks_and_no_personal_link(
    ready: Home, stationery: Stationery
) -> None:
    planned(ready, stationery)
    start(ready)
    with ready.database.reading() as session:
        assert seen(session, ready, stationery, "es") is None
        shown = seen(session, ready, stationery, "fr")
        assert shown
        for part in (shown.html, shown.text):
            assert "Dear friend," in part
            assert "[[" not in part
            assert "/u/" not in part
            assert "/preferences/" not in part
            assert ready.links.page("fr", "link") in part


def test_a_draft_is_shown_on_the_web_only_if_its_file_says_so(
    ready: Home, stationery: Stationery
) -> None:
    def shown() -> Shown | None:
        with ready.database.reading() as session:
            return seen(session, ready, stationery, "en")

    assert shown() is None
    ready.write(f"{FOLDER}/en.md", edition_file(body="Web words.\n", more="on_web: true\n"))
    assert ready.faults() == []
    visible = shown()
    assert visible
    assert "Web words." in visible.html


def test_a_preview_is_three_files_a_language(ready: Home, stationery: Stationery) -> None:
    out = ready.path / "preview"
    with ready.database.reading() as session:
        paths = write_preview(
            session,
            stationery,
            ready.links,
            edition=edition(session, "letter/july"),
            out=out,
            now=ready.now,
        )
    assert [path.name for path in paths] == [
        f"{language}.{extension}"
        for language in ("en", "fr")
        for extension in ("html", "txt", "eml")
    ]
    assert lint((out / "fr.eml").read_bytes()) == []
    assert "Dear friend," in (out / "fr.txt").read_text()
    assert "[[" not in (out / "fr.html").read_text()


def test_a_preview_into_a_file_is_refused(ready: Home, stationery: Stationery) -> None:
    ready.write("preview", "a file")
    with ready.database.reading() as session, pytest.raises(Refused, match="cannot be written"):
        write_preview(
            session,
            stationery,
            ready.links,
            edition=edition(session, "letter/july"),
            out=ready.path / "preview",
            now=ready.now,
        )

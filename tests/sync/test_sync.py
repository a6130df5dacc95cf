"""Files → rows: what is live, what is told, and that nothing else happens."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach.articles.models import Kind
from outreach.articles.queries import article
from outreach.content.faults import stored_faults
from outreach.content.models import ContentFile, MediaFile
from outreach.content.site import load_site
from outreach.delivery.models import Delivery
from outreach.errors import NotFound, Refused
from outreach.newsletters.queries import edition, editions
from outreach.phrases.catalog import phrases
from tests.conftest import REPOSITORY
from tests.writing import EVENT, SITE, Home, picture, text
from tests.writing import edition as edition_text

EN = "content/newsletters/letter/july/en.md"
FR = "content/newsletters/letter/july/fr.md"


def test_the_sample_content_has_no_fault_and_lacks_no_translation(home: Home) -> None:
    home.settings = replace(home.settings, home=REPOSITORY)
    report = home.sync()
    assert [str(fault) for fault in report.faults] == []
    assert report.missing == ()
    assert "content/newsletters/wrm/2020-07/fr.md" in report.changed
    with home.database.reading() as session:
        assert edition(session, "wrm/2020-07").on_web


def test_a_second_sync_changes_nothing(home: Home) -> None:
    home.write(EN, edition_text())
    home.write("content/newsletters/letter/july/images/a.png", picture())
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text())
    assert home.sync().changed
    assert home.sync().changed == ()


def test_syncing_mails_nobody(home: Home) -> None:
    home.write(EN, edition_text())
    home.sync()
    with home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_a_missing_translation_is_reported_and_is_no_fault(home: Home) -> None:
    home.write(EN, edition_text())
    report = home.sync()
    assert report.faults == ()
    assert report.missing == (
        "content/newsletters/letter/july/es.md",
        "content/newsletters/letter/july/fr.md",
    )


def test_a_faulty_file_keeps_its_last_good_version_live(home: Home) -> None:
    home.write(EN, edition_text("July"))
    home.write(FR, edition_text("Juillet"))
    home.sync()
    home.write(EN, edition_text("August", body="{{ buton() }}\n"))
    home.write(FR, edition_text("Août"))
    [(path, line, _)] = home.faults()
    assert (path, line) == (EN, 8)
    with home.database.reading() as session:
        titles = {row.language: row.title for row in edition(session, "letter/july").translations}
    assert titles == {"en": "July", "fr": "Août"}


def test_a_mended_file_is_live_and_its_faults_are_gone(home: Home) -> None:
    home.write(EN, edition_text(body="{{ buton() }}\n"))
    assert home.faults()
    home.write(EN, edition_text())
    assert home.faults() == []
    with home.database.reading() as session:
        assert stored_faults(session) == []
        assert edition(session, "letter/july").translations[0].title == "July"


def test_faults_of_every_file_are_told_at_once_and_kept(home: Home) -> None:
    home.write(EN, edition_text(more="colour: red\nauthr: me\n"))
    home.write("content/articles/one/en.md", text(more="date: soon\n"))
    home.write("content/events/talk/event.toml", EVENT.replace("webinar", "party"))
    home.write("content/events/talk/en.md", text())
    report = home.sync()
    places = [(fault.path, fault.line) for fault in report.faults]
    assert places == [
        ("content/articles/one/en.md", 4),
        ("content/events/talk/event.toml", 1),
        (EN, 6),
        (EN, 7),
    ]
    with home.database.reading() as session:
        assert stored_faults(session) == list(report.faults)
        assert [fault.path for fault in stored_faults(session, "content/articles/")] == [
            "content/articles/one/en.md"
        ]


def test_a_deleted_translation_leaves_and_a_deleted_folder_too(home: Home) -> None:
    home.write(EN, edition_text())
    home.write(FR, edition_text())
    home.write("content/articles/one/en.md", text())
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text())
    home.sync()
    home.remove(FR)
    home.remove("content/articles/one/en.md")
    home.remove("content/events/talk/event.toml")
    home.remove("content/events/talk/en.md")
    assert home.sync().faults == ()
    with home.database.reading() as session:
        assert [row.language for row in edition(session, "letter/july").translations] == ["en"]
        with pytest.raises(NotFound):
            article(session, Kind.ARTICLE, "one")
    home.remove(EN)
    home.sync()
    with home.database.reading() as session:
        assert editions(session) == []
        assert set(session.scalars(select(ContentFile.path))) == {
            "content/site.toml",
            "subscribers/topics.toml",
            "content/newsletters/letter/newsletter.toml",
        }


def test_what_was_deleted_can_come_back(home: Home) -> None:
    home.write(EN, edition_text())
    home.sync()
    home.remove(EN)
    home.sync()
    home.write(EN, edition_text("Again"))
    assert home.sync().faults == ()
    with home.database.reading() as session:
        assert edition(session, "letter/july").translations[0].title == "Again"


def test_texts_may_point_at_each_other_in_any_order(home: Home) -> None:
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text(body='{{ article("one") }}\n'))
    home.write("content/articles/one/en.md", text(body='{{ event("talk") }}\n'))
    assert home.faults() == []


def test_a_text_is_faulty_from_the_moment_its_event_is_gone(home: Home) -> None:
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text())
    home.write(EN, edition_text(body='{{ event("talk") }}\n'))
    assert home.faults() == []
    home.remove("content/events/talk/event.toml")
    home.remove("content/events/talk/en.md")
    line, _ = home.fault_of(EN)
    assert line == 8


def test_dates_that_differ_between_languages_are_told_once(home: Home) -> None:
    home.write(EN, edition_text())
    home.write(FR, edition_text().replace("2020-07-01", "2020-07-02"))
    line, said = home.fault_of(FR)
    assert line == 5
    assert "2020-07-01 in en.md" in said


def test_a_language_that_the_site_does_not_speak_is_told(home: Home) -> None:
    home.write("content/newsletters/letter/july/de.md", edition_text())
    line, said = home.fault_of("content/newsletters/letter/july/de.md")
    assert line == 1
    assert "“de”" in said


def test_a_misnamed_text_is_told(home: Home) -> None:
    home.write("content/newsletters/letter/july/english.md", edition_text())
    assert home.fault_of("content/newsletters/letter/july/english.md")[0] == 1


def test_without_a_site_everything_else_is_still_told(home: Home) -> None:
    home.remove("content/site.toml")
    home.write(EN, edition_text(more="colour: red\n"))
    assert [(path, line) for path, line, _ in home.faults()] == [
        (EN, 6),
        ("content/site.toml", 1),
    ]
    with home.database.reading() as session, pytest.raises(Refused):
        load_site(session, home.links)


def test_a_faulty_site_keeps_the_last_good_one(home: Home) -> None:
    home.sync()
    home.write("content/site.toml", SITE.replace("default_language = ", "default = "))
    assert {line for _, line, _ in home.faults()} == {1, 2}
    with home.database.reading() as session:
        assert load_site(session, home.links).default_language == "en"


def test_media_that_leaves_the_disk_loses_its_name_but_not_its_bytes(home: Home) -> None:
    home.write("content/articles/one/a.png", picture())
    home.write("content/articles/one/en.md", text())
    home.sync()
    home.remove("content/articles/one/a.png")
    home.sync()
    with home.database.reading() as session:
        assert session.scalars(select(MediaFile.path)).all() == []


def test_every_fault_can_be_said_in_french_and_spanish(home: Home) -> None:
    home.write(EN, edition_text(more="colour: red\n"))
    [fault] = home.sync().faults
    for language in ("fr", "es"):
        said = phrases(language).say(fault.told)
        assert "colour" in said
        assert "is not a key" not in said


HOSTILE = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=400).map(lambda each: each.encode("utf-8", "replace")),
    st.text(alphabet="-:[]{}\"'&*!|>%@`#,?\\ \n\tab=.0", max_size=200).map(
        lambda each: f"---\ntitle: x\n{each}\n---\n{each}".encode()
    ),
    st.text(alphabet="{}[]()%|\"',= \nabquote_", max_size=200).map(
        lambda each: edition_text(body=each).encode()
    ),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(head=HOSTILE, table=HOSTILE)
def test_no_hostile_file_raises_or_harms_its_neighbours(
    home: Home, head: bytes, table: bytes
) -> None:
    home.write(FR, edition_text("Juillet"))
    home.write(EN, head)
    home.write("content/events/talk/event.toml", table)
    home.write("content/events/talk/en.md", head)
    home.write("content/articles/one/images/a.png", head)
    home.write("content/articles/one/fr.md", table)
    report = home.sync()
    assert all(fault.line >= 1 and str(fault) for fault in report.faults)
    assert FR not in {fault.path for fault in report.faults} or EN in report.changed
    with home.database.reading() as session:
        site = load_site(session, home.links)
        found = edition(session, "letter/july")
        assert "Juillet" in {row.title for row in found.translations}
        assert site.default_language == "en"

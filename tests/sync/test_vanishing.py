"""Files that vanish: for good, for a moment, or only because a folder cannot be read."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select

from outreach import sync
from outreach.articles.models import Article, Kind
from outreach.articles.queries import article
from outreach.content import pictures
from outreach.content.models import ContentFile, Media, MediaFile
from outreach.events.models import Event
from outreach.newsletters.models import Newsletter
from outreach.newsletters.queries import edition
from tests.writing import EVENT, Home, picture, text
from tests.writing import edition as edition_text

EN = "content/newsletters/letter/july/en.md"
PICTURE = "content/newsletters/letter/july/images/a.png"

Scan = Callable[[str], AbstractContextManager[Iterator[os.DirEntry[str]]]]


@pytest.fixture
def full(home: Home) -> Home:
    """Give a home with one of each, synced."""
    home.write(EN, edition_text())
    home.write(PICTURE, picture())
    home.write("content/articles/one/en.md", text())
    home.write("content/pages/privacy/en.md", text())
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text())
    assert home.sync().faults == ()
    return home


def test_a_file_that_an_editor_deletes_and_writes_anew_never_leaves(
    full: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full.database.reading() as session:
        before = edition(session, "letter/july").id
    full.remove(EN)
    monkeypatch.setattr(sync, "sleep", lambda _: full.write(EN, "not finished yet"))
    assert [fault.path for fault in full.sync().faults] == [EN]
    with full.database.reading() as session:
        found = edition(session, "letter/july")
        assert (found.id, found.translations[0].title) == (before, "July")


def test_a_folder_that_cannot_be_read_keeps_what_was_live(
    full: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = {str(full.path / "content" / name) for name in ("articles", "events", "newsletters")}
    scan: Scan = os.scandir

    def refusing(path: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        if str(path) in closed:
            raise PermissionError(path)
        return scan(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", refusing)
        report = full.sync()
    told = {fault.path for fault in report.faults}
    assert {"content/articles", "content/events", "content/newsletters"} <= told
    assert report.changed == ()
    with full.database.reading() as session:
        assert edition(session, "letter/july").translations
        assert article(session, Kind.ARTICLE, "one").translations
        assert session.scalars(select(Event.slug)).all() == ["talk"]
        assert session.scalars(select(MediaFile.path)).all() == [PICTURE]
    assert full.sync().faults == ()


def test_a_home_without_its_content_keeps_what_was_live(full: Home) -> None:
    (full.path / "content").rename(full.path / "elsewhere")
    assert full.sync().changed == ()
    with full.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 2
        assert edition(session, "letter/july").translations


@pytest.mark.parametrize("first", ["newsletter.toml", "july"])
def test_a_newsletter_goes_with_its_file_and_its_last_edition(full: Home, first: str) -> None:
    folder = full.path / "content/newsletters/letter"
    if first == "july":
        shutil.rmtree(folder / first)
    else:
        (folder / first).unlink()
    full.sync()
    with full.database.reading() as session:
        assert session.scalars(select(Newsletter.slug)).all() == ["letter"]
    shutil.rmtree(folder)
    full.sync()
    with full.database.reading() as session:
        assert session.scalars(select(Newsletter.slug)).all() == []
        paths = session.scalars(select(ContentFile.path)).all()
        assert not [path for path in paths if "/letter/" in path]


def test_the_same_picture_in_another_folder_is_not_made_again(
    full: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: bytes) -> pictures.MadePicture:
        raise AssertionError("made again")

    monkeypatch.setattr("outreach.content.media_sync.make_picture", refused)
    copy = "content/articles/one/images/b.png"
    full.write(copy, picture())
    assert copy in full.sync().changed
    with full.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Media)) == 1
        assert len(set(session.scalars(select(MediaFile.checksum)))) == 1

"""Pictures, downloads and feeds: what others load from us."""

import re

import pytest
from sqlalchemy import select

from outreach.content.models import Media
from tests.web.visitor import Visitor


def a_picture(site: Visitor) -> str:
    """Give the path of the logo."""
    found = re.search(r'src="(/media/[^"]+)"', site.text("/en/"))
    assert found
    return found[1]


def test_a_picture_is_kept_for_ever_and_may_be_shown_by_webmail(site: Visitor) -> None:
    answer = site.get(a_picture(site))
    assert answer.headers["Content-Type"].startswith("image/")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.data


def test_what_has_not_changed_is_not_sent_again(site: Visitor) -> None:
    for path in (a_picture(site), "/en/newsletters/feed.xml", "/fr/newsletters/feed.json"):
        first = site.get(path)
        again = site.get(path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert site.get(path, If_None_Match=f'"other", {first.headers["ETag"]}').status_code == 304
        assert site.get(path, If_None_Match="*").status_code == 304
        assert site.get(path, If_None_Match='"other"').status_code == 200


def test_the_etag_is_strong(site: Visitor) -> None:
    for path in (a_picture(site), "/en/newsletters/feed.xml"):
        assert re.fullmatch(r'"[0-9a-f]{64}"', site.get(path).headers["ETag"])


def test_feeds_may_be_read_from_anywhere(site: Visitor) -> None:
    kinds = {"feed.xml": "application/atom+xml", "feed.json": "application/feed+json"}
    for name, kind in kinds.items():
        answer = site.get(f"/es/newsletters/{name}")
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"].startswith("public, max-age=300")


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/zip", "text/plain"])
def test_what_a_browser_should_not_show_is_saved(site: Visitor, kind: str) -> None:
    checksum = "ab" * 32
    with site.services.database.transaction() as session:
        session.add(Media(checksum=checksum, type=kind, data=b"<script>alert(1)</script>"))
    answer = site.get(f"/media/{checksum}/caf%C3%A9.bin")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_there_is_not_there(site: Visitor) -> None:
    assert site.get(f"/media/{'0' * 64}/a.png").status_code == 404
    assert site.get("/media/abc/a.png").status_code == 404


def test_every_media_row_can_be_opened(site: Visitor) -> None:
    with site.services.database.reading() as session:
        checksums = session.scalars(select(Media.checksum)).all()
    assert checksums
    for checksum in checksums:
        assert site.get(f"/media/{checksum}/any-name").status_code == 200

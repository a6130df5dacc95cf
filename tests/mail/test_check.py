"""The linter of finished mail finds what it is there to find."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from outreach.mail.check import lint
from outreach.mail.compiled import CompiledMessage, Headers, Mailbox, compile_message
from outreach.mail.compose import Letter, Stationery


@pytest.fixture
def newsletter(
    stationery: Stationery,
    make_edition: Callable[[str], Letter],
    bulk: Headers,
    values: dict[str, str],
) -> bytes:
    """Give a faultless newsletter."""
    message = CompiledMessage.load(compile_message(stationery.compose(make_edition("en")), bulk))
    return message.write(
        to=Mailbox("zoe@example.org"),
        message_id="1@example.org",
        date=datetime(2026, 11, 23, tzinfo=UTC),
        values=values,
    )


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (b"MIME-Version: 1.0\r\n", b"", "0 fields MIME-Version"),
        (b"Subject: ", b"Subject: x\r\nSubject: ", "2 fields Subject"),
        (b"Content-Language: en", b"Content-Language: und", "Content-Language is missing"),
        (b"To: zoe@example.org", b"To: zoe@example.org, b@example.org", "To holds 2 mailboxes"),
        (b"To: ", b'To: "a@b" <', "looks like an address"),
        (b" +0000", b" -0000", "no numeric zone"),
        (b"Message-ID: <1@", b"Message-ID: <1", "Message-ID is malformed"),
        (b"Precedence: bulk", b"Precedence: list", "Precedence: bulk"),
        (b"Precedence: ", b"Auto-Submitted: auto-generated\r\nPrecedence: ", "automatic answer"),
        (b"<news.example.org>", b"news.example.org", "List-Id is malformed"),
        (b"List-Unsubscribe: <https", b"List-Unsubscribe: <http", "one HTTPS URI"),
        (b"List-Unsubscribe: <", b"List-Unsubscribe: =?utf-8?q?x?= <", "must not be encoded"),
        (b"=One-Click", b"=Yes", "once"),
        (b"List-Unsubscribe-Post", b"X-Post", "once"),
        (b"Feedback-ID: ", b"Feedback-ID: a " + b"b " * 50, "could be folded"),
        (b"Feedback-ID: ", b"Feedback-ID: \x1b", "no header may hold"),
        (b"Feedback-ID: ", b"Feedback-ID: [[ x ]]", "holds an open field"),
        (b"Feedback-ID: ", b"Feedback-ID: \xc3\xa9", "not ASCII"),
        (b"Subject: ", b"Subject: =?utf-8?b?w6nDqcOp" + b"w6nD" * 20 + b"?= ", "longer than 75"),
        (b"Subject: ", b"Subject: =?utf-8?b?ww==?= ", "cuts a character"),
        (b"\r\n\r\n", b"\r\nX: y\n\r\n\r\n", "bare CR or LF"),
        (b"gender", b"g" * 80, "longer than 76 bytes"),
        (b"gender", b"g" * 1000, "longer than 998 bytes"),
        (b"Dear=20=", b"Dear [[ x ]]=20=", "open field"),
        (b"multipart/alternative", b"multipart/mixed", "The parts are multipart/mixed"),
        (b"quoted-printable", b"8bit", "not quoted-printable"),
        (b"charset=utf-8", b"charset=latin-1", "not UTF-8"),
        (b"<title", b"<script>x</script><title", "<script> has no place"),
        (b"<title", b"<svg></svg><title", "<svg> has no place"),
        (b"<title>", b"<title>x", "not the subject"),
        (b'role=3D"article"', b'role=3D"main"', "role=article"),
        (b'<html lang=3D"en"', b'<html lang=3D"fr"', "say lang and dir"),
        (b'name=3D"color-scheme"', b'name=3D"x"', "metas of the colour scheme"),
        (b"prefers-color-scheme", b"prefers-colour-scheme", "dark mode"),
        (b"data-ogsc", b"data-x", "dark mode"),
        (b"display:none", b"display:block", "preheader has 0"),
        (b"<h1", b"<h2", "one h1"),
        (b"<h2", b"<h5", "level of headings"),
        (b'role=3D"presentation"', b'role=3D"x"', "role=presentation"),
        (b"mine.jpg", b"mine.svg", "SVG"),
        (b"text-decoration:underline", b"text-decoration:none", "not underlined"),
        (b'href=3D"', b'onclick=3D"', "event handler"),
        (b'href=3D"https', b'href=3D"ftp', "leads nowhere"),
        (b'href=3D"https', b'href=3D"javascript', "javascript"),
    ],
)
def test_it_finds(newsletter: bytes, before: bytes, after: bytes, problem: str) -> None:
    assert lint(newsletter) == []
    # Soft breaks may part what is to be changed, so they are moved out of the way.
    whole = newsletter.replace(b"=\r\n", b"=\r\n" if before in newsletter else b"")
    assert before in whole
    assert any(problem in sentence for sentence in lint(whole.replace(before, after)))


def test_it_finds_a_newsletter_among_transactional_mail(
    stationery: Stationery, letter: Letter, transactional: Headers, values: dict[str, str]
) -> None:
    message = CompiledMessage.load(compile_message(stationery.compose(letter), transactional))
    raw = message.write(
        to=Mailbox("zoe@example.org"),
        message_id="1@example.org",
        date=datetime(2026, 11, 23, tzinfo=UTC),
        values=values,
    )
    without = raw.replace(b"Auto-Submitted: auto-generated\r\n", b"")
    assert any("Auto-Submitted" in sentence for sentence in lint(without))
    offering = raw.replace(b"MIME-Version", b"List-Unsubscribe-Post: x\r\nMIME-Version")
    assert any("Only newsletters" in sentence for sentence in lint(offering))

"""What is refused before it can go onto the wire, and addresses in every script."""

from datetime import UTC, datetime

import pytest

from outreach.errors import Refused
from outreach.mail.compiled import (
    CompiledMessage,
    Headers,
    Mailbox,
    compile_message,
)
from outreach.mail.compose import Composed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TO = Mailbox("zoe@example.org", "Zoë Müller")


def minimal(**changes: str) -> Composed:
    said = {"subject": "Hello", "html": "<p>Hi</p>", "text": "Hi\n", "language": "en", **changes}
    return Composed(preheader="", title="", fields=frozenset(), **said)


def written(
    composed: Composed, headers: Headers, values: dict[str, str], to: Mailbox = TO
) -> bytes:
    message = CompiledMessage.load(compile_message(composed, headers))
    return message.write(to=to, message_id="7.abc@news.example.org", date=NOW, values=values)


@pytest.mark.parametrize(
    "subject", ["a\nBcc: x@example.org", "a\rb", "a\0b", "a\x85b", "a\u2028b", "a\u202eb", "a\tb"]
)
def test_a_subject_with_a_line_end_or_a_control_is_refused(subject: str) -> None:
    with pytest.raises(Refused, match="subject"):
        compile_message(minimal(subject=subject), Headers(Mailbox("a@example.org")))


@pytest.mark.parametrize(
    "headers",
    [
        Headers(Mailbox("a@example.org", "A\r\nB")),
        Headers(Mailbox("a@example.org", "A <b@example.org>")),
        Headers(Mailbox("a@example.org", "x" * 61)),
        Headers(Mailbox("a b@example.org")),
        Headers(Mailbox("a@example.org"), reply_to="a@b\r\nBcc: c@d"),
        Headers(Mailbox("a@example.org"), bulk=True, list_id=("News", "a b")),
        Headers(Mailbox("a@example.org"), bulk=True, list_id=("New\ns", "news.example.org")),
        Headers(Mailbox("a@example.org"), bulk=True, list_archive="https://x.example/ y"),
        Headers(Mailbox("a@example.org"), bulk=True, feedback_id="é"),
        Headers(Mailbox("a@example.org"), bulk=True, feedback_id="a\r\nb"),
    ],
)
def test_our_own_headers_are_refused_where_they_cannot_be_written(headers: Headers) -> None:
    with pytest.raises(Refused):
        compile_message(minimal(), headers)


@pytest.mark.parametrize(
    "address",
    ["", "zoe", "@example.org", "zoe@", "a b@example.org", "a@b@example.org", "a@ex ample.org",
     "a@example.org\r\nBcc: x@y", "a@example.org,b@example.org", "<a@example.org>", "a@-x.org",
     "a@x..org", ".a@example.org", "a" * 65 + "é@example.org", "a\u202e@example.org",
     "é@\ud800.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        written(minimal(), Headers(Mailbox("a@example.org")), {}, Mailbox(address))


def test_a_foreign_domain_goes_out_as_an_a_label() -> None:
    raw = written(minimal(), Headers(Mailbox("a@example.org")), {}, Mailbox("zoe@bücher.example"))
    assert b"\r\nTo: zoe@xn--bcher-kva.example\r\n" in raw


def test_a_foreign_name_before_the_at_stays_as_it_is() -> None:
    raw = written(minimal(), Headers(Mailbox("a@example.org")), {}, Mailbox("zoë@example.org"))
    assert "\r\nTo: zoë@example.org\r\n".encode() in raw


@pytest.mark.parametrize("bad", ["", "x", "<a@b>", "a b@c", "a@b\r\nX: y"])
def test_a_message_id_that_is_none_is_refused(bad: str) -> None:
    message = CompiledMessage.load(compile_message(minimal(), Headers(Mailbox("a@example.org"))))
    with pytest.raises(Refused):
        message.write(to=TO, message_id=bad, date=NOW, values={})


def test_a_language_tag_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match="language"):
        compile_message(minimal(language="en\r\nX: y"), Headers(Mailbox("a@example.org")))

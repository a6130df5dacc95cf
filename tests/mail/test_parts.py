"""An invitation on the wire: the five parts, the method twice, the calendar byte by byte."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as some

from outreach.errors import Refused
from outreach.mail.check import lint
from outreach.mail.compiled import CompiledMessage, Headers, Mailbox, compile_message
from outreach.mail.compose import Composed, Letter, Stationery

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEADERS = Headers(sender=Mailbox("events@example.org", "Réseau"))
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    "SUMMARY:Réunion à l’aube\r\n.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def minimal() -> Composed:
    """Give the shortest letter."""
    return Composed("en", "Hello", "", "", "<p>Hi</p>", "Hi\n", frozenset())


def invitation(composed: Composed, calendar: str = CALENDAR, method: str = "REQUEST") -> bytes:
    """Write an invitation as the sender does: compiled, stored, read, filled in."""
    message = CompiledMessage.load(compile_message(composed, HEADERS, calendar=method))
    assert "calendar" in message.fields
    values = {"calendar": calendar, "confirm_url": "https://example.org/c/1"}
    return message.write(
        to=Mailbox("ana@example.org"), message_id="1.a@example.org", date=NOW, values=values
    )


def parts(raw: bytes) -> dict[str, EmailMessage]:
    """Give the parts by their kind."""
    return {
        part.get_content_type(): part for part in message_from_bytes(raw, policy=default).walk()
    }


def test_the_parts_stand_as_outlook_and_apple_want_them() -> None:
    raw = invitation(minimal())
    assert list(parts(raw)) == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html"),
        *("text/calendar", "application/ics"),
    ]
    inline, attached = parts(raw)["text/calendar"], parts(raw)["application/ics"]
    assert (inline.get_param("method"), inline.get_content_charset()) == ("REQUEST", "utf-8")
    assert not inline.is_attachment()
    assert attached.get_filename() == "invite.ics"
    assert inline.get_payload(decode=True) == CALENDAR.encode()
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True)


def test_what_is_written_of_it_stands_up_to_the_linter(
    stationery: Stationery, letter: Letter
) -> None:
    raw = invitation(stationery.compose(letter))
    assert lint(raw) == []
    assert b"\r\n." not in raw
    broken = raw.replace(b"method=REQUEST", b"method=CANCEL")
    assert lint(broken) == ["The method of the part is not that of its calendar."]


@given(words=some.text(some.characters(exclude_categories=["Cs"]), max_size=3_000))
def test_any_calendar_arrives_byte_by_byte(words: str) -> None:
    calendar = f"{CALENDAR}{words}"
    raw = invitation(minimal(), calendar)
    assert parts(raw)["text/calendar"].get_payload(decode=True) == calendar.encode()
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("calendar", ["", CALENDAR.replace("REQUEST", "CANCEL")])
def test_a_calendar_that_is_missing_or_says_otherwise_is_refused(calendar: str) -> None:
    with pytest.raises(Refused, match="method REQUEST"):
        invitation(minimal(), calendar)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(Refused, match="no method"):
        compile_message(minimal(), HEADERS, calendar="REPLY")


def test_a_letter_without_a_calendar_needs_none() -> None:
    message = CompiledMessage.load(compile_message(minimal(), HEADERS))
    assert "calendar" not in message.fields


def test_what_is_published_to_many_is_an_attachment_and_no_view_of_the_letter(
    stationery: Stationery, letter: Letter
) -> None:
    calendar = CALENDAR.replace("METHOD:REQUEST", "METHOD:PUBLISH")
    content = compile_message(stationery.compose(letter), HEADERS, published=calendar)
    compiled = CompiledMessage.load(content)
    assert "calendar" not in compiled.fields
    raw = compiled.write(
        to=Mailbox("ana@example.org"),
        message_id="1.a@example.org",
        date=NOW,
        values={"confirm_url": "https://example.org/c/1"},
    )
    assert list(parts(raw)) == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html"),
        "text/calendar",
    ]
    attached = parts(raw)["text/calendar"]
    assert attached.is_attachment()
    assert (attached.get_param("method"), attached.get_filename()) == ("PUBLISH", "event.ics")
    assert attached.get_payload(decode=True) == calendar.encode()
    assert lint(raw) == []


def test_only_what_says_so_is_published() -> None:
    with pytest.raises(Refused, match="PUBLISH"):
        compile_message(minimal(), HEADERS, published=CALENDAR)

"""The conversation with a server, byte by byte."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.delivery.transports.parcels import Fate, Parcel, ServerTrouble
from outreach.delivery.transports.pipeline import Conversation, Offers, dot_stuffed
from outreach.delivery.transports.replies import LONGEST, ReplyReader

PIPELINING = Offers(pipelining=True)
SLOW_MACHINES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parcel(number: int = 1, **values: str) -> Parcel:
    """Give a small parcel."""
    recipient = values.get("recipient", f"reader{number}@example.org")
    return Parcel(number, "news@example.org", recipient, b"Hi %d\r\n" % number, is_clean=True)


def received(wire: bytes) -> bytes:
    """Undo dot-stuffing as a server does (RFC 5321 §4.5.2)."""
    lines: list[bytes] = []
    for line in wire.split(b"\r\n"):
        if line == b".":
            return b"\r\n".join(lines) + b"\r\n"
        lines.append(line.removeprefix(b"."))
    raise AssertionError("the message has no end")


@pytest.mark.parametrize(
    "content", [b".", b"\n.\n", b"\r.\r", b"\n.\r\n", b"a\r\n.\r\nb", b"..\r\n", b"", b"a\r\n"]
)
def test_no_content_can_end_the_message_early(content: bytes) -> None:
    wire = b"".join(dot_stuffed(content))
    assert wire.endswith(b".\r\n")
    assert wire.find(b"\r\n.\r\n") in (-1, len(wire) - 5)
    assert not wire.startswith(b".\r\n") or wire == b".\r\n"
    assert wire.count(b"\r") == wire.count(b"\n") == wire.count(b"\r\n")


@SLOW_MACHINES
@given(st.lists(st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r", b"a"]), max_size=12))
def test_a_server_reads_what_was_written(pieces: list[bytes]) -> None:
    content = b"x" + b"".join(pieces)
    plain = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    expected = plain if plain.endswith(b"\r\n") else plain + b"\r\n"
    assert received(b"".join(dot_stuffed(content))) == expected


def test_the_next_envelope_follows_right_behind_the_final_dot() -> None:
    talk = Conversation(PIPELINING, 10)
    talk.offer(parcel(1))
    talk.outgoing()
    talk.feed(b"250 Ok\r\n250 Ok\r\n354 Go\r\n")
    talk.offer(parcel(2))
    said = talk.outgoing()
    assert said.startswith(b"Hi 1\r\n.\r\nMAIL FROM:<news@example.org>\r\nRCPT TO:<reader2@")
    assert said.endswith(b"DATA\r\n")
    assert talk.room == 0


def test_without_pipelining_each_command_waits_for_its_answer() -> None:
    talk = Conversation(Offers(), 10)
    talk.offer(parcel(1))
    assert talk.outgoing() == b"MAIL FROM:<news@example.org>\r\n"
    talk.feed(b"250 Ok\r\n")
    assert talk.outgoing() == b"RCPT TO:<reader1@example.org>\r\n"
    talk.feed(b"550 5.1.1 no\r\n")
    assert talk.outgoing() == b"RSET\r\n"
    (result,) = talk.results()
    assert (result.fate, result.code, result.text) == (Fate.REFUSED, 550, "5.1.1 no")


def test_a_refused_recipient_whose_data_was_accepted_is_ended_empty_and_reset() -> None:
    talk = Conversation(PIPELINING, 10)
    talk.offer(parcel(1))
    talk.outgoing()
    talk.feed(b"250 Ok\r\n450 4.2.1 later\r\n354 Go\r\n")
    assert talk.outgoing() == b".\r\nRSET\r\n"
    talk.feed(b"554 no recipients\r\n250 Ok\r\n")
    (result,) = talk.results()
    assert (result.fate, result.text) == (Fate.DEFERRED, "4.2.1 later")
    assert talk.alive == 0


def test_only_a_message_that_was_written_whole_is_uncertain_when_the_connection_breaks() -> None:
    talk = Conversation(PIPELINING, 10)
    talk.offer(parcel(1))
    written = len(talk.outgoing())
    talk.feed(b"250 Ok\r\n250 Ok\r\n354 Go\r\n")
    talk.offer(parcel(2))
    content = len(b"Hi 1\r\n.\r\n")
    talk.outgoing()
    cut_off, kept = talk.cut(written + content - 1)
    assert (cut_off, [one.id for one in kept]) == ([], [1, 2])


def test_the_message_whose_final_dot_was_written_is_uncertain_and_the_next_is_kept() -> None:
    talk = Conversation(PIPELINING, 10)
    talk.offer(parcel(1))
    written = len(talk.outgoing())
    talk.feed(b"250 Ok\r\n250 Ok\r\n354 Go\r\n")
    talk.offer(parcel(2))
    written += len(talk.outgoing())
    cut_off, kept = talk.cut(written)
    assert [(one.id, one.fate) for one in cut_off] == [(1, Fate.CUT_OFF)]
    assert [one.id for one in kept] == [2]


def test_421_after_the_final_dot_is_a_clear_no() -> None:
    talk = Conversation(PIPELINING, 10)
    talk.offer(parcel(1))
    written = len(talk.outgoing())
    talk.feed(b"250 Ok\r\n250 Ok\r\n354 Go\r\n")
    written += len(talk.outgoing())
    with pytest.raises(ServerTrouble):
        talk.feed(b"421 4.3.2 shutting down\r\n")
    cut_off, kept = talk.cut(written)
    assert (cut_off, [one.id for one in kept]) == ([], [1])


@pytest.mark.parametrize("offers", [PIPELINING, Offers()])
@pytest.mark.parametrize("answer", [b"250 Ok\r\n", b"334 what\r\n"])
def test_a_message_whose_content_nobody_asked_for_is_not_sent(
    offers: Offers, answer: bytes
) -> None:
    talk = Conversation(offers, 10)
    talk.offer(parcel(1))
    talk.feed(b"250 Ok\r\n")
    talk.feed(b"250 Ok\r\n")
    with pytest.raises(ServerTrouble):
        talk.feed(answer)
    cut_off, kept = talk.cut(len(talk.outgoing()))
    assert (talk.results(), cut_off, [one.id for one in kept]) == ([], [], [1])


@pytest.mark.parametrize("code", [503, 530, 535])
@pytest.mark.parametrize("offers", [PIPELINING, Offers()])
def test_a_refusal_that_speaks_of_us_blames_no_recipient(offers: Offers, code: int) -> None:
    talk = Conversation(offers, 10)
    talk.offer(parcel(1))
    written = len(talk.outgoing())
    with pytest.raises(ServerTrouble):
        talk.feed(b"%d 5.7.0 log in first\r\n" % code)
    cut_off, kept = talk.cut(written)
    assert (talk.results(), cut_off, [one.id for one in kept]) == ([], [], [1])


@pytest.mark.parametrize("address", ["a@b.org>\r\nRCPT TO:<x@y.org", "a b@c.org", "a@b\x00.org"])
def test_an_address_cannot_bring_a_command_with_it(address: str) -> None:
    talk = Conversation(PIPELINING, 10)
    talk.offer(parcel(1, recipient=address))
    assert talk.outgoing() == b""
    assert [one.fate for one in talk.results()] == [Fate.REFUSED]


def test_what_the_server_offers_is_used() -> None:
    talk = Conversation(Offers(pipelining=True, size=True, dsn=True), 10)
    talk.offer(parcel()._replace(envelope_id="abc", recipient="a+b@example.org"))
    mail, rcpt, data, _ = talk.outgoing().split(b"\r\n")
    assert mail == b"MAIL FROM:<news@example.org> SIZE=6 RET=HDRS ENVID=abc"
    assert rcpt == (
        b"RCPT TO:<a+b@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@example.org"
    )
    assert data == b"DATA"


@SLOW_MACHINES
@given(st.binary(max_size=300), st.integers(1, 7))
def test_no_bytes_from_a_server_do_anything_but_be_understood_or_be_trouble(
    said: bytes, size: int
) -> None:
    talk = Conversation(PIPELINING, 10)
    talk.offer(parcel(1))
    written = len(talk.outgoing())
    try:
        for at in range(0, len(said), size):
            talk.feed(said[at : at + size])
            written += len(talk.outgoing())
    except ServerTrouble:
        talk.outgoing()
    results = talk.results()
    cut_off, kept = talk.cut(written)
    assert [one.id for one in results + cut_off] + [one.id for one in kept] == [1]
    assert all(one.fate is not Fate.SENT for one in results)


@pytest.mark.parametrize("endless", [b"2" * 5000, b"250-" + b"x" * 5000 + b"\r\n"])
def test_a_reply_without_an_end_is_trouble(endless: bytes) -> None:
    with pytest.raises(ServerTrouble):
        listen_for_ever(ReplyReader(), endless)


def listen_for_ever(reader: ReplyReader, said: bytes) -> None:
    """Hear the same again and again."""
    for _ in range(LONGEST // 1000):
        reader.feed(said)

"""How header fields are written: folded, encoded, harmless."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.errors import Refused
from outreach.mail.headers import (
    FORBIDDEN,
    mailbox_header,
    phrase,
    plain_header,
    strangers_name,
    strangers_words,
    text_header,
    wire_address,
)

WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zs", "Zl", "Zp"])
    | st.sampled_from([" ", "a", "é", "👩", "\N{ZERO WIDTH JOINER}"]),
    max_size=200,
).map(lambda text: FORBIDDEN.sub("", " ".join(text.split())))


def unfolded(line: bytes) -> str:
    message = message_from_bytes(line + b"\r\n", policy=default)
    return str(next(iter(message.values())))


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_any_subject_comes_back_the_same(words: str) -> None:
    line = text_header("Subject", words)
    assert line.isascii()
    assert max(map(len, line.split(b"\r\n"))) <= 78
    if "=?" not in words:
        assert unfolded(line) == words


def test_plain_words_are_not_encoded() -> None:
    assert text_header("Subject", "News of July 2020!") == b"Subject: News of July 2020!\r\n"


def test_long_plain_words_fold_at_blanks() -> None:
    line = text_header("Subject", "word " * 40 + "end")
    assert b"=?" not in line
    assert max(map(len, line.split(b"\r\n"))) <= 78


def test_one_word_that_is_too_long_for_a_line_is_encoded() -> None:
    line = text_header("Subject", "x" * 200)
    assert max(map(len, line.split(b"\r\n"))) <= 78
    assert unfolded(line) == "x" * 200


def test_what_looks_like_an_encoded_word_is_encoded_itself() -> None:
    assert b"=?utf-8?q?evil?=" not in text_header("Subject", "=?utf-8?q?evil?=")


def test_blanks_at_the_edges_are_kept_by_encoding() -> None:
    assert b"=?utf-8?b?" in text_header("Subject", " a")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=90))
def test_a_display_name_never_adds_an_address(name: str) -> None:
    display = strangers_name(name)
    line = mailbox_header("To", "zoe@example.org", display)
    message = message_from_bytes(line + b"\r\n", policy=default)
    (box,) = message["To"].addresses
    assert box.addr_spec == "zoe@example.org"
    assert len(display) <= 60
    assert not set(display) & set('@<>"\\')
    assert max(map(len, line.split(b"\r\n"))) <= 78


def test_a_long_address_stands_on_a_line_of_its_own() -> None:
    line = mailbox_header("To", "a" * 60 + "@example.org", "A rather long name of a person")
    assert line.split(b"\r\n")[1].startswith(b" <aaa")


def test_a_quoted_name_escapes_its_quotation_marks() -> None:
    assert phrase('A "B" \\ C', 4) == '"A \\"B\\" \\\\ C"'


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Zoë", "Zoë"),
        ("a\r\nBcc: x", "a Bcc: x"),
        ("a\0\x1b\u202eb\u2066", "ab"),
        ("a\u2028b\tc", "a b c"),
        ("[[[ x ]]] {{{ %%%", "[ x ] { %"),
        ("\ud800", ""),
        ("  a   b  ", "a b"),
        ("x" * 900, "x" * 500),
    ],
)
def test_strangers_words_are_made_harmless(words: str, kept: str) -> None:
    assert strangers_words(words) == kept


def test_ascii_fields_refuse_anything_else() -> None:
    with pytest.raises(Refused):
        plain_header("Feedback-ID", "é")


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("a.b+c@example.org", "a.b+c@example.org"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
    ],
)
def test_addresses_go_out_with_an_ascii_domain(address: str, wire: str) -> None:
    assert wire_address(address) == wire

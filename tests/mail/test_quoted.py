"""Quoted-printable, checked against the standard library's decoder."""

import quopri

from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.quoted import SOFT, body_text, quote, quote_value

TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \n=.\t"))


@given(TEXT)
def test_any_text_comes_back_the_same(text: str) -> None:
    clean = body_text(text)
    encoded = quote(clean)
    assert quopri.decodestring(encoded).decode().replace("\r\n", "\n") == clean
    for line in encoded.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.endswith((b" ", b"\t"))
        assert b"\n" not in line
        assert b"\r" not in line


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_value_stands_on_a_soft_broken_line_of_its_own(value: str) -> None:
    encoded = b"a" * 75 + SOFT + quote_value(value) + SOFT + b"b" * 75
    assert quopri.decodestring(encoded).decode() == "a" * 75 + value + "b" * 75
    assert max(map(len, encoded.split(b"\r\n"))) <= 76


def test_soft_breaks_end_with_crlf_even_in_a_text_without_line_ends() -> None:
    assert quote("x" * 100) == b"x" * 75 + b"=\r\n" + b"x" * 25


def test_a_code_is_never_cut_in_two() -> None:
    for length in range(70, 80):
        for line in quote("x" * length + "é" * 30).split(b"=\r\n"):
            assert quopri.decodestring(line).count(b"=") == 0

"""`content/partners.toml`: what is right in it, and every fault with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.content.fields import Wrong
from outreach.events.partner_source import PATH, origin
from outreach.events.partners import partners
from tests.writing import Home

pytestmark = pytest.mark.one_database

GOOD = '[[partners]]\nslug = "one"\nname = "One"\n'


def kept(home: Home) -> list[tuple[str, list[str]]]:
    """Give slug and origins of the partners that are live."""
    with home.database.reading() as session:
        return [(each.slug, each.origins) for each in partners(session)]


def test_a_partner_needs_a_slug_and_a_name_and_nothing_else(home: Home) -> None:
    home.write(PATH, GOOD)
    assert home.faults() == []
    assert kept(home) == [("one", [])]


def test_origins_are_kept_as_browsers_write_them(home: Home) -> None:
    given = [
        "https://Www.Example.ORG",
        "https://www.example.org:443",
        "https://example.org:8443",
        "https://caf\u00e9.example",
        "http://localhost:5000",
        "http://127.0.0.1",
    ]
    home.write(PATH, f"{GOOD}origins = {given}".replace("'", '"'))
    assert home.faults() == []
    [(_slug, origins)] = kept(home)
    assert origins == [
        "https://www.example.org",
        "https://example.org:8443",
        "https://xn--caf-dma.example",
        "http://localhost:5000",
        "http://127.0.0.1",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://example.org/", "more than an origin"),
        ("https://example.org/page", "more than an origin"),
        ("https://example.org?x=1", "more than an origin"),
        ("https://example.org#x", "more than an origin"),
        ("https://*.example.org", "Wildcards"),
        ("*", "Wildcards"),
        ("http://example.org", "must begin with https://"),
        ("http://[::1]:80", "not an origin"),
        ("https://[::1]", "not an origin"),
        ("https://-a.example", "not an origin"),
        ("https://a..example", "not an origin"),
        ("https://example.org:", "not an origin"),
        ("https://example.org:0", "not an origin"),
        ("https://example.org:99999", "not an origin"),
        ("https://example.org;report-uri", "not an origin"),
        ("https://a.example, https://b.example", "not a web address"),
        ("https://user@example.org", "not a web address"),
        ("ftp://example.org", "not a web address"),
        ("example.org", "not a web address"),
        ("'self'", "not a web address"),
        ("", "This is empty."),
    ],
)
def test_what_is_no_origin_is_told_with_its_line(home: Home, written: str, said: str) -> None:
    home.write(PATH, f'{GOOD}origins = [\n  "https://good.example",\n  "{written}",\n]\n')
    line, sentence = home.fault_of(PATH)
    assert line == 6
    assert said in sentence


@given(st.text(max_size=40) | st.text("https:/*.[]@;, 'a0-", max_size=40).map("https://".__add__))
def test_no_origin_can_say_anything_else_in_a_header(text: str) -> None:
    try:
        found = origin(text)
    except Wrong:
        return
    assert found.isascii()
    assert not set(found) & set(" ;,'\"*\r\n\t@\\")
    assert origin(found) == found


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ('[[partners]]\nname = "One"\n', 1, "“slug” is missing."),
        ('[[partners]]\nslug = "one"\n', 1, "“name” is missing."),
        ('[[partners]]\nslug = "One!"\nname = "One"\n', 2, "is not a short name"),
        (f'{GOOD}origin = ["https://a.example"]\n', 4, "Did you mean “origins”?"),
        (f'{GOOD}[colour]\nx = "y"\n', 4, "is not a key that is known here"),
        (f"{GOOD}origins = []\n", 4, "“origins” is empty."),
        (f'{GOOD}origins = "https://a.example"\n', 4, "must be a list"),
        (f'{GOOD}url = "javascript:alert(1)"\n', 4, "not a web address"),
        (f"{GOOD}\n{GOOD.replace('One', 'Two')}", 6, "There are two partners “one”."),
        ('[[partners]]\nslug = "one"\nname = "A\\u0007B"\n', 3, "control characters"),
        ('[[partners]]\nslug = "one"\nname = "A\x07B"\n', 3, "invisible control character"),
        ('partners = "one"\n', 1, "must be a list"),
        ("[[partners]\n", 1, ""),
    ],
)
def test_every_fault_is_told_with_its_line(home: Home, content: str, line: int, said: str) -> None:
    home.write(PATH, content)
    found, sentence = home.fault_of(PATH)
    assert found == line
    assert said in sentence


def test_more_origins_than_a_header_should_hold_are_refused(home: Home) -> None:
    many = ", ".join(f'"https://{number}.example"' for number in range(21))
    home.write(PATH, f"{GOOD}origins = [{many}]\n")
    assert home.fault_of(PATH) == (4, "“origins” holds too many.")


def test_all_faults_are_told_at_once(home: Home) -> None:
    home.write(PATH, '[[partners]]\nslug = "A"\n\n[[partners]]\nslug = "b"\nname = ""\n')
    assert [line for _path, line, _said in home.faults()] == [1, 2, 6]

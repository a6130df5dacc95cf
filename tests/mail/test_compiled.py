"""The message on the wire: what independent parsers read back, whatever the names."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outreach.errors import Refused
from outreach.mail.check import lint
from outreach.mail.compiled import (
    CompiledMessage,
    Headers,
    Mailbox,
    compile_message,
)
from outreach.mail.compose import Composed, Letter, Stationery
from outreach.mail.headers import strangers_words

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TO = Mailbox("zoe@example.org", "Zoë Müller")
ANYTHING = st.text(st.characters(), max_size=80)
HOSTILE_PARTS = [
    *("\r\n", "\n", "\r", "\r\n.\r\n", "Bcc: evil@example.com", "@", "<", ">", ",", ";", ":"),
    *('"', "\\", "((", "=?utf-8?q?", "?=", "=", "\u202e", "\u2028", "\0", "\x85", "\ud800"),
    *("é", "👩", "[[ ", " ]]", "{{", "%%", "a" * 70, " ", ".", "<script>", "&amp;"),
]
HOSTILE = ANYTHING | st.lists(st.sampled_from(HOSTILE_PARTS), max_size=12).map("".join)


def minimal(**changes: str) -> Composed:
    said = {"subject": "Hello", "html": "<p>Hi</p>", "text": "Hi\n", "language": "en", **changes}
    return Composed(preheader="", title="", fields=frozenset(), **said)


def written(
    composed: Composed, headers: Headers, values: dict[str, str], to: Mailbox = TO
) -> bytes:
    message = CompiledMessage.load(compile_message(composed, headers))
    return message.write(to=to, message_id="7.abc@news.example.org", date=NOW, values=values)


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def part(raw: bytes, kind: str) -> str:
    found = parsed(raw).get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("mailto", ["", "in+AQIDBAUG@news.example.org"])
def test_a_newsletter_has_nothing_that_the_linter_finds(
    stationery: Stationery,
    make_edition: Callable[[str], Letter],
    bulk: Headers,
    values: dict[str, str],
    language: str,
    mailto: str,
) -> None:
    composed = stationery.compose(make_edition(language))
    assert lint(written(composed, bulk, {**values, "unsubscribe_mailto": mailto})) == []


def test_a_transactional_mail_has_nothing_that_the_linter_finds(
    stationery: Stationery, letter: Letter, transactional: Headers, values: dict[str, str]
) -> None:
    raw = written(stationery.compose(letter), transactional, values)
    assert lint(raw) == []
    assert "List-Unsubscribe" not in parsed(raw)


def test_the_same_input_gives_the_same_bytes(
    stationery: Stationery, make_edition: Callable[[str], Letter], bulk: Headers
) -> None:
    first = compile_message(stationery.compose(make_edition("fr")), bulk)
    assert first == compile_message(stationery.compose(make_edition("fr")), bulk)


def test_two_parsers_read_the_same_headers_back(bulk: Headers, values: dict[str, str]) -> None:
    subject = "Qui paie le prix d’une crise\N{NO-BREAK SPACE}? " + "Ça alors, encore 👩‍🏭 " * 6
    raw = written(minimal(subject=subject.strip()), bulk, values)
    modern, old = parsed(raw), message_from_bytes(raw, policy=compat32)
    assert modern["Subject"] == subject.strip()
    assert str(make_header(decode_header(old["Subject"]))) == subject.strip()
    assert modern["From"].addresses[0].display_name == "Women’s Rights and Mining"
    assert modern["From"].addresses[0].addr_spec == "news@example.org"
    assert modern["To"].addresses[0].display_name == "Zoë Müller"
    assert getaddresses([old["To"]])[0][1] == "zoe@example.org"
    assert modern["Reply-To"] == "office@example.org"
    assert modern["Message-ID"] == "<7.abc@news.example.org>"
    assert parsedate_to_datetime(old["Date"]) == NOW
    assert raw.count(b" +0000\r\n") == 1
    assert modern["Content-Language"] == "en"


def test_the_headers_of_a_newsletter(bulk: Headers, values: dict[str, str]) -> None:
    raw = written(minimal(), bulk, {**values, "unsubscribe_mailto": "mailto:in+x@example.org"})
    for line in (
        b"List-Unsubscribe: <" + values["unsubscribe_url"].encode() + b">,",
        b" <mailto:in+x@example.org>",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        b'List-Id: "News & Events" <news.example.org>',
        b"List-Archive: <https://news.example.org/en/newsletters>",
        b"List-Help: <https://news.example.org/en/pages/privacy>",
        b"List-Post: NO",
        b"Precedence: bulk",
        b"Feedback-ID: campaign7:news:outreach",
    ):
        assert raw.split(b"\r\n").count(line) == 1, line


def test_a_long_unsubscribe_link_is_neither_encoded_nor_folded(
    bulk: Headers, values: dict[str, str]
) -> None:
    link = "https://" + "a-long-host-name." * 8 + "example.org/u/" + "A" * 200
    raw = written(minimal(), bulk, {**values, "unsubscribe_url": link})
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in raw


@pytest.mark.parametrize(
    "link",
    ["", "http://news.example.org/u/x", "https://x.example/a b", "https://x.example/>", "x",
     "https://x.example/\r\nBcc: a@b", "https://x.example/a,b\u202e"],
)  # fmt: skip
def test_an_unsubscribe_link_that_would_not_work_is_refused(
    bulk: Headers, values: dict[str, str], link: str
) -> None:
    with pytest.raises(Refused):
        written(minimal(), bulk, {**values, "unsubscribe_url": link})


def test_on_this_machine_the_unsubscribe_link_may_be_http(
    bulk: Headers, values: dict[str, str]
) -> None:
    raw = written(minimal(), bulk, {**values, "unsubscribe_url": "http://127.0.0.1:8000/u/x"})
    assert b"<http://127.0.0.1:8000/u/x>" in raw


@settings(max_examples=150, deadline=None)
@given(HOSTILE, HOSTILE)
def test_no_name_breaks_a_mail(name: str, display: str) -> None:
    composed = minimal(
        subject="Hello [[ first_name | friend ]], how are you?",
        text="Dear [[ first_name | friend ]],\nhello\n",
        html="<p>Dear [[ first_name | friend ]],</p>",
    )
    headers = Headers(sender=Mailbox("news@example.org", "News"))
    raw = written(composed, headers, {"first_name": name}, Mailbox("zoe@example.org", display))
    message = parsed(raw)
    assert [box.addr_spec for box in message["To"].addresses] == ["zoe@example.org"]
    assert not message.defects
    assert sorted(message.keys()) == sorted(parsed(written(composed, headers, {})).keys())
    # The letter is too small to please the linter of HTML; its headers and lines must be perfect.
    about_html = ("title", "html", "preheader", "h1", "dark", "colour", "wrapped")
    assert [line for line in lint(raw) if not any(word in line for word in about_html)] == []


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=60))
def test_a_harmless_value_arrives_as_it_was_written(value: str) -> None:
    assume(strangers_words(value) == value)
    composed = minimal(
        subject="[[ first_name ]]", text="[[ first_name ]]!", html="[[ first_name ]]!"
    )
    raw = written(composed, Headers(Mailbox("a@example.org")), {"first_name": value})
    assert part(raw, "plain").rstrip("\n") == value + "!"
    assert parsed(raw)["Subject"] == value


def test_values_are_escaped_for_the_place_where_they_stand(values: dict[str, str]) -> None:
    composed = minimal(text="[[ first_name ]]", html="<p>[[ first_name ]]</p>")
    hostile = "<img src=x onerror=alert(1)>\"'&"
    raw = written(composed, Headers(Mailbox("a@example.org")), {"first_name": hostile})
    assert hostile in part(raw, "plain")
    assert "<p>&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;</p>" in part(raw, "html")


def test_a_fallback_speaks_when_nothing_is_known() -> None:
    composed = minimal(
        subject="[[ first_name | Freund & Co ]]",
        text="[[ first_name | Freund & Co ]]",
        html="<p>[[ first_name | Freund &amp; Co ]]</p>",
    )
    for known in ({}, {"first_name": ""}, {"first_name": "\u202e \r\n"}):
        raw = written(composed, Headers(Mailbox("a@example.org")), dict(known))
        assert parsed(raw)["Subject"] == "Freund & Co"
        assert part(raw, "plain").strip() == "Freund & Co"
        assert "<p>Freund &amp; Co</p>" in part(raw, "html")


def test_a_message_tells_what_it_needs(
    stationery: Stationery, make_edition: Callable[[str], Letter], bulk: Headers
) -> None:
    composed = stationery.compose(make_edition("en"))
    message = CompiledMessage.load(compile_message(composed, bulk))
    assert message.fields == {"first_name", "preferences_url", "unsubscribe_url"}
    assert composed.fields == message.fields


def test_fields_of_the_subject_are_needed_too() -> None:
    composed = minimal(subject="[[ organisation | You ]] and us")
    message = CompiledMessage.load(compile_message(composed, Headers(Mailbox("a@example.org"))))
    assert message.fields == {"organisation"}


def test_dots_and_bare_line_ends_in_a_text_survive() -> None:
    raw = written(minimal(text="a\n.\nb\r.\rc\n.\r\nd\n"), Headers(Mailbox("a@example.org")), {})
    assert part(raw, "plain") == "a\n.\nb\n.\nc\n.\nd\n"
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(st.lists(HOSTILE, min_size=1, max_size=3).map("\n.".join), HOSTILE.map(".".__add__))
@settings(max_examples=60, deadline=None)
def test_no_line_of_a_message_begins_with_a_dot(text: str, name: str) -> None:
    composed = minimal(
        text=f".{text}[[ first_name | . ]]\n", html=f"<p>.[[ first_name | .. ]]{'.' * 200}"
    )
    headers = Headers(Mailbox("a@example.org"))
    raw = written(composed, headers, {"first_name": name}, Mailbox("zoe@example.org", name))
    assert b"\n." not in raw
    assert not raw.startswith(b".")
    assert part(raw, "html").startswith("<p>.")


def test_the_boundary_occurs_in_no_part() -> None:
    headers = Headers(Mailbox("a@example.org"))
    boundary = parsed(written(minimal(), headers, {})).get_boundary()
    raw = written(minimal(text=f"--{boundary}\n", html=f"--{boundary}--"), headers, {})
    own = parsed(raw).get_boundary()
    assert raw.count(f"--{own}".encode()) == 3
    assert part(raw, "plain") == f"--{boundary}\n"


def test_a_retry_repeats_the_message_byte_for_byte(bulk: Headers, values: dict[str, str]) -> None:
    assert written(minimal(), bulk, values) == written(minimal(), bulk, values)


def test_the_date_is_the_one_of_handing_over() -> None:
    message = CompiledMessage.load(compile_message(minimal(), Headers(Mailbox("a@example.org"))))
    raws = [
        message.write(to=TO, message_id="a@b", date=moment, values={})
        for moment in (NOW, NOW.replace(hour=22, minute=5, second=9))
    ]
    assert [parsed(raw)["Date"] for raw in raws] == [
        "Mon, 23 Nov 2026 09:00:00 +0000",
        "Mon, 23 Nov 2026 22:05:09 +0000",
    ]


def test_a_message_of_another_version_is_refused() -> None:
    with pytest.raises(Refused, match="another version"):
        CompiledMessage.load(b'["outreach-message-0",[]]')

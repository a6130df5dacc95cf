"""Why a mail did not arrive, told from a server's codes and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.delivery.failures import (
    SENTENCES,
    FailureClass,
    failure_class,
    without_person,
)
from outreach.delivery.models import State

SAID = [
    (550, "5.1.1", "The email account that you tried to reach does not exist.", "MAILBOX"),
    (550, None, "No such user here", "MAILBOX"),
    (550, "5.0.0", "User unknown", "MAILBOX"),
    (550, "5.7.1", "Recipient unknown", "MAILBOX"),
    (551, None, "User not local", "MAILBOX"),
    (550, "5.1.2", "Bad destination system address", "DOMAIN"),
    (556, "5.1.10", "Recipient address has a null MX", "DOMAIN"),
    (521, None, "Server does not accept mail", "DOMAIN"),
    (550, "5.4.4", "Unable to route: no such host", "DOMAIN"),
    (None, "5.1.3", "the address holds what no address may hold", "ADDRESS"),
    (None, "5.6.7", "the mail server does not offer SMTPUTF8", "ADDRESS"),
    (553, None, "Mailbox name not allowed", "ADDRESS"),
    (550, "5.2.1", "The account is disabled", "DISABLED"),
    (550, None, "This account has been suspended", "DISABLED"),
    (552, "5.2.2", "Mailbox full", "FULL"),
    (452, "4.2.2", "The recipient is over quota", "FULL"),
    (552, None, "Quota exceeded", "FULL"),
    (452, None, "Requested action not taken", "FULL"),
    (550, "5.7.1", "Message rejected as spam by Content Filtering", "SPAM"),
    (554, "5.7.0", "Blocked: see the reputation of your address", "SPAM"),
    (554, None, "Service unavailable; client host blocked using a blocklist", "SPAM"),
    (550, "5.7.26", "This mail is unauthenticated", "IDENTITY"),
    (550, "5.7.515", "Access denied, sending domain does not meet the level", "IDENTITY"),
    (550, "5.7.1", "SPF check failed", "IDENTITY"),
    (552, "5.3.4", "Message size exceeds fixed limit", "SIZE"),
    (554, None, "Message too large", "SIZE"),
    (554, "5.6.0", "Message content rejected", "CONTENT"),
    (451, "4.7.1", "Greylisting in action, please come back later", "LATER"),
    (421, None, "Try again later", "LATER"),
    (450, "4.3.2", "System not accepting network messages", "LATER"),
    (451, "4.0.0", "", "LATER"),
    (554, "5.3.0", "Internal error", "SERVER"),
    (554, "5.4.0", "Routing loop", "SERVER"),
    (550, None, "Nope", "OTHER"),
    (554, None, "", "OTHER"),
    (None, None, "", "OTHER"),
]


@pytest.mark.parametrize(("code", "enhanced", "reply", "kind"), SAID)
def test_a_servers_words_are_put_into_a_class(
    code: int | None, enhanced: str | None, reply: str, kind: str
) -> None:
    assert failure_class(code, enhanced, reply).name == kind


def test_what_became_of_a_delivery_tells_more_than_codes() -> None:
    said = (550, "5.1.1", "no such user")
    assert failure_class(*said, state=State.UNCERTAIN) is FailureClass.CUT_OFF
    assert failure_class(*said, state=State.COMPLAINED) is FailureClass.COMPLAINT
    assert failure_class(*said, state=State.BOUNCED) is FailureClass.MAILBOX


def test_every_class_has_a_sentence_of_its_own() -> None:
    assert SENTENCES.keys() == set(FailureClass)
    assert len({str(sentence) for sentence in SENTENCES.values()}) == len(FailureClass)


@given(
    st.none() | st.integers(0, 999),
    st.none() | st.from_regex(r"[245]\.\d{1,3}\.\d{1,3}", fullmatch=True) | st.text(max_size=11),
    st.text(max_size=500),
)
def test_any_reply_has_a_class(code: int | None, enhanced: str | None, reply: str) -> None:
    assert failure_class(code, enhanced, reply) in FailureClass


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("<ana.li@example.org>: unknown", "<…>: unknown"),
        ("Ana.Li: no such user", "…: no such user"),
        ("to ana.li@EXAMPLE.org via bo@other.example.", "to … via …"),
        ("xn--ana.liana unknown", "xn--ana.liana unknown"),
        ("Mailbox full", "Mailbox full"),
        ("user analia unknown", "user analia unknown"),
    ],
)
def test_nobody_is_named_in_words_that_everybody_may_read(reply: str, shown: str) -> None:
    assert without_person(reply, "ana.li@example.org") == shown


@given(st.text(max_size=300), st.emails())
def test_an_address_never_stays_in_the_words(noise: str, address: str) -> None:
    said = f"{noise} <{address}> {noise}"
    assert address.lower() not in without_person(said, address).lower()

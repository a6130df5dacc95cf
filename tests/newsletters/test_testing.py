"""A test of an edition: the real mail, to a few, with nothing at stake."""

import email.policy
import re
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.audience.forms import FormFaults
from outreach.audience.models import Subscriber, Subscription, SubscriptionState, Topic
from outreach.campaigns import queries, schedule
from outreach.campaigns.fanout import Progress, fan_out_page
from outreach.campaigns.models import LanguageReason
from outreach.content.faults import FaultyFiles
from outreach.content.site import load_site
from outreach.db.models import Hit
from outreach.delivery import sender
from outreach.delivery.addresses import remember
from outreach.delivery.models import (
    Batch,
    Delivery,
    Message,
    Occasion,
    State,
    SuppressionReason,
    Tally,
)
from outreach.delivery.outbox import Outbox
from outreach.delivery.suppressions import suppress
from outreach.errors import BadToken, NotFound, Refused
from outreach.links import Purpose
from outreach.mail.check import lint
from outreach.mail.compiled import CompiledMessage, Mailbox
from outreach.mail.compose import Stationery
from outreach.newsletters.asking import MOST_ADDRESSES, Asked
from outreach.newsletters.forgetting import KEPT, forget_readers
from outreach.newsletters.listing import states
from outreach.newsletters.models import EditionTest
from outreach.newsletters.personas import PERSONAS
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.newsletters.queries import EditionState, edition, public_editions
from outreach.newsletters.tested import PastTest, last_tests, untested
from outreach.newsletters.testing import PER_HOUR, compose_test, post_test, within_limit
from outreach.settings import Settings
from outreach.staff.audit import Actor
from outreach.staff.models import Act
from outreach.times import utc_now
from tests.conftest import REPOSITORY
from tests.delivery.outboxes import Services
from tests.delivery.servers import MailServer
from tests.writing import Home
from tests.writing import edition as edition_file

FOLDER = "content/newsletters/letter/july"
BODY = (
    "Dear [[ first_name | friend ]]\n\nof [[ organisation | ours ]]\n\n"
    "in [[ country | the world ]],\n\nSome words.\n"
)
KEY = "k" * 20
TO = "ada@example.org"


@dataclass
class Room:
    """A home with an edition in three languages, and what tests it."""

    home: Home
    outbox: Outbox
    environ: dict[str, str]

    def ask(self, **more: Any) -> int:  # noqa: ANN401
        """Send a test; give its number."""
        asked = Asked("letter/july", (TO,), "full", ("en", "fr", "es"), KEY)
        now = self.home.now
        with self.home.database.reading() as session:
            ready = compose_test(session, self.outbox, replace(asked, **more), now)
        with self.home.database.transaction() as session:
            return post_test(session, self.outbox, ready, Actor(None, now)).id

    def send(self, **more: str) -> None:
        """Let the transactional stream go until nothing is due. `more`: of the environment."""
        settings = Settings.from_environ(self.environ | more)
        services = Services(settings, self.home.database, self.home.links, utc_now)
        sender.send_transactional(services, threading.Event(), until_idle=True)

    def mails(self) -> dict[tuple[str, str], EmailMessage]:
        """Read what has left, by address and language."""
        found = {}
        for raw in self.raw():
            mail = BytesParser(policy=email.policy.default).parsebytes(raw)
            assert isinstance(mail, EmailMessage)
            found[str(mail["To"]), str(mail["Content-Language"])] = mail
        return found

    def raw(self) -> list[bytes]:
        """Give what has left as it went onto the wire."""
        folder = Path(self.environ["MAIL_URL"].removeprefix("maildir:")) / "new"
        return [_without_trace(file) for file in sorted(folder.iterdir())]

    def last(self) -> PastTest:
        """Give the last test."""
        with self.home.database.reading() as session:
            return last_tests(session, edition(session, "letter/july"))[0]

    def untested(self) -> list[str]:
        """Give the languages whose present text was not tested."""
        with self.home.database.reading() as session:
            return untested(session, edition(session, "letter/july"))[0]

    def count(self, kind: type) -> int:
        """Count rows."""
        with self.home.database.reading() as session:
            return session.scalar(select(func.count()).select_from(kind)) or 0


def _without_trace(file: Path) -> bytes:
    """Leave out what a Maildir adds above the mail."""
    raw = file.read_bytes()
    return raw[raw.index(b"\nFrom: ") + 1 :]


@pytest.fixture
def room(home: Home, environ: dict[str, str]) -> Room:
    """Give a room with an edition in English, French and Spanish."""
    for language, title in (("en", "July"), ("fr", "Juillet, été"), ("es", "Julio")):
        home.write(f"{FOLDER}/{language}.md", edition_file(title, body=BODY))
    assert home.faults() == []
    stationery = Stationery(REPOSITORY / "templates")
    key = home.settings.suppression_key
    return Room(home, Outbox(stationery, home.links, key), environ)


def body(mail: EmailMessage, kind: str) -> str:
    """Give one part of a mail as its reader sees it."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_every_language_leaves_marked_and_in_order_for_any_mail_program(room: Room) -> None:
    room.ask()
    room.send()
    mails = room.mails()
    assert set(mails) == {(TO, "en"), (TO, "fr"), (TO, "es")}
    for (_, language), mail in mails.items():
        title = {"en": "July", "fr": "Juillet, été", "es": "Julio"}[language]
        assert mail["Subject"] == f"[TEST {language.upper()}] The {title} letter"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["Precedence"] == "bulk"
        assert mail["Feedback-ID"] == "letter-july:news:test:example.org"
        assert "news.example.org" in mail["List-Id"]
        for kind in ("plain", "html"):
            assert "Amina" in body(mail, kind)
            assert "Femmes et Mines Sénégal" in body(mail, kind)
    assert "Sénégal," in body(mails[TO, "fr"], "plain")
    assert "Senegal," in body(mails[TO, "en"], "plain")
    for raw in room.raw():
        assert lint(raw) == []


def test_what_leaves_is_what_a_campaign_would_send_but_for_its_marks(room: Room) -> None:
    room.ask()
    home = room.home
    request = ScheduleRequest("letter/july", "news", home.now, "UTC")
    with home.database.transaction() as session:
        made = schedule_edition(session, room.outbox.stationery, home.links, request, home.now)
        batch = made.batch_id
    with home.database.reading() as session:
        real = _written(session, home, Message.batch_id == batch)
        tried = _written(session, home, Message.batch_id != batch)
    assert real.keys() == tried.keys() == {"en", "fr", "es"}
    for language, said in tried.items():
        for other in real:
            number = edition_number(home)
            preview = home.links.to_preview(other, edition=number, now=home.now)
            said = said.replace(preview, home.links.to_edition(other, "letter", "july"))
        said = said.replace(f"[TEST {language.upper()}] ", "").replace(":test:", ":newsletter:")
        assert said == real[language]


def edition_number(home: Home) -> int:
    """Give the edition's id."""
    with home.database.reading() as session:
        return edition(session, "letter/july").id


def _written(session: Session, home: Home, which: Any) -> dict[str, str]:  # noqa: ANN401
    """Write messages for one and the same reader; give headers and both parts as text."""
    found = {}
    for message in session.scalars(select(Message).where(which)):
        raw = CompiledMessage.load(message.content).write(
            to=Mailbox(TO),
            message_id="x@example.org",
            date=home.now,
            values={"unsubscribe_url": "https://example.org/u/x", "first_name": "Ana"},
        )
        mail = BytesParser(policy=email.policy.default).parsebytes(raw)
        assert isinstance(mail, EmailMessage)
        headers = "\n".join(
            f"{name}: {value}" for name, value in mail.items() if name != "Content-Type"
        )
        found[message.language] = "\n".join((headers, body(mail, "plain"), body(mail, "html")))
    return found


def test_the_links_of_a_test_open_nothing_of_anybody(room: Room) -> None:
    room.ask()
    room.send()
    home = room.home
    for (_, language), mail in room.mails().items():
        text, html = body(mail, "plain"), body(mail, "html")
        for part in (text, html):
            assert "/u/" not in part
            assert f"/{language}/preferences/" not in part
            assert "/letter/july" not in part
            assert "[[" not in part
        url = re.search(r"<(http[^>]+)>", mail["List-Unsubscribe"])
        assert url
        token = url[1].rpartition("/")[2]
        assert url[1] in html
        assert url[1] in text
        assert f"{url[1]}/choices" in html
        _, message = home.links.read(Purpose.SANDBOX, token)
        with home.database.reading() as session:
            assert session.get_one(Message, message).language == language
        with pytest.raises(BadToken):
            home.links.read(Purpose.UNSUBSCRIBE, token)
        for other in ("en", "fr", "es"):
            assert home.links.to_preview(other, edition=edition_number(home), now=home.now) in html


def test_the_mail_to_unsubscribe_leads_into_the_sandbox_too(room: Room) -> None:
    room.ask()
    room.send(MAILBOX_ADDRESS="in@example.org", MAILBOX_URL="maildir:incoming")
    mail = room.mails()[TO, "fr"]
    found = re.search(r"<mailto:in\+u-([^@]+)@example\.org>", mail["List-Unsubscribe"])
    assert found
    assert len(room.home.links.read(Purpose.SANDBOX, found[1])) == 2


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_persona_arrives_as_invented(room: Room, persona: str) -> None:
    room.ask(reader=persona)
    room.send()
    somebody = PERSONAS[persona].reader
    for raw in room.raw():
        assert lint(raw) == []
    for mail in room.mails().values():
        for kind in ("plain", "html"):
            said = body(mail, kind)
            assert "[[" not in said
        text = " ".join(body(mail, "plain").split())
        assert (somebody.first_name or "friend") in text
        assert (somebody.organisation or "ours") in text
    if persona == "long":
        html = body(room.mails()[TO, "en"], "html")
        assert "&lt;de la région&gt;" in html
        assert "<de la région>" not in html


def subscriber(home: Home, address: str = "rosa@example.org", language: str = "fr-CA") -> int:
    """Give the number of somebody who has subscribed."""
    with home.database.transaction() as session:
        person = Subscriber(
            reference="r" * 32,
            address_id=remember(session, address, home.settings.suppression_key).id,
            first_name="Rosa",
            organisation="Mina & Co",
            country="PE",
            language=language,
            created_at=home.now,
        )
        session.add(person)
        session.flush()
        return person.id


def test_a_test_can_be_written_to_a_real_subscriber_who_gets_nothing(room: Room) -> None:
    number = subscriber(room.home)
    room.ask(reader=" Rosa@EXAMPLE.org ")
    room.send()
    assert {to for to, _ in room.mails()} == {TO}
    assert "Dear Rosa of Mina & Co in Pérou," in " ".join(
        body(room.mails()[TO, "fr"], "plain").split()
    )
    reasons = {mail.language: mail.reason for mail in room.last().mails}
    assert reasons == {"en": None, "fr": LanguageReason.BASE, "es": None}
    with room.home.database.reading() as session:
        assert set(session.scalars(select(Delivery.recipient))) == {0}
        [act] = session.scalars(select(Act))
    assert (act.act, act.subject, act.who) == ("edition.test", "letter/july", "command line")
    assert act.after == {"languages": "en, es, fr", "mails": 3, "as": f"subscriber {number}"}
    assert "rosa" not in str(act.after).lower()


@pytest.mark.parametrize("why", ["old", "erased"])
def test_what_a_test_knew_of_a_subscriber_is_forgotten(room: Room, why: str) -> None:
    home, now = room.home, room.home.now
    number = subscriber(home)
    room.ask(reader="rosa@example.org")
    room.ask(reader="full", key="another-key")

    def forget(moment: datetime) -> int:
        with home.database.transaction() as session:
            return forget_readers(session, moment)

    assert forget(now + KEPT) == 0
    if why == "erased":
        with home.database.transaction() as session:
            session.delete(session.get_one(Subscriber, number))
    later = now if why == "erased" else now + KEPT + timedelta(seconds=1)
    assert forget(later) == 1
    assert forget(later) == 0
    with home.database.reading() as session:
        fields = [*session.scalars(select(Delivery.fields).order_by(Delivery.id))]
        assert {*session.scalars(select(EditionTest.subscriber))} == {None}
    assert ["Rosa" in str(each) for each in fields] == [False] * 6
    assert ["Amina" in str(each) for each in fields] == [False] * 3 + [True] * 3
    room.send()
    said = [raw.decode() for raw in room.raw()]
    assert sum("friend" in each for each in said) == 3
    assert not any("Rosa" in each for each in said)


def test_a_field_in_the_subject_stands_behind_the_mark(room: Room) -> None:
    text = edition_file("July", body=BODY)
    own = text.replace("subject: The July letter", 'subject: "[[ first_name | You ]], read this"')
    room.home.write(f"{FOLDER}/en.md", own)
    assert room.home.faults() == []
    room.ask(languages=("en",))
    room.ask(languages=("en",), reader="empty", addresses=("b@example.org",), key="another-key")
    room.send()
    assert room.mails()[TO, "en"]["Subject"] == "[TEST EN] Amina, read this"
    assert room.mails()["b@example.org", "en"]["Subject"] == "[TEST EN] You, read this"


def test_the_same_form_sent_twice_leaves_once_and_another_leaves_again(room: Room) -> None:
    first = room.ask()
    assert room.ask() == first
    room.send()
    assert len(room.mails()) == 3
    room.home.now += timedelta(minutes=1)
    assert room.ask(key="another-key") > first
    room.send()
    assert room.count(Delivery) == 6
    assert room.count(EditionTest) == 2


def test_two_at_once_with_one_form_leave_once(room: Room) -> None:
    home, numbers, troubles = room.home, [], []
    with home.database.reading() as session:
        asked = Asked("letter/july", (TO,), "full", ("en",), KEY)
        ready = compose_test(session, room.outbox, asked, home.now)
    together = threading.Barrier(4)

    def post() -> None:
        together.wait(10)
        try:
            with home.database.transaction() as session:
                numbers.append(post_test(session, room.outbox, ready, Actor(None, home.now)).id)
        except Exception as error:  # noqa: BLE001  (told below)
            troubles.append(error)

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert troubles == []
    assert len(set(numbers)) == 1
    assert room.count(Delivery) == 1


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppressed_address_gets_nothing_and_that_is_told(
    room: Room, reason: SuppressionReason
) -> None:
    home = room.home
    with home.database.transaction() as session:
        bad = remember(session, "bad@example.org", home.settings.suppression_key)
        suppress(session, bad.hash, reason, home.now)
    room.ask(addresses=("Bad@example.org", TO))
    room.send()
    assert {to for to, _ in room.mails()} == {TO}
    told = {(mail.address, mail.state, mail.suppressed) for mail in room.last().mails}
    assert told == {
        ("bad@example.org", State.SUPPRESSED, reason),
        (TO, State.SENT, None),
    }
    with home.database.reading() as session:
        rows = session.execute(select(Tally.state, func.sum(Tally.count)).group_by(Tally.state))
        counted = {state: int(count) for state, count in rows if count}
    assert counted == {State.SENT: 3, State.SUPPRESSED: 3}


def test_a_refused_mail_is_told_with_the_servers_words(room: Room, mail_server: MailServer) -> None:
    mail_server.answer = lambda verb, to: (
        b"550 5.1.1 Nobody here by that name\r\n" if verb == "RCPT" and "no@" in to else None
    )
    room.ask(addresses=(TO, "no@example.org"), languages=("en",))
    room.send(MAIL_URL=mail_server.url)
    states = {mail.address: (mail.state, mail.outcome) for mail in room.last().mails}
    assert states[TO] == (State.SENT, None)
    state, outcome = states["no@example.org"]
    assert state is State.FAILED
    assert outcome
    assert (outcome.code, outcome.enhanced) == (550, "5.1.1")
    assert outcome.reply == "Nobody here by that name"


def test_no_report_and_no_campaign_knows_of_a_test_and_the_edition_still_arrives(
    room: Room,
) -> None:
    home = room.home
    room.ask(addresses=(TO, "rosa@example.org"))
    room.send()
    number = subscriber(home, language="fr")
    with home.database.transaction() as session:
        subscribe(session, home, number)
    with home.database.reading() as session:
        found = edition(session, "letter/july")
        assert queries.campaigns(session) == []
        assert set(states(session).values()) == {EditionState.DRAFT}
        reached = select(func.count()).where(Delivery.occasion_id == found.occasion_id)
        assert session.scalar(reached) == 0
        assert session.scalar(select(func.count()).select_from(Hit)) == 0
        names = session.scalars(select(Occasion.name).where(Occasion.name.startswith("test:")))
        assert len(list(names)) == 3
    request = ScheduleRequest("letter/july", "news", home.now, "UTC")
    with home.database.transaction() as session:
        made = schedule_edition(session, room.outbox.stationery, home.links, request, home.now)
        schedule.start_due(session, home.now)
        while fan_out_page(session, made.id, now=home.now) is Progress.MORE:
            pass
    with home.database.reading() as session:
        report = queries.report(session, queries.campaign(session, made.id))
    assert (report.planned, report.waiting, report.sent) == (1, 1, 0)


def subscribe(session: Session, home: Home, number: int) -> None:
    """Confirm somebody's subscription to the one topic."""
    topic = session.scalars(select(Topic.id).where(Topic.slug == "news")).one()
    session.add(
        Subscription(
            topic_id=topic,
            subscriber_id=number,
            state=SubscriptionState.CONFIRMED,
            changed_at=home.now,
        )
    )


def test_a_test_shows_nothing_to_the_public(room: Room) -> None:
    room.ask()
    room.send()
    with room.home.database.reading() as session:
        assert public_editions(session, load_site(session, room.home.links)) == []


def test_a_changed_text_is_untested_again_in_its_language_only(room: Room) -> None:
    assert room.untested() == ["en", "es", "fr"]
    room.ask(languages=("en", "fr"))
    assert room.untested() == ["es"]
    room.ask(languages=("es",), key="another-key")
    assert room.untested() == []
    room.home.write(f"{FOLDER}/fr.md", edition_file("Juillet", body=BODY + "\nPlus.\n"))
    assert room.home.faults() == []
    assert room.untested() == ["fr"]
    room.home.write(f"{FOLDER}/fr.md", edition_file("Juillet, été", body=BODY))
    assert room.home.faults() == []
    assert room.untested() == []


def test_a_test_that_reached_nobody_has_tested_nothing(room: Room, mail_server: MailServer) -> None:
    home = room.home
    with home.database.transaction() as session:
        bad = remember(session, "bad@example.org", home.settings.suppression_key)
        suppress(session, bad.hash, SuppressionReason.BOUNCE, home.now)
    room.ask(addresses=("bad@example.org",))
    assert room.untested() == ["en", "es", "fr"]
    mail_server.answer = lambda verb, _to: b"550 No\r\n" if verb == "RCPT" else None
    room.ask(languages=("en",), key="another-key")
    assert room.untested() == ["es", "fr"]
    room.send(MAIL_URL=mail_server.url)
    assert room.untested() == ["en", "es", "fr"]


def test_a_test_outlives_the_files_of_its_edition(room: Room) -> None:
    room.ask()
    for language in ("en", "fr", "es"):
        room.home.remove(f"{FOLDER}/{language}.md")
    room.home.sync()
    with room.home.database.reading() as session, pytest.raises(NotFound):
        edition(session, "letter/july")
    room.home.write(f"{FOLDER}/en.md", edition_file("July", body=BODY))
    assert room.home.faults() == []
    assert room.last().number
    assert room.untested() == []


def test_faults_of_what_is_tested_are_refused_and_those_of_other_languages_are_not(
    room: Room,
) -> None:
    room.home.write(f"{FOLDER}/es.md", edition_file("Julio", more="colour: red\n"))
    room.home.sync()
    room.ask(languages=("en", "fr"))
    with pytest.raises(FaultyFiles, match=r"es\.md, line 6"):
        room.ask(key="another-key")
    room.home.write("content/newsletters/letter/newsletter.toml", "topics = 1")
    room.home.sync()
    with pytest.raises(FaultyFiles, match=r"newsletter\.toml"):
        room.ask(languages=("en",), key="another-key")
    assert room.count(EditionTest) == 1


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"addresses": ()}, "addresses", "at least one"),
        ({"addresses": ("",)}, "addresses", "no e-mail addresses"),
        ({"addresses": ("a b", TO, "x@y@z", "a@b")}, "addresses", "a b, x@y@z, a@b"),
        ({"addresses": ("a@example.org\r\nBcc: b@example.org",)}, "addresses", "no e-mail"),
        ({"addresses": ('"x\x00"@example.org',)}, "addresses", "no e-mail"),
        (
            {"addresses": tuple(f"a{number}@example.org" for number in range(11))},
            "addresses",
            f"at most {MOST_ADDRESSES}",
        ),
        ({"addresses": (TO,) * 101}, "addresses", f"at most {MOST_ADDRESSES}"),
        ({"languages": ()}, "languages", "at least one language"),
        ({"languages": ("en", "de")}, "languages", "at least one language"),
        ({"reader": ""}, "reader", "whom the test is written to"),
        ({"reader": "emperor"}, "reader", "not an e-mail address"),
        ({"reader": "nobody@example.org"}, "reader", "Nobody has subscribed"),
        ({"key": ""}, "", "not complete"),
        ({"key": "x" * 65}, "", "not complete"),
        ({"key": "a:b/c'd;é12"}, "", "not complete"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    room: Room, more: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(FormFaults) as refused:
        room.ask(**more)
    assert list(refused.value.faults) == [field]
    assert words in str(refused.value.faults[field])
    assert room.count(EditionTest) == room.count(Delivery) == room.count(Act) == 0


def test_all_that_is_wrong_is_told_at_once(room: Room) -> None:
    with pytest.raises(FormFaults) as refused:
        room.ask(addresses=("x",), languages=(), reader="y", key="")
    assert set(refused.value.faults) == {"addresses", "languages", "reader", ""}


def test_ten_spellings_of_one_address_are_one(room: Room) -> None:
    spelt = ("Ada@example.org", "ada@EXAMPLE.org", " ada@example.org ", "ada@exämple.org")
    room.ask(addresses=spelt, languages=("en",))
    assert [mail.address for mail in room.last().mails] == ["Ada@example.org", "ada@exämple.org"]


def test_an_address_that_needs_smtputf8_fails_alone(room: Room, mail_server: MailServer) -> None:
    room.ask(addresses=("zoé@example.org", TO), languages=("en",))
    room.send(MAIL_URL=mail_server.url)
    states = {mail.address: mail.state for mail in room.last().mails}
    assert states == {"zoé@example.org": State.FAILED, TO: State.SENT}


def test_an_unknown_edition_and_a_topic_that_is_gone_are_refused(room: Room) -> None:
    with pytest.raises(NotFound):
        room.ask(edition="letter/august")
    room.home.write(
        "subscribers/topics.toml", '[[topics]]\nslug = "other"\n\n[topics.name]\nen = "O"\n'
    )
    room.home.sync()
    with pytest.raises(Refused):
        room.ask()


def test_a_colleague_has_so_many_tests_an_hour_and_locks_nobody_out(room: Room) -> None:
    home = room.home

    def allowed(staff: int, later: timedelta = timedelta(0)) -> bool:
        with home.database.transaction() as session:
            return within_limit(session, staff, b"key", home.now + later)

    assert [allowed(1) for _ in range(PER_HOUR.most + 1)] == [True] * PER_HOUR.most + [False]
    assert allowed(2)
    assert allowed(1, timedelta(hours=1))


def test_the_batch_of_a_test_is_final_and_transactional(room: Room) -> None:
    room.ask()
    with room.home.database.reading() as session:
        [batch] = session.scalars(select(Batch))
    assert (batch.planned_final, batch.list_name, batch.stream.name) == (
        True,
        None,
        "TRANSACTIONAL",
    )

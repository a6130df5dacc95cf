"""The room in which an edition is tested: to whom, as whom, and how the last tests went."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.audience.forms import FormFaults
from outreach.delivery.models import SENT
from outreach.errors import OutreachError, Refused, Sentence
from outreach.newsletters.asking import MOST_ADDRESSES, Asked
from outreach.newsletters.models import Edition
from outreach.newsletters.personas import PERSONAS, SUBSCRIBER
from outreach.newsletters.tested import Mailed, PastTest, last_tests, untested
from outreach.newsletters.testing import compose_test, post_test, within_limit
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.edition_visit import ADDRESS, opened, show_room
from outreach.web.desk.fates import Fate, told
from outreach.web.desk.words import READERS, REASONS
from outreach.web.forms import Fault, sent_list, sent_text
from outreach.web.visit import present_services

blueprint = desk_blueprint("trying")

PATIENCE = timedelta(minutes=10)
"""How long a page looks again by itself for mails that wait."""
_BOX = re.compile(r"[^<>]*<([^<>]+)>")
"""An address with a name before it, as mail programs copy it."""


@dataclass(frozen=True)
class Values:
    """What stands in the form."""

    addresses: str
    languages: tuple[str, ...]
    reader: str
    """The key of a persona, or `subscriber`."""
    subscriber: str
    key: str


@dataclass(frozen=True)
class Line:
    """One mail of a test, in words."""

    address: str
    language: str
    fate: Fate
    when: str
    why: str
    """Why the chosen subscriber would get this language, or nothing."""


@dataclass(frozen=True)
class Block:
    """One test, in words."""

    number: int
    when: str
    who: str
    reader: str
    lines: list[Line]
    waits: bool
    went: bool
    """Whether all of it was handed over."""


@blueprint.get(f"{ADDRESS}/test")
@needs(Role.EDITOR)
def show(newsletter: str, slug: str) -> AnyResponse:
    """Show the form, filled in for oneself, and how the last tests went."""
    with desk_reading() as desk:
        edition = opened(desk, newsletter, slug)
        own = Values(
            addresses=desk.staff.address,
            languages=tuple(_languages(desk, edition)),
            reader=next(iter(PERSONAS)),
            subscriber="",
            key=secrets.token_urlsafe(16),
        )
        return _page(desk, edition, own, [])


@blueprint.post(f"{ADDRESS}/test")
@needs(Role.EDITOR)
def send(newsletter: str, slug: str) -> AnyResponse:
    """Send a test; composed before anything is written, so that nobody waits for it."""
    values = _sent()
    outbox = present_services().outbox
    try:
        _count()
        with desk_reading() as desk:
            ready = compose_test(
                desk.visit.session, outbox, _asked(f"{newsletter}/{slug}", values), desk.visit.now
            )
        with desk_writing() as desk:
            made = post_test(desk.visit.session, outbox, ready, desk.actor)
            number = made.id
    except OutreachError as refused:
        with desk_reading() as desk:
            edition = opened(desk, newsletter, slug)
            return _page(desk, edition, values, _faults(desk, values, refused))
    place = url_for("desk_trying.show", newsletter=newsletter, slug=slug, sent=number)
    return redirect(f"{place}#test-{number}", 303)


def _count() -> None:
    """Count a test of whoever is signed in; Refused beyond the limit of an hour."""
    services = present_services()
    with desk_reading() as desk:
        number = desk.staff.id
    key = services.settings.secret_keys[0].encode()
    with services.database.transaction() as session:
        allowed = within_limit(session, number, key, services.clock())
    if not allowed:
        raise Refused("You have sent many tests within the hour. Wait a little, then go on.")


def _sent() -> Values:
    return Values(
        addresses=sent_text("addresses"),
        languages=sent_list("languages"),
        reader=sent_text("reader"),
        subscriber=sent_text("subscriber").strip(),
        key=sent_text("key"),
    )


def _asked(edition: str, values: Values) -> Asked:
    typed = (part.strip() for part in re.split(r"[\n,;]", values.addresses))
    return Asked(
        edition=edition,
        addresses=tuple(_bare(part) for part in typed if part),
        reader=values.subscriber if values.reader == SUBSCRIBER else values.reader,
        languages=values.languages,
        key=values.key,
    )


def _bare(part: str) -> str:
    """Give the address of `Ana Roe <ana@example.org>`, or what was typed."""
    found = _BOX.fullmatch(part)
    return found[1] if found else part


def _faults(desk: DeskVisit, values: Values, refused: OutreachError) -> list[Fault]:
    """Say what is wrong, each beside its field: of a subscriber that is the address."""
    if not isinstance(refused, FormFaults):
        return [Fault("", desk.t.say(refused))]
    place = {"reader": SUBSCRIBER} if values.reader == SUBSCRIBER else {}
    return [
        Fault(place.get(field, field), desk.t.say(sentence))
        for field, sentence in refused.faults.items()
    ]


def _page(desk: DeskVisit, edition: Edition, values: Values, faults: list[Fault]) -> Response:
    session, now = desk.visit.session, desk.visit.now
    tests = last_tests(session, edition)
    lacking, last = untested(session, edition)
    languages = _languages(desk, edition)
    order = {language: place for place, language in enumerate(languages)}
    waits = any(test.waits and now - test.at < PATIENCE for test in tests)
    return show_room(
        desk,
        edition,
        "test.html",
        room="test",
        status=422 if faults else 200,
        faults=faults,
        values=values,
        edition_languages=[
            (language, desk.visit.language_title(language)) for language in languages
        ],
        personas=[(key, one.reader.name, one.shows) for key, one in PERSONAS.items()],
        labels=_labels(desk, MOST_ADDRESSES * len(languages)),
        count=len(values.languages) * len(_asked("", values).addresses),
        most=MOST_ADDRESSES,
        lacking=desk.t.listed(desk.visit.in_words(each) for each in lacking) if lacking else "",
        ever=last is not None,
        tests=[_block(desk, test, order) for test in tests],
        sent=_asked_for("sent"),
        look=_asked_for("look"),
        waits=waits,
    )


def _languages(desk: DeskVisit, edition: Edition) -> list[str]:
    """Give the languages of an edition in the order of the site; those it does not name last."""
    order = {language: place for place, language in enumerate(desk.visit.site.languages)}
    known = [text.language for text in edition.translations]
    return sorted(known, key=lambda language: (order.get(language, len(order)), language))


def _labels(desk: DeskVisit, most: int) -> list[str]:
    """Say the button for each number of mails, from none on."""
    return [
        desk.t("Send the test"),
        *(
            desk.t.many("Send one test mail", "Send %(number)s test mails", number)
            for number in range(1, most + 1)
        ),
    ]


def _asked_for(name: str) -> int:
    """Give a number of the address; 0 for what is none."""
    number = request.args.get(name, 0, type=int)
    return number if 0 < number < 2**62 else 0


def _block(desk: DeskVisit, test: PastTest, order: Mapping[str, int]) -> Block:
    zone = desk.visit.services.settings.staff_zone
    persona = PERSONAS.get(test.reader)
    name = persona.reader.name if persona else ""

    def place(mail: Mailed) -> int:
        return order.get(mail.language, len(order))

    known = READERS.get(test.reader, Sentence("as somebody invented"))
    return Block(
        number=test.number,
        when=desk.t.moment(test.at, zone, "medium"),
        who=test.who,
        reader=desk.t("as %(name)s", name=name) if name else desk.t.say(known),
        lines=[_line(desk, mail, zone) for mail in sorted(test.mails, key=place)],
        waits=test.waits,
        went=all(mail.state in SENT for mail in test.mails),
    )


def _line(desk: DeskVisit, mail: Mailed, zone: str) -> Line:
    t = desk.t
    due = mail.due_at if mail.tries and mail.waits else None
    when = mail.ended_at or due
    return Line(
        address=mail.address,
        language=desk.visit.in_words(mail.language),
        fate=told(mail.state, mail.outcome, mail.suppressed, t),
        when=t.moment(when, zone, "medium") if when else "",
        why=t.say(REASONS[mail.reason]) if mail.reason else "",
    )

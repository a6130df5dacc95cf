"""Choosing a password by a link in a mail: an invitation, or a reset."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.site import Site
from outreach.db.limits import Limit, allow
from outreach.delivery.addresses import parse_address, remember
from outreach.delivery.outbox import Outbox, Recipient, post
from outreach.errors import BadToken, OutreachError
from outreach.links import Links, Purpose
from outreach.mail.blocks import Block, Button, Prose
from outreach.mail.compiled import Headers
from outreach.mail.compose import Letter
from outreach.phrases.catalog import Phrases, phrases
from outreach.staff import passwords, sessions
from outreach.staff.audit import Actor
from outreach.staff.models import Staff

INVITATION = timedelta(days=7)
RESET = timedelta(hours=1)
ONE_MAIL = Limit("desk-mail", 1, timedelta(minutes=10))
PASSWORD_URL = "[[ password_url ]]"  # noqa: S105  (a place in a letter)


def password_link(links: Links, staff: Staff, *, good_for: timedelta, now: datetime) -> str:
    """Give the link with which somebody chooses a password, once."""
    return links.to_password(staff=staff.id, number=staff.password_number, expires=now + good_for)


def send_invitation(
    session: Session, outbox: Outbox, site: Site, staff: Staff, now: datetime
) -> None:
    """Invite somebody who was added: their address, and a link to choose a password."""
    say = phrases(staff.language)
    _post(
        session,
        outbox,
        site,
        staff,
        _letter(
            outbox,
            site,
            staff,
            title=say("You are invited"),
            preheader=say("Choose a password, and the desk of our newsletters is open to you."),
            blocks=_invitation(say, site.name(staff.language)),
        ),
        now + INVITATION,
        now,
    )


def send_reset(session: Session, outbox: Outbox, site: Site, staff: Staff, now: datetime) -> None:
    """Send somebody a link to choose a new password."""
    letter = _reset_letter(outbox, site, staff)
    _post(session, outbox, site, staff, letter, now + RESET, now)


def request_reset(
    session: Session, outbox: Outbox, site: Site, address: str, now: datetime
) -> None:
    """Send the owner of an address a link, if they use the desk; one within ten minutes.

    Whoever asks learns nothing, by words or by time: a letter is composed in any case.
    """
    try:
        normal = parse_address(address).normal
    except OutreachError:
        normal = ""
    key = outbox.suppression_key
    first = allow(session, ONE_MAIL, asker=normal, key=key, now=now)
    found = session.scalars(
        select(Staff).where(Staff.normal == normal, Staff.disabled_at.is_(None))
    ).one_or_none()
    if found is None or not first:
        nobody = Staff(language=site.default_language, name="", address="")
        outbox.stationery.compose(_reset_letter(outbox, site, nobody))
        return
    send_reset(session, outbox, site, found, now)
    Actor(found, now).did(session, "staff.link", found.address)


def opened(
    session: Session, links: Links, token: str, now: datetime, *, locked: bool = False
) -> Staff:
    """Give whom a link is for; BadToken if it is forged, too old, used, or its owner shut out.

    `locked`: nobody else changes them until the commit, so that a link counts once.
    """
    numbers = links.read_expiring(Purpose.PASSWORD, token, now)
    query = select(Staff).where(Staff.id == numbers[0])
    if locked:
        query = query.with_for_update(of=Staff).execution_options(populate_existing=True)
    staff = session.scalars(query).one_or_none() if len(numbers) == 2 else None
    if staff is None or staff.password_number != numbers[1] or staff.disabled_at is not None:
        raise BadToken("This link has been used, or a newer one was sent. Ask for another one.")
    return staff


def choose_password(
    session: Session, staff: Staff, password: str, now: datetime, *, keep: int | None = None
) -> None:
    """Set a password; every link of before ends, and every session but the one of id `keep`.

    Refused if it is too easy.
    """
    staff.password = passwords.hashed(password, address=staff.address)
    staff.password_number += 1
    sessions.end_all(session, staff, but=keep)
    Actor(staff, now).did(session, "staff.password", staff.address)


def _invitation(say: Phrases, organisation: str) -> tuple[Block, ...]:
    return (
        Prose(
            say(
                "you are invited to the desk of %(organisation)s: there its newsletters are "
                "prepared, tested and sent.",
                organisation=organisation,
            )
        ),
        Button(say("Choose a password"), PASSWORD_URL),
        Prose(say("The button works for seven days, and once.")),
    )


def _reset(say: Phrases) -> tuple[Block, ...]:
    return (
        Prose(say("with this button you choose a new password for the desk:")),
        Button(say("Choose a password"), PASSWORD_URL),
        Prose(say("It works for one hour, and once. Was it not you? Then nothing has changed.")),
    )


def _reset_letter(outbox: Outbox, site: Site, staff: Staff) -> Letter:
    say = phrases(staff.language)
    return _letter(
        outbox,
        site,
        staff,
        title=say("Choose a new password"),
        preheader=say("You, or somebody who knows your address, asked for this link."),
        blocks=_reset(say),
    )


def _letter(
    outbox: Outbox,
    site: Site,
    staff: Staff,
    *,
    title: str,
    preheader: str,
    blocks: tuple[Block, ...],
) -> Letter:
    say = phrases(staff.language)
    return Letter(
        language=staff.language,
        subject=title,
        preheader=preheader,
        title=title,
        kicker=site.name(staff.language),
        blocks=(Prose(say("Hello [[ first_name | and welcome ]],")), *blocks),
        look=site.look(staff.language, outbox.links),
        reason=say("You get this mail because you work with our newsletters."),
    )


def _post(  # noqa: PLR0913  (what a letter is, and until when its link is good)
    session: Session,
    outbox: Outbox,
    site: Site,
    staff: Staff,
    letter: Letter,
    good_until: datetime,
    now: datetime,
) -> None:
    address = remember(session, staff.address, outbox.suppression_key)
    post(
        session,
        outbox,
        letter,
        Recipient(address, 0),
        occasion=f"password:{staff.id}:{staff.password_number}:{int(now.timestamp())}",
        headers=Headers(sender=site.sender(staff.language), reply_to=site.reply_to),
        fields={
            "staff": staff.id,
            "password": staff.password_number,
            "good_until": int(good_until.timestamp()),
            "first_name": staff.name,
        },
        now=now,
    )

"""Signing up: a form, a mail, one click, and a line in the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.audience import coming_back, ledger, letters, subscriptions, topics, words
from outreach.audience.arrivals import arrive
from outreach.audience.forms import AddressText, FormFaults, Language, Name
from outreach.audience.letters import Stamp
from outreach.audience.models import (
    Action,
    Method,
    Signup,
    Subscriber,
    Subscription,
    SubscriptionState,
    Topic,
)
from outreach.content.site import Site
from outreach.db import hits
from outreach.db.dialects import insert_into
from outreach.delivery.addresses import address_hash, parse_address
from outreach.delivery.models import SuppressionReason
from outreach.delivery.outbox import Outbox
from outreach.delivery.suppressions import is_suppressed, lift
from outreach.errors import NotFound, Refused, Sentence
from outreach.mail.blocks import ArticleCard

CONFIRM_WITHIN = timedelta(days=30)
MAIL_AGAIN_AFTER = timedelta(minutes=10)
LIFTED_BY_CONFIRMING = frozenset({SuppressionReason.COMPLAINT, SuppressionReason.BOUNCE})
"""Whoever clicks in a mail of ours reads it and wants it."""


class SignupForm(BaseModel):
    """What the sign-up page sends. Read it with `forms.read_form(SignupForm, values)`."""

    model_config = ConfigDict(frozen=True)

    address: AddressText
    topics: tuple[str, ...]
    """Slugs, at least one."""
    language: Language
    """The language in which they want our mails."""
    consent: Literal[True]
    first_name: Name = ""
    page_language: str = ""
    """In which the words of the consent were read; `language` if empty."""
    partner: str = ""
    """The slug of the partner by whose embed they came; only one that is known may stand here."""

    def agreed_words(self, site: Site) -> words.Words:
        """Give what they agreed to."""
        return words.signup_words(site, self.page_language or self.language)


@dataclass(frozen=True)
class Asked:
    """A sign-up that waits for its confirmation, or has it already."""

    subscriber: int
    signup: int
    topics: tuple[Topic, ...]
    language: str
    already: bool
    """True when it has been confirmed before."""
    partner: str = ""
    """For which partner it counts; empty where it came by none that there is still."""


@dataclass(frozen=True)
class Confirmed:
    """What a confirmation did."""

    subscriber: int
    topics: tuple[Topic, ...]
    language: str
    already: bool
    """True when an earlier click had done it."""


def sign_up(
    session: Session, outbox: Outbox, site: Site, form: SignupForm, *, source: str, now: datetime
) -> None:
    """Take a sign-up: pending subscriptions, and a mail that asks for one click.

    `source`: the page, e.g. `/fr/subscribe`. Whatever we know of the address, the answer is the
    same, and nothing of theirs changes before they confirm. FormFaults if no topic is active.
    """
    asked = topics.chosen(session, form.topics)
    if not asked:
        raise FormFaults({"topics": Sentence("Please choose at least one topic.")})
    # Always a write, so that the time of a commit does not tell known from unknown addresses.
    hits.add(session, "forms", "signup", day=now.date())
    normal = parse_address(form.address).normal
    reason = is_suppressed(session, address_hash(normal, outbox.suppression_key))
    language = letters.letter_language(site, form.language)
    if reason not in (None, SuppressionReason.COMPLAINT):
        outbox.stationery.compose(letters.confirmation(outbox, site, language, asked))
        return
    subscriber = arrive(
        session,
        form.address,
        outbox.suppression_key,
        language=form.language,
        source=source,
        now=now,
    )
    wanted = asked if reason else _not_yet(session, subscriber, asked)
    if _mailed_lately(session, subscriber, wanted, now):
        outbox.stationery.compose(letters.confirmation(outbox, site, language, asked))
        return
    signup = Signup(
        subscriber_id=subscriber.id,
        topics=[topic.slug for topic in wanted],
        wording_id=words.keep(session, form.agreed_words(site)),
        language=form.language,
        source=source[:200],
        partner=form.partner,
        profile={"first_name": form.first_name} if form.first_name else {},
        created_at=now,
    )
    _write_down(session, subscriber, wanted, signup)
    if wanted:
        letter = letters.confirmation(outbox, site, language, wanted)
        stamp = Stamp(subscriber, f"confirm:{subscriber.id}:{signup.id}", {"signup": signup.id})
    else:
        own = letters.letter_language(site, subscriber.language)
        letter = letters.already(outbox, site, own)
        stamp = Stamp(subscriber, f"already:{subscriber.id}:{signup.id}", {})
    letters.post_letter(session, outbox, site, letter, stamp, now)


def read_signup(
    session: Session,
    subscriber: int,
    signup: int,
    now: datetime,
    *,
    partners: Collection[str] = (),
) -> Asked:
    """Give what a confirm link asks for (changes nothing); `partners`: the slugs that count.

    NotFound, or Refused after 30 days and where they have left since.
    """
    row = session.get(Signup, signup, populate_existing=True)
    if row is None or row.subscriber_id != subscriber:
        raise NotFound("This sign-up is no longer there. Please sign up again; it takes a minute.")
    already = row.confirmed_at is not None
    if not already and now - row.created_at > CONFIRM_WITHIN:
        raise Refused(
            "This link is older than 30 days, so it no longer works. "
            "Please sign up again; it takes a minute."
        )
    found = tuple(topics.chosen(session, row.topics))
    partner = row.partner if row.partner in partners else ""
    asked = Asked(subscriber, signup, found, row.language, already, partner)
    person = session.get(Subscriber, subscriber, populate_existing=True)
    if person is not None:
        _refuse_overtaken(session, person, asked)
    return asked


def confirm(
    session: Session,
    outbox: Outbox,
    site: Site,
    asked: Asked,
    *,
    latest: ArticleCard | None,
    now: datetime,
) -> Confirmed:
    """Confirm a sign-up: its topics, its profile, the ledger, a welcome mail with `latest`.

    A second time changes and mails nothing. Refused if they have left since they asked.
    """
    subscriber = subscriptions.lock(session, asked.subscriber)
    if subscriber is None:
        raise NotFound("This sign-up is no longer there. Please sign up again; it takes a minute.")
    _refuse_overtaken(session, subscriber, asked)
    signup = _claim(session, asked, now)
    confirmed = Confirmed(asked.subscriber, asked.topics, asked.language, already=signup is None)
    if signup is None:
        return confirmed
    subscriber.language = signup.language
    for name, value in signup.profile.items():
        setattr(subscriber, name, value)
    subscriber.left_at = None
    if asked.partner and _not_yet(session, subscriber, asked.topics):
        # Only here, after a click of theirs: the total does not tell known from unknown addresses.
        hits.add(session, hits.PARTNER_SIGNUP, asked.partner, day=now.date())
    subscriptions.switch_on(session, subscriber, asked.topics, now)
    address = letters.address_of(session, subscriber)
    if is_suppressed(session, address.hash) in LIFTED_BY_CONFIRMING:
        lift(session, address.hash)
    language = letters.letter_language(site, signup.language)
    letter = letters.welcome(outbox, site, language, asked.topics, latest)
    known = {"first_name": subscriber.first_name} if subscriber.first_name else {}
    stamp = Stamp(subscriber, f"welcome:{subscriber.id}:{signup.id}", known)
    letters.post_letter(session, outbox, site, letter, stamp, now)
    ledger.record(
        session,
        [
            ledger.Line(
                subscriber.reference,
                topic.slug,
                Action.GRANTED,
                Method.FORM,
                now,
                signup.wording_id,
                signup.source,
            )
            for topic in asked.topics
        ],
    )
    return confirmed


def _refuse_overtaken(session: Session, subscriber: Subscriber, asked: Asked) -> None:
    """Refuse a link that would say what is no longer true, or undo what was decided since."""
    if asked.already and len(_not_yet(session, subscriber, asked.topics)) < len(asked.topics):
        return
    asked_at = session.scalars(select(Signup.created_at).where(Signup.id == asked.signup)).one()
    coming_back.refuse_overtaken(session, subscriber, asked.topics, asked_at)


def _not_yet(session: Session, subscriber: Subscriber, asked: Sequence[Topic]) -> list[Topic]:
    present = subscriptions.of_subscriber(session, subscriber.id)
    return [
        topic
        for topic in asked
        if topic.id not in present or present[topic.id].state != SubscriptionState.CONFIRMED
    ]


def _mailed_lately(
    session: Session, subscriber: Subscriber, wanted: Sequence[Topic], now: datetime
) -> bool:
    """Tell whether a mail that says as much went out within the last ten minutes."""
    query = select(Signup.topics).where(
        Signup.subscriber_id == subscriber.id, Signup.created_at > now - MAIL_AGAIN_AFTER
    )
    if wanted:
        query = query.where(Signup.confirmed_at.is_(None))
    slugs = {topic.slug for topic in wanted}
    return any(slugs <= set(sent) for sent in session.scalars(query))


def _write_down(
    session: Session, subscriber: Subscriber, wanted: Sequence[Topic], signup: Signup
) -> None:
    """Keep what was asked for. Whoever left a topic stays out of it until they confirm."""
    session.add(signup)
    session.flush()
    if wanted:
        pending = insert_into(session, Subscription).on_conflict_do_nothing()
        session.execute(
            pending,
            [
                {
                    "topic_id": topic.id,
                    "subscriber_id": subscriber.id,
                    "state": SubscriptionState.PENDING,
                    "changed_at": signup.created_at,
                }
                for topic in wanted
            ],
        )


def _claim(session: Session, asked: Asked, now: datetime) -> Signup | None:
    """Mark the sign-up as confirmed; None if another click was faster."""
    claimed = session.execute(
        update(Signup)
        .where(Signup.id == asked.signup, Signup.confirmed_at.is_(None))
        .values(confirmed_at=now)
        .returning(Signup.id)
    ).all()
    return session.get(Signup, asked.signup, populate_existing=True) if claimed else None

"""What our own letters say: short, warm, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Topic
from outreach.content.site import Site
from outreach.delivery.models import Address
from outreach.delivery.outbox import Outbox, Recipient, post
from outreach.errors import NotFound
from outreach.links import Links
from outreach.mail.blocks import ArticleBlock, ArticleCard, Block, Button, Prose
from outreach.mail.compiled import Headers
from outreach.mail.compose import Letter
from outreach.phrases.catalog import Phrases, phrases

CONFIRM_URL = "[[ confirm_url ]]"
PREFERENCES_URL = "[[ preferences_url ]]"
PERSONAL_URL = "[[ personal_url ]]"


@dataclass(frozen=True)
class Stamp:
    """What posting a letter needs beside its words."""

    subscriber: Subscriber
    occasion: str
    fields: Mapping[str, str | int]


def letter_language(site: Site, language: str) -> str:
    """Give the site's best language for somebody who wants this one."""
    return site.choose(dict.fromkeys(site.languages), language) or site.default_language


def why_subscribed(site: Site, language: str, topic: Topic | None) -> str:
    """Say why a subscriber gets what goes to many."""
    say, organisation = phrases(language), site.name(language)
    if topic is None:
        return say(
            "You get this mail because you subscribed to mails from %(organisation)s.",
            organisation=organisation,
        )
    return say(
        "You get this mail because you subscribed to “%(topic)s” from %(organisation)s.",
        topic=site.text(topic.names, language),
        organisation=organisation,
    )


def list_headers(site: Site, links: Links, topic: Topic, language: str, feedback: str) -> Headers:
    """Give the headers of what goes to a topic (MAIL.md §2, RFC 2369, RFC 2919).

    `feedback`: what the mail is, e.g. `wrm-2020-07:newsletter`, for Feedback-ID.
    """
    domain = site.mail_domain
    which, _, sort = feedback.partition(":")
    return Headers(
        sender=site.sender(language),
        reply_to=site.reply_to,
        bulk=True,
        list_id=(site.text(topic.names, language), f"{topic.slug}.{domain}"),
        list_archive=links.to_newsletters(language),
        list_help=links.page(language, "link"),
        feedback_id=f"{which}:{topic.slug}:{sort}:{domain}",
    )


def confirmation(outbox: Outbox, site: Site, language: str, topics: Sequence[Topic]) -> Letter:
    """Ask for the one click that confirms a sign-up. Nothing that a stranger typed is in it."""
    say = phrases(language)
    blocks: tuple[Block, ...] = (
        Prose(
            say(
                "Thank you for your interest! Somebody – most likely you – asked us to send "
                "mails about the following to this address:"
            )
        ),
        Prose(_listed(site, language, topics)),
        Prose(say("If that is what you want, please confirm it:")),
        Button(say("Confirm my subscription"), CONFIRM_URL),
        Prose(
            say(
                "Was it not you? Then you need not do anything: without this click we will not "
                "write to you. The button works for 30 days."
            )
        ),
    )
    return Letter(
        language=language,
        subject=say("Please confirm your subscription"),
        preheader=say("One click is missing, and then you will hear from us."),
        title=say("Just one more click"),
        kicker=site.name(language),
        blocks=blocks,
        look=site.look(language, outbox.links),
        reason=say("You get this mail because your address was entered on our sign-up page."),
    )


def already(outbox: Outbox, site: Site, language: str) -> Letter:
    """Tell somebody who signed up again that all is well."""
    say = phrases(language)
    blocks: tuple[Block, ...] = (
        Prose(
            say(
                "Somebody – most likely you – has just signed up with this address. You are "
                "already subscribed to everything that was asked for, so nothing has changed."
            )
        ),
        Prose(say("Here you can see and change what you get from us:")),
        Button(say("My preferences"), PREFERENCES_URL),
    )
    return Letter(
        language=language,
        subject=say("You already get our mails"),
        preheader=say("All is well: you need not do anything, and nothing has changed."),
        title=say("You are already with us"),
        kicker=site.name(language),
        blocks=blocks,
        look=site.look(language, outbox.links),
        reason=say("You get this mail because your address was entered on our sign-up page."),
        show_preferences=True,
    )


def welcome(
    outbox: Outbox,
    site: Site,
    language: str,
    topics: Sequence[Topic],
    latest: ArticleCard | None,
) -> Letter:
    """Welcome a new subscriber, with the latest edition to begin with."""
    say = phrases(language)
    return Letter(
        language=language,
        subject=say("Welcome! Your subscription is confirmed"),
        preheader=say("It is good to have you with us. Here is what happens next."),
        title=say("It is good to have you with us"),
        kicker=site.name(language),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(say("Your subscription is confirmed. From now on we will write to you about:")),
            Prose(_listed(site, language, topics)),
            *_latest(say, latest),
            Prose(
                say(
                    "You decide what you get and in which language, and you can take a break or "
                    "leave whenever you like:"
                )
            ),
            Button(say("My preferences"), PREFERENCES_URL),
        ),
        look=site.look(language, outbox.links),
        reason=say("You get this mail because you have confirmed your subscription."),
        show_preferences=True,
    )


def personal_link(outbox: Outbox, site: Site, language: str) -> Letter:
    """Give somebody the link that opens their data."""
    say = phrases(language)
    blocks: tuple[Block, ...] = (
        Prose(
            say(
                "You asked for your personal link. With it you can see what we know about you, "
                "and correct your name. It works for one hour; please do not pass it on."
            )
        ),
        Button(say("Open my page"), PERSONAL_URL),
        Prose(
            say(
                "For your topics, your language or a break you need no such hurry: [your "
                "preferences](%(url)s) are always open to you.",
                url=PREFERENCES_URL,
            )
        ),
        Prose(say("Was it not you who asked? Then simply delete this mail.")),
    )
    return Letter(
        language=language,
        subject=say("Your personal link"),
        preheader=say("It opens your own page with us, and works for one hour."),
        title=say("Here is your link"),
        kicker=site.name(language),
        blocks=blocks,
        look=site.look(language, outbox.links),
        reason=say("You get this mail because a link was asked for with your address."),
        show_preferences=True,
    )


def post_letter(
    session: Session, outbox: Outbox, site: Site, letter: Letter, stamp: Stamp, now: datetime
) -> bool:
    """Put a letter into the outbox; False if it was there for this occasion already."""
    headers = Headers(sender=site.sender(letter.language), reply_to=site.reply_to)
    return post(
        session,
        outbox,
        letter,
        Recipient(address_of(session, stamp.subscriber), stamp.subscriber.id),
        occasion=stamp.occasion,
        headers=headers,
        fields=stamp.fields,
        now=now,
    )


def address_of(session: Session, subscriber: Subscriber) -> Address:
    """Give the row of a subscriber's address."""
    query = select(Address).where(Address.id == subscriber.address_id)
    address = session.scalars(query).one_or_none()
    if address is None:
        raise NotFound("This subscriber is no longer with us.")
    return address


def _listed(site: Site, language: str, topics: Sequence[Topic]) -> str:
    lines = []
    for topic in topics:
        description = site.text(topic.descriptions, language)
        name = f"**{site.text(topic.names, language)}**"
        lines.append(f"- {name} – {description}" if description else f"- {name}")
    return "\n".join(lines)


def _latest(say: Phrases, latest: ArticleCard | None) -> tuple[Block, ...]:
    if latest is None:
        return ()
    return (
        Prose(say("So that you need not wait, here is our latest edition:")),
        ArticleBlock(latest.slug, card=replace(latest, author="")),
    )

"""Turning a campaign into deliveries, a page at a time; whoever is left out is written down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign, CampaignState, Exclusion, ExclusionReason
from outreach.campaigns.plan import (
    belongs,
    exclusion_reason,
    left_out,
    members,
    segment_of,
)
from outreach.db.dialects import insert_into
from outreach.delivery import batches
from outreach.delivery.batches import NewDelivery
from outreach.delivery.models import WAITING, Address, Batch, Delivery, Message, Suppression, Tally
from outreach.mail.compiled import CompiledMessage
from outreach.phrases.catalog import phrases

PAGE = 500
"""How many subscribers one transaction deals with, to begin with."""

PROFILE = ("first_name", "last_name", "organisation", "country")
"""The personal fields that a message may use, as the columns of Subscriber are called."""


class Progress(Enum):
    """What one page of fan-out came to."""

    MORE = "more"
    """Some were dealt with; there may be others."""
    DONE = "done"
    """Nobody was left: the plan is final now."""
    NOTHING = "nothing"
    """Not to be fanned out: paused, cancelled, planned, or in another worker's hands."""


@dataclass(frozen=True)
class Draft:
    """What one language says, as far as fan-out must know."""

    message_id: int
    fields: tuple[str, ...]
    """The personal fields that it uses: nothing else of a person is copied."""


def next_campaign(session: Session, *, after: int = 0) -> int | None:
    """Give the first campaign beyond that number which has people yet to be planned."""
    return session.scalar(
        select(func.min(Campaign.id))
        .join(Batch, Batch.id == Campaign.batch_id)
        .where(
            Campaign.state == CampaignState.SENDING,
            Batch.planned_final.is_(False),
            Campaign.id > after,
        )
    )


def fan_out_page(
    session: Session, campaign_id: int, *, size: int = PAGE, now: datetime
) -> Progress:
    """Deal with the next subscribers of a sending campaign.

    The cursor moves in the same transaction as the inserts, so a cut leaves whole pages.
    """
    campaign = session.scalar(
        select(Campaign)
        .where(Campaign.id == campaign_id, Campaign.state == CampaignState.SENDING)
        .with_for_update(of=Campaign, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if campaign is None or campaign.batch.planned_final:
        return Progress.NOTHING
    page = _page(session, campaign, size, now)
    if not page:
        batches.finish_planning(session, campaign.batch)
        return Progress.DONE
    _plan(session, campaign, page, now)
    campaign.cursor = page[-1].id
    return Progress.MORE


def finish(session: Session, now: datetime) -> list[int]:
    """Mark as sent every campaign that has nobody left to plan and nothing waiting; give ids."""
    waiting = (
        select(func.coalesce(func.sum(Tally.count), 0))
        .where(Tally.batch_id == Campaign.batch_id, Tally.state.in_(WAITING))
        .scalar_subquery()
    )
    done = session.scalars(
        select(Campaign)
        .join(Batch, Batch.id == Campaign.batch_id)
        .where(Campaign.state == CampaignState.SENDING, Batch.planned_final, waiting == 0)
        .with_for_update(of=Campaign, skip_locked=True)
    ).all()
    for campaign in done:
        campaign.move(CampaignState.SENT, now)
    return [campaign.id for campaign in done]


def used_fields(message: CompiledMessage) -> tuple[str, ...]:
    """Give the personal fields that a message uses."""
    return tuple(name for name in PROFILE if name in message.fields)


def known_fields(person: object, names: Sequence[str], language: str) -> dict[str, str]:
    """Give what is known of a person, as a message in that language says it.

    `person`: anything with the columns of `PROFILE`.
    """
    known = {name: value for name in names if (value := getattr(person, name))}
    if "country" in known:
        territories: Mapping[str, str] = phrases(language).locale.territories
        known["country"] = territories.get(known["country"], known["country"])
    return known


def _page(
    session: Session, campaign: Campaign, size: int, now: datetime
) -> Sequence[Row[tuple[Any, ...]]]:
    """Read the next subscribers with their reason to be left out, in the order of their ids.

    Their subscriptions are share-locked: whoever leaves the topic at this moment waits for us and
    then finds the delivery to withdraw, or we wait for them and do not see them.
    """
    segment = segment_of(campaign)
    return session.execute(
        select(
            Subscriber.id,
            Subscriber.language,
            Subscriber.address_id,
            Delivery.id.label("unsent_id"),
            left_out(segment, now, Suppression.hash.is_not(None)).label("left_out"),
            *(getattr(Subscriber, name) for name in PROFILE),
        )
        .select_from(
            members(segment)
            .join(Address, Address.id == Subscriber.address_id)
            .outerjoin(Suppression, Suppression.hash == Address.hash)
        )
        .where(*belongs(segment), Subscription.subscriber_id > campaign.cursor)
        .order_by(Subscription.subscriber_id)
        .limit(size)
        .with_for_update(read=True, of=Subscription)
    ).all()


def _plan(
    session: Session, campaign: Campaign, page: Sequence[Row[tuple[Any, ...]]], now: datetime
) -> None:
    """Write a delivery or an exclusion for each of the page."""
    drafts = _drafts(session, campaign)
    languages = Languages(frozenset(drafts), campaign.default_language, campaign.chains)
    deliveries: dict[int, NewDelivery] = {}
    excluded: dict[int, ExclusionReason] = {}
    for member in page:
        chosen = languages.choose(member.language)
        if member.left_out is not None:
            excluded[member.id] = exclusion_reason(member.left_out)
        elif chosen is None:
            excluded[member.id] = ExclusionReason.NO_LANGUAGE
        else:
            language, reason = chosen
            deliveries[member.id] = NewDelivery(
                batch_id=campaign.batch_id,
                occasion_id=campaign.occasion_id,
                message_id=drafts[language].message_id,
                address_id=member.address_id,
                recipient=member.id,
                reason=int(reason),
                fields=_fields(member, drafts[language].fields, language),
            )
    _free(session, campaign, [member.unsent_id for member in page if member.id in deliveries])
    reached = batches.add_deliveries(session, list(deliveries.values()), now)
    beaten = (number for number, row in deliveries.items() if row.address_id not in reached)
    excluded |= dict.fromkeys(beaten, ExclusionReason.ALREADY_REACHED)
    _exclude(session, campaign.id, excluded)


def _drafts(session: Session, campaign: Campaign) -> dict[str, Draft]:
    rows = session.execute(
        select(Message.id, Message.language, Message.content)
        .where(Message.batch_id == campaign.batch_id, Message.form == "full")
        .order_by(Message.language)
    )
    return {
        row.language: Draft(row.id, used_fields(CompiledMessage.load(row.content))) for row in rows
    }


def _fields(member: Row[tuple[Any, ...]], names: Sequence[str], language: str) -> str | None:
    known = known_fields(member, names, language)
    return json.dumps(known, ensure_ascii=False) if known else None


def _free(session: Session, campaign: Campaign, unsent: Sequence[int | None]) -> None:
    """Set aside what an earlier campaign planned for these people and never sent.

    It stays in that campaign's books, under an occasion of its own, so that this one may try.
    """
    ids = [delivery_id for delivery_id in unsent if delivery_id is not None]
    if not ids:
        return
    aside = batches.remember_occasion(session, f"unsent:campaign:{campaign.id}")
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(occasion_id=aside)
        .execution_options(synchronize_session=False)
    )


def _exclude(session: Session, campaign_id: int, excluded: Mapping[int, ExclusionReason]) -> None:
    if excluded:
        session.execute(
            insert_into(session, Exclusion).on_conflict_do_nothing(),
            [
                {
                    "campaign_id": campaign_id,
                    "subscriber_id": subscriber_id,
                    "reason": reason,
                }
                for subscriber_id, reason in excluded.items()
            ],
        )

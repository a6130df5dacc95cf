"""Turning a campaign into deliveries, a page at a time; whoever is left out is written down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, not_, select, update
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription
from outreach.campaigns import canary
from outreach.campaigns.local_time import due_times, is_back
from outreach.campaigns.models import (
    Campaign,
    CampaignState,
    CanaryState,
    Exclusion,
    ExclusionReason,
)
from outreach.campaigns.personal import PROFILE, known_fields, used_fields
from outreach.campaigns.plan import (
    belongs,
    exclusion_reason,
    horizon,
    languages_of,
    left_out,
    members,
    segment_of,
)
from outreach.db.dialects import insert_into
from outreach.delivery import batches, moves
from outreach.delivery.batches import NewDelivery
from outreach.delivery.models import (
    WAITING,
    Address,
    Batch,
    Delivery,
    Message,
    State,
    Suppression,
    Tally,
)
from outreach.mail.compiled import CompiledMessage

PAGE = 500
"""How many subscribers one transaction deals with, to begin with."""


class Progress(Enum):
    """What one page of fan-out came to."""

    MORE = "more"
    """Some were dealt with; there may be others."""
    DONE = "done"
    """Nobody was left: the plan is final now."""
    NOTHING = "nothing"
    """Paused, cancelled, planned, or in another worker's hands."""


@dataclass(frozen=True)
class Draft:
    """What fan-out must know of one language."""

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
            not_(canary.withholds()),
            Campaign.id > after,
        )
    )


def fan_out_page(
    session: Session,
    campaign_id: int,
    *,
    size: int = PAGE,
    wave: Sequence[int] | None = None,
    now: datetime,
) -> Progress:
    """Deal with the next subscribers of a sending campaign. `wave`: from `wave_of`.

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
    if campaign.canary is CanaryState.DUE:
        _begin(session, campaign, wave, now)
        return Progress.MORE
    if campaign.canary is CanaryState.WATCHED and not campaign.local_time:
        return Progress.NOTHING
    upto = horizon(session, campaign)
    near = [] if upto is None else [Subscription.subscriber_id <= upto]
    beyond = Subscription.subscriber_id > campaign.cursor
    page = _page(session, campaign, now, beyond, *near, size=size)
    if page:
        _plan(session, campaign, page, now)
    elif upto is None:
        batches.finish_planning(session, campaign.batch)
        return Progress.DONE
    campaign.cursor = page[-1].id if upto is None or len(page) == size else upto
    return Progress.MORE


def wave_of(session: Session, campaign_id: int, now: datetime) -> list[int] | None:
    """Choose the first wave of a campaign that is to have one (ids of subscribers), else None."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or campaign.canary is not CanaryState.DUE:
        return None
    speaks = select(Message.language).where(Message.batch_id == campaign.batch_id)
    return canary.choose(session, campaign, session.scalars(speaks).all(), now)


def _begin(session: Session, campaign: Campaign, wave: Sequence[int] | None, now: datetime) -> None:
    """Plan the first wave; where nobody can be in one, everybody's turn has come."""
    chosen = wave_of(session, campaign.id, now) if wave is None else wave
    if not chosen:
        campaign.canary = CanaryState.PASSED
        return
    page = _page(session, campaign, now, Subscriber.id.in_(chosen), size=len(chosen))
    _plan(session, campaign, page, now)
    canary.watch(campaign, now)


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


def _page(
    session: Session, campaign: Campaign, now: datetime, *which: ColumnElement[bool], size: int
) -> Sequence[Row[tuple[Any, ...]]]:
    """Read subscribers with their reason to be left out, in the order of their ids.

    Their subscriptions are share-locked first: whoever leaves or takes a break at this moment waits
    for us and then withdraws the delivery, or we wait for them and then read them as they are.
    """
    segment = segment_of(campaign)
    query = (
        select(
            Subscriber.id,
            Subscriber.language,
            Subscriber.address_id,
            Subscriber.time_zone,
            Subscriber.paused_until,
            Delivery.id.label("unsent_id"),
            Delivery.batch_id.label("in_batch"),
            left_out(segment, now, Suppression.hash.is_not(None)).label("left_out"),
            *(getattr(Subscriber, name) for name in PROFILE),
        )
        .select_from(
            members(segment)
            .join(Address, Address.id == Subscriber.address_id)
            .outerjoin(Suppression, Suppression.hash == Address.hash)
        )
        .where(*belongs(segment), *which)
        .order_by(Subscription.subscriber_id)
        .limit(size)
    )
    locked = query.with_only_columns(Subscriber.id, maintain_column_froms=True)
    ids = session.scalars(locked.with_for_update(read=True, of=Subscription)).all()
    return session.execute(query.where(Subscription.subscriber_id.in_(ids))).all()


def _plan(
    session: Session, campaign: Campaign, page: Sequence[Row[tuple[Any, ...]]], now: datetime
) -> None:
    """Write a delivery or an exclusion for each of the page."""
    drafts = _drafts(session, campaign)
    languages = languages_of(campaign, drafts)
    due_at = due_times(campaign, now)
    deliveries: dict[int, NewDelivery] = {}
    excluded: dict[int, ExclusionReason] = {}
    for member in page:
        if member.in_batch == campaign.batch_id:
            continue
        chosen, due = languages.choose(member.language), due_at(member.time_zone)
        if member.left_out is not None and not is_back(member, due):
            excluded[member.id] = exclusion_reason(member.left_out)
        elif chosen is None:
            excluded[member.id] = languages.why_none(member.language)
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
                due_at=due,
            )
    unsent = [member.unsent_id for member in page if member.id in deliveries]
    _free(session, campaign, unsent, now)
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


def _free(
    session: Session, campaign: Campaign, unsent: Sequence[int | None], now: datetime
) -> None:
    """Set aside what an earlier campaign planned for these people and never sent.

    It stays in that campaign's books, under an occasion of its own, so that this one may try.
    """
    ids = [delivery_id for delivery_id in unsent if delivery_id is not None]
    if not ids:
        return
    moves.end(session, Delivery.id.in_(ids), [State.QUEUED], State.CANCELLED, now)
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

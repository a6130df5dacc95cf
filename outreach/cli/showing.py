"""Campaigns on the terminal and as JSON."""

from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from outreach.bootstrap import Services
from outreach.campaigns import queries
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Figures
from outreach.cli import tell
from outreach.cli.words import LANGUAGE_REASONS, LEFT_OUT
from outreach.phrases.catalog import language_name

COUNTS = ("planned", "waiting", "sent", "failed", "suppressed", "cancelled", "uncertain")


def listed(session: Session, services: Services, *, as_json: bool) -> None:
    """Print all campaigns."""
    now = services.clock()
    found = [told(session, campaign, now) for campaign in queries.campaigns(session)]
    if as_json:
        tell.as_json(found)
        return
    zone = services.settings.staff_zone
    tell.table(
        ["No.", "Edition", "Topic", "State", "Time", "Planned", "Sent"],
        [
            (
                str(each["id"]),
                each["title"],
                each["topic"],
                each["state"],
                tell.moment(datetime.fromisoformat(each["send_at"]), zone),
                each["planned"],
                each["sent"],
            )
            for each in found
        ],
    )


def show(session: Session, services: Services, campaign: Campaign) -> None:
    """Print one campaign: its figures, by language, with the reasons."""
    report = queries.report(session, campaign)
    speed = queries.speed(campaign, report, services.clock())
    click.echo(
        f"Campaign {campaign.id}: {campaign.title} to “{campaign.topic.slug}”, {campaign.state}"
    )
    if campaign.segment_title:
        click.echo(f"Only for: {campaign.segment_title} ({campaign.segment_slug})")
    click.echo(f"Time: {tell.moment(campaign.send_at, campaign.zone)}")
    if not report.planned_final:
        click.echo("The plan is not final yet: fan-out has not ended.")
    pace = f"A second: {speed.per_second:.1f}"
    if campaign.state == CampaignState.SENDING:
        pace += f"   Time left: {tell.lasting(speed.time_left)}"
    click.echo(f"{pace}\n")
    rows = [(language_name(name), report.by_language[name]) for name in report.by_language]
    tell.table(
        ["Language", *(name.capitalize() for name in COUNTS)],
        [(name, *counts(figures).values()) for name, figures in (*rows, ("All", report))],
    )
    reasons = queries.language_reasons(session, campaign)
    _section(
        ["Language", "Because it is", "Recipients"],
        [
            (language_name(name), LANGUAGE_REASONS[reason], count)
            for (name, reason), count in reasons.items()
        ],
    )
    _section(
        ["Left out because", "People"],
        [(LEFT_OUT[reason], count) for reason, count in report.left_out.items()],
    )


def told(
    session: Session, campaign: Campaign, now: datetime, *, reasons: bool = False
) -> dict[str, Any]:
    """Give a campaign as JSON knows it; with `reasons`, why each language was chosen."""
    report = queries.report(session, campaign)
    speed = queries.speed(campaign, report, now)
    answer: dict[str, Any] = {
        "id": campaign.id,
        "title": campaign.title,
        "topic": campaign.topic.slug,
        "segment": campaign.segment_slug or None,
        "state": str(campaign.state),
        "send_at": tell.iso(campaign.send_at),
        "zone": campaign.zone,
        "started_at": tell.iso(campaign.started_at),
        "ended_at": tell.iso(campaign.ended_at),
        **counts(report),
        "planned_final": report.planned_final,
        "per_second": round(speed.per_second, 1),
        "seconds_left": speed.time_left.total_seconds() if speed.time_left is not None else None,
        "languages": {name: counts(figures) for name, figures in report.by_language.items()},
        "left_out": {reason.name.lower(): count for reason, count in report.left_out.items()},
    }
    if reasons:
        answer["reasons"] = [
            {"language": name, "reason": reason.name.lower(), "count": count}
            for (name, reason), count in queries.language_reasons(session, campaign).items()
        ]
    return answer


def counts(figures: Figures) -> dict[str, int]:
    """Give the figures by name, planned first."""
    return {name: getattr(figures, name) for name in COUNTS}


def _section(headings: list[str], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        click.echo("")
        tell.table(headings, rows)

"""The report of a campaign as pictures and sentences, and the list of whom it did not reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import idna
from flask import request
from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns import queries
from outreach.campaigns.columns import Column
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import Figures
from outreach.campaigns.summary import DomainLine, FailureLine, Summary
from outreach.delivery.failures import SENTENCES, FailureClass
from outreach.delivery.troubles import Trouble, troubles_page
from outreach.phrases.catalog import Phrases
from outreach.staff.models import Role
from outreach.times import zone
from outreach.web import charts
from outreach.web.charts import Line, Picture, Words
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.campaign_words import (
    FIGURES,
    STATES,
    heading,
    series,
    short_moment,
    subjects,
)
from outreach.web.desk.places import CAMPAIGN
from outreach.web.desk.words import LEFT_OUT

blueprint = desk_blueprint("campaign_report")

PAGE = 50
DRAWN = 12
"""Domains in the picture; the others stand in its table."""


@dataclass(frozen=True)
class Reason:
    """Why some were not reached, told plainly."""

    sentence: str
    count: int
    details: list[tuple[str, int, str]]
    """Codes, how many, and one server's words; none where no server said anything."""


@dataclass(frozen=True)
class Unreached:
    """One line of the list of whom a campaign did not reach."""

    address: str
    when: str
    state: str
    chip: str
    sentence: str
    words: str
    """The server's, with its codes."""


@blueprint.get(f"{CAMPAIGN}/failures")
@needs(Role.EDITOR)
def failures(number: int) -> AnyResponse:
    """List whom a campaign did not reach, or may not have reached, by address."""
    after = min(max(request.args.get("after", 0, type=int), 0), 2**62)
    with desk_reading() as desk:
        session = desk.visit.session
        campaign = queries.campaign(session, number)
        found = troubles_page(session, campaign.batch_id, after=after, most=PAGE + 1)
        return desk.show(
            "campaign_failures.html",
            section="campaigns",
            campaign=campaign,
            heading=heading(desk, campaign, subjects(session, [campaign])[campaign.id]),
            people=[_unreached(desk, campaign, each) for each in found[:PAGE]],
            following=found[PAGE - 1].delivery if len(found) > PAGE else 0,
            first=after == 0,
        )


def pictures(desk: DeskVisit, campaign: Campaign, summary: Summary | None) -> list[Picture]:
    """Draw the report: by language from the counters, the rest as it was last summed up."""
    languages = queries.by_language(desk.visit.session, campaign)
    drawn = [_by_language(desk, languages)] if any(f.planned for f in languages.values()) else []
    if summary is not None and summary.domains:
        drawn.append(_by_domain(desk, summary))
    if summary is not None and summary.times:
        drawn.append(_over_time(desk, campaign, summary.times))
    return drawn


def reasons_told(summary: Summary, t: Phrases) -> list[Reason]:
    """Tell the failures, one sentence for each class, the most frequent first."""
    by_kind: dict[FailureClass, list[FailureLine]] = {}
    for line in summary.failures:
        by_kind.setdefault(line.kind, []).append(line)
    told = [
        Reason(
            t.say(SENTENCES[kind]),
            sum(line.count for line in lines),
            [detail for line in lines if (detail := _detail(line))],
        )
        for kind, lines in by_kind.items()
    ]
    return sorted(told, key=lambda reason: -reason.count)


def _detail(line: FailureLine) -> tuple[str, int, str] | None:
    """Give what a server said; None where none said anything, as when none could be asked."""
    codes = _codes(line.code, line.enhanced)
    return (codes, line.count, line.words) if codes or line.words else None


def told_left_out(summary: Summary, t: Phrases) -> list[tuple[str, int]]:
    """Tell who was left out of the plan, by reason."""
    return [(t.say(LEFT_OUT[reason]), count) for reason, count in summary.left_out.items()]


def _by_language(desk: DeskVisit, found: Mapping[str, Figures]) -> Picture:
    t = desk.t
    order = sorted(found, key=lambda language: -found[language].planned)
    lines = [Line(desk.visit.language_title(each), _values(found[each])) for each in order]
    words = Words(
        name="by-language",
        title=t("By language"),
        description=t("How many mails were planned in each language, and how they stand."),
        first=t("Language"),
        total=t("Planned"),
        number=t.number,
    )
    return charts.bars(words, series(t), lines)


def _by_domain(desk: DeskVisit, summary: Summary) -> Picture:
    t = desk.t
    lines = [
        Line(_domain_name(each, t), _values(queries.figures(each.states)))
        for each in summary.domains
    ]
    words = Words(
        name="by-domain",
        title=t("By the recipients’ domain"),
        description=_told_domains(summary.domain_count, t),
        first=t("Domain"),
        total=t("Planned"),
        number=t.number,
    )
    return charts.bars(words, series(t), lines[:DRAWN], lines[DRAWN:])


def _told_domains(count: int, t: Phrases) -> str:
    if count <= DRAWN:
        return t("What stands behind the @ of the addresses.")
    return t(
        "What stands behind the @ of the addresses: the %(drawn)s largest of %(number)s.",
        drawn=DRAWN,
        number=t.number(count),
    )


def _over_time(desk: DeskVisit, campaign: Campaign, times: Sequence[Column]) -> Picture:
    t = desk.t
    with_day = _there(times[0].at, campaign).date() != _there(times[-1].until, campaign).date()
    lines = [
        Line(
            f"{_said(each.at, campaign, t, with_day=with_day)} – "
            f"{_said(each.until, campaign, t, with_day=with_day)}",
            {"sent": each.sent, "failed": each.failed},
        )
        for each in times
    ]
    words = Words(
        name="over-time",
        title=t("Over time"),
        description=_paced(times, campaign, t),
        first=t("Time"),
        total=t("Together"),
        number=t.number,
    )
    kinds = [each for each in series(t) if each.key in ("sent", "failed")]
    first = _said(times[0].at, campaign, t, with_day=with_day)
    last = _said(times[-1].until, campaign, t, with_day=with_day)
    return charts.columns(words, kinds, lines, ends=(first, last))


def _paced(times: Sequence[Column], campaign: Campaign, t: Phrases) -> str:
    """Say what a column stands for."""
    width = timedelta(seconds=times[0].seconds)
    said = [
        t(
            "How many were handed over, or failed, in each %(length)s. Times in %(zone)s.",
            length=t.span(width),
            zone=campaign.zone,
        )
    ]
    if times[-1].seconds != times[0].seconds:
        said.append(t("The last column is the rest, which servers had put off."))
    return " ".join(said)


def _said(moment: datetime, campaign: Campaign, t: Phrases, *, with_day: bool) -> str:
    """Write a moment where the zone is said beside it."""
    there = _there(moment, campaign)
    clock = t.clock(there.time()) if there.second == 0 else f"{there:%H:%M:%S}"
    return f"{t.day_of_year(there.date())}, {clock}" if with_day else clock


def _there(moment: datetime, campaign: Campaign) -> datetime:
    return moment.astimezone(zone(campaign.zone))


def _values(figures: Figures) -> dict[str, int]:
    return {key: getattr(figures, key) for key, _label, _pattern in FIGURES}


def _domain_name(line: DomainLine, t: Phrases) -> str:
    """Give a domain as people write it."""
    if not line.domain:
        return t("All others together")
    try:
        return idna.decode(line.domain)
    except idna.IDNAError:
        return line.domain


def _codes(code: int | None, enhanced: str | None) -> str:
    return " ".join(str(part) for part in (code, enhanced) if part)


def _unreached(desk: DeskVisit, campaign: Campaign, trouble: Trouble) -> Unreached:
    t = desk.t
    state, chip = STATES[trouble.state]
    codes = _codes(trouble.code, trouble.enhanced)
    return Unreached(
        address=trouble.address,
        when=short_moment(trouble.at, campaign.zone, t) if trouble.at else "–",
        state=t.say(state),
        chip=chip,
        sentence=t.say(SENTENCES[trouble.kind]),
        words=" ".join(part for part in (codes, trouble.reply) if part),
    )

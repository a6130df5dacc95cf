"""The list of editions as staff see it: a page at a time, without reading what they say."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Campaign, CampaignState
from outreach.content.faults import Fault, stored_faults
from outreach.newsletters.models import Edition, Newsletter, Translation
from outreach.newsletters.queries import EditionState
from outreach.newsletters.reading import PARENT


@dataclass(frozen=True)
class Wanted:
    """Which editions."""

    newsletter: str = ""
    """The slug; empty for all."""
    state: EditionState | None = None


@dataclass(frozen=True)
class ListedEditions:
    """A page of the list, the newest first."""

    editions: Sequence[tuple[Edition, EditionState]]
    """Their bodies are read only if somebody asks for them."""
    total: int
    """Of all pages."""


def listed_editions(
    session: Session, wanted: Wanted, *, start: int = 0, most: int = 25
) -> ListedEditions:
    """Give one page, in three queries whatever its length."""
    conditions = _conditions(wanted)
    count = select(func.count(Edition.id)).join(Edition.newsletter).where(*conditions)
    rows = session.execute(
        select(Edition, _STATE)
        .join(Edition.newsletter)
        .where(*conditions)
        .options(selectinload(Edition.translations).defer(Translation.body))
        .order_by(Edition.date.desc(), Edition.slug.desc(), Newsletter.slug)
        .offset(start)
        .limit(most)
    )
    return ListedEditions(
        [(one, EditionState(state)) for one, state in rows], session.scalar(count) or 0
    )


def newsletters(session: Session) -> Sequence[Newsletter]:
    """Give all newsletters."""
    return session.scalars(select(Newsletter).order_by(Newsletter.slug)).all()


def state_of_edition(session: Session, edition: Edition) -> EditionState:
    """Give the state of one edition."""
    query = select(_STATE).where(Edition.id == edition.id)
    return EditionState(session.scalars(query).one())


def states(session: Session) -> dict[int, EditionState]:
    """Give the state of every edition, by its id."""
    rows = session.execute(select(Edition.id, _STATE))
    return {number: EditionState(state) for number, state in rows}


def faults_by_edition(session: Session) -> dict[str, list[Fault]]:
    """Give the faults of the last sync by edition, e.g. `wrm/2020-07`.

    Those of a `newsletter.toml` stand under the newsletter, e.g. `wrm`.
    """
    found: dict[str, list[Fault]] = {}
    for fault in stored_faults(session, f"{PARENT}/"):
        newsletter, slug, *_ = [*fault.path.removeprefix(f"{PARENT}/").split("/"), ""]
        name = newsletter if slug in ("", "newsletter.toml") else f"{newsletter}/{slug}"
        found.setdefault(name, []).append(fault)
    return found


def never_live(session: Session, faults: dict[str, list[Fault]]) -> dict[str, list[Fault]]:
    """Give those with faults of which there is no good version at all, by name."""
    rows = session.execute(select(Newsletter.slug, Edition.slug).join(Edition.newsletter))
    live = {f"{newsletter}/{slug}" for newsletter, slug in rows}
    live |= set(session.scalars(select(Newsletter.slug)))
    return {name: found for name, found in faults.items() if name not in live}


def _has_campaign(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Campaign.occasion_id == Edition.occasion_id, *which)


_STARTED = Campaign.started_at.is_not(None)
_ENDED = Campaign.state.in_((CampaignState.SENT, CampaignState.CANCELLED))
_STATE: ColumnElement[str] = case(
    (_has_campaign(_STARTED, ~_ENDED), str(EditionState.SENDING)),
    (_has_campaign(Campaign.state == CampaignState.SENT), str(EditionState.SENT)),
    (_has_campaign(_STARTED), str(EditionState.PARTLY)),
    (_has_campaign(~_ENDED), str(EditionState.SCHEDULED)),
    else_=str(EditionState.DRAFT),
)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.newsletter:
        conditions.append(Newsletter.slug == wanted.newsletter)
    if wanted.state is not None:
        conditions.append(_STATE.in_([str(wanted.state)]))
    return conditions

"""What the desk calls states, figures and reasons of campaigns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.control import subject_of
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Figures
from outreach.delivery.models import Message, State
from outreach.errors import Sentence
from outreach.phrases.catalog import Phrases
from outreach.staff.models import Act
from outreach.web.charts import Series
from outreach.web.desk.access import DeskVisit

CHIPS = {
    CampaignState.SCHEDULED: "",
    CampaignState.SENDING: "state-going",
    CampaignState.SENT: "state-good",
    CampaignState.PAUSED: "state-warn",
    CampaignState.CANCELLED: "state-over",
}
"""The class of the chip: shape and colour beside the word."""

FIGURES: tuple[tuple[str, Sentence, str], ...] = (
    ("sent", Sentence("Sent"), ""),
    ("waiting", Sentence("Waiting"), ""),
    ("failed", Sentence("Failed"), "cross"),
    ("uncertain", Sentence("Uncertain"), "stripes"),
    ("suppressed", Sentence("Not to be mailed"), "lines"),
    ("cancelled", Sentence("Taken back"), "dots"),
)
"""The parts of the identity: their names, what they are called, the pattern in pictures."""

MEANINGS: Mapping[str, Sentence] = {
    "sent": Sentence(
        "The server of the reader has taken it; what came back later is counted here."
    ),
    "waiting": Sentence("Not handed over yet, or to be tried again."),
    "failed": Sentence("Refused for good, or given up after several tries."),
    "uncertain": Sentence("The connection broke at the last moment: it may have arrived."),
    "suppressed": Sentence("The address came onto the list of those not to be mailed meanwhile."),
    "cancelled": Sentence("Withdrawn before it was sent: cancelled, or the reader left."),
}

STATES: Mapping[State, tuple[Sentence, str]] = {
    State.FAILED: (Sentence("failed"), "state-bad"),
    State.BOUNCED: (Sentence("came back"), "state-bad"),
    State.COMPLAINED: (Sentence("marked as spam"), "state-bad"),
    State.UNCERTAIN: (Sentence("uncertain"), "state-warn"),
}
"""Of deliveries that a report explains, with the class of the chip."""


ALWAYS = ("waiting", "sent")
"""What the sentence of the identity names even where it is nought; the table names all."""


def series(t: Phrases) -> list[Series]:
    """Give the parts of the identity as pictures show them."""
    return [Series(key, t.say(label), pattern) for key, label, pattern in FIGURES]


def identity(figures: Figures, t: Phrases) -> str:
    """Say the identity that always holds; of what is nought, only the first two."""
    said = {
        "waiting": t.many("%(number)s waiting", "%(number)s waiting", figures.waiting),
        "sent": t.many("%(number)s sent", "%(number)s sent", figures.sent),
        "failed": t.many("%(number)s failed", "%(number)s failed", figures.failed),
        "suppressed": t.many(
            "%(number)s not to be mailed", "%(number)s not to be mailed", figures.suppressed
        ),
        "cancelled": t.many("%(number)s taken back", "%(number)s taken back", figures.cancelled),
        "uncertain": t.many("%(number)s uncertain", "%(number)s uncertain", figures.uncertain),
    }
    shown = [words for name, words in said.items() if name in ALWAYS or getattr(figures, name)]
    planned = t.many("%(number)s planned", "%(number)s planned", figures.planned)
    return f"{planned} = {' + '.join(shown)}"


def short_moment(moment: datetime, zone: str, t: Phrases) -> str:
    """Write date and time for tables and lists, with the zone."""
    return t.moment(moment, zone, "medium")


def subjects(session: Session, campaigns: Sequence[Campaign]) -> dict[int, dict[str, str]]:
    """Give the subjects of the mails of each campaign, by language."""
    by_batch = {campaign.batch_id: campaign.id for campaign in campaigns}
    rows = session.execute(
        select(Message.batch_id, Message.language, Message.subject).where(
            Message.batch_id.in_(by_batch), Message.form == "full"
        )
    )
    found: dict[int, dict[str, str]] = {number: {} for number in by_batch.values()}
    for batch_id, language, subject in rows:
        found[by_batch[batch_id]][language] = subject
    return found


def heading(desk: DeskVisit, campaign: Campaign, known: Mapping[str, str]) -> str:
    """Name a campaign by the subject of its mail, in the reader's language where there is one."""
    return desk.visit.text(known) or campaign.title


def headings(desk: DeskVisit, campaigns: Sequence[Campaign]) -> dict[int, str]:
    """Name several campaigns so, with one read."""
    known = subjects(desk.visit.session, campaigns)
    return {each.id: heading(desk, each, known[each.id]) for each in campaigns}


def history(session: Session, campaign: Campaign, most: int = 10) -> Sequence[Act]:
    """Give the latest of what people did to a campaign."""
    query = (
        select(Act)
        .where(Act.at >= campaign.created_at, Act.subject == subject_of(campaign.id))
        .order_by(Act.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()

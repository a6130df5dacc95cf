"""Partners: what comes of their embeds, and the link by which each sees that for itself."""

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from outreach.content.faults import stored_faults
from outreach.events.partner_models import Partner
from outreach.events.partner_source import PATH
from outreach.events.partner_totals import Listed, listed
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.partner import heads

blueprint = desk_blueprint("partners")


@dataclass(frozen=True)
class Shown:
    """One partner."""

    partner: Partner
    rows: list[tuple[str, list[str]]]
    """Of which time, and the totals in words."""
    page: str
    """Its own page: the whole address, to be passed on."""
    builder: str


@blueprint.get("/partners")
@needs(Role.VIEWER)
def show() -> AnyResponse:
    """List them, with links in the language that was chosen."""
    with desk_reading() as desk:
        visit = desk.visit
        wished = request.args.get("links", "")
        spoken = wished if wished in visit.site.languages else visit.language
        return desk.show(
            "partners.html",
            section="partners",
            partners=[_shown(desk, each, spoken) for each in listed(visit.session, visit.now)],
            heads=heads(desk.t),
            spoken=spoken,
            file=PATH,
            faults=stored_faults(visit.session, PATH),
        )


def _shown(desk: DeskVisit, found: Listed, language: str) -> Shown:
    links, partner, t = desk.visit.services.links, found.partner, desk.t
    times = ((t("The last 30 days"), found.recent), (t("In all"), found.ever))
    return Shown(
        partner=partner,
        rows=[(name, [t.number(number) for number in totals.all]) for name, totals in times],
        page=links.to_partner(language, partner=partner.id),
        builder=desk.visit.local(links.to_builder(language, f"partner={partner.slug}")),
    )

"""Asking before a segment is deleted: what uses it, and what becomes of that."""

from flask import redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.audience.models import Origin
from outreach.audience.segment_rows import segment
from outreach.campaigns.models import CampaignState
from outreach.campaigns.queries import of_segment
from outreach.staff.models import Role
from outreach.web.desk.access import desk_blueprint, desk_reading, needs

blueprint = desk_blueprint("segment_delete")

OVER = (CampaignState.SENT, CampaignState.CANCELLED)


@blueprint.get("/segments/<slug:slug>/delete")
@needs(Role.EDITOR)
def ask(slug: str) -> AnyResponse:
    """Ask; one from the file is deleted there, as its page says."""
    with desk_reading() as desk:
        row = segment(desk.visit.session, slug)
        if row.origin is Origin.FILE:
            return redirect(url_for("desk_segments.one", slug=slug), 303)
        used = list(of_segment(desk.visit.session, slug))
        return desk.show(
            "segment_delete.html",
            section="segments",
            row=row,
            used=used,
            coming=[each for each in used if each.state not in OVER],
        )

"""Pictures and downloads, named by the checksum of their bytes: what was sent cannot change."""

from flask import Blueprint, Response, make_response, request

from outreach.content.media import media
from outreach.web.site import FOR_EVER
from outreach.web.visit import present_services

blueprint = Blueprint("media", __name__)

SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"})
"""What a browser may show; everything else is saved."""


@blueprint.get("/media/<checksum:checksum>/<filename:name>")
def file(checksum: str, name: str) -> Response:
    """Give a file; webmail of any origin may show our pictures."""
    with present_services().database.reading() as session:
        found = media(session, checksum)
    answer = make_response(found.data)
    headers = answer.headers
    headers["Content-Type"] = found.type
    headers["Cache-Control"] = FOR_EVER
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if found.type in SHOWN:
        headers["Content-Disposition"] = "inline"
    else:
        headers.set("Content-Disposition", "attachment", filename=name)
    # A browser's own viewer of PDF does not run inside the strict policy.
    headers["Content-Security-Policy"] = (
        "frame-ancestors 'none'"
        if found.type == "application/pdf"
        else "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    answer.set_etag(checksum)
    answer.make_conditional(request)
    return answer

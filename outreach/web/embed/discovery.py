"""How other sites find out that a page of ours can be embedded (oembed.com §4)."""

from dataclasses import dataclass

from flask import request

from outreach.web.shelf import LONGEST_QUERY
from outreach.web.visit import Visit


@dataclass(frozen=True)
class Discovery:
    """One link in the head of a page."""

    media_type: str
    url: str


def discovery(visit: Visit, url: str) -> tuple[Discovery, ...]:
    """Give the links of a page, by its full address with what was chosen in its query."""
    links = visit.services.links
    return (
        Discovery("application/json+oembed", links.to_oembed(url, "json")),
        Discovery("text/xml+oembed", links.to_oembed(url, "xml")),
    )


def asked_address(visit: Visit) -> str:
    """Give the address of the page that is asked for, its query as it came unless it is endless."""
    base = f"{visit.services.links.base_url}{request.path}"
    query = request.query_string.decode("ascii", "replace")
    return f"{base}?{query}" if query and len(base) + len(query) < LONGEST_QUERY else base

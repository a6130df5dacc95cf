"""By whose embed a visitor came: `?partner=` is carried from page to page, without any cookie."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import request

from outreach.events.partners import find
from outreach.web.visit import Visit

PARTNER = "partner"
"""The name of it in addresses and forms."""


def partner_of(visit: Visit) -> str:
    """Give the slug that the address or the form names; empty if no partner of ours has it."""
    found = find(visit.session, request.values.get(PARTNER, ""))
    return found.slug if found else ""


def carried(url: str, partner: str) -> str:
    """Give an address that goes on naming the partner, if there is one."""
    if not (url and partner):
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({PARTNER: partner})}"


def carried_in(addresses: Mapping[str, str], partner: str) -> dict[str, str]:
    """Give the addresses of a page in each language, all of them naming the partner."""
    return {language: carried(url, partner) for language, url in addresses.items()}

"""By whose embed a visitor came: `?partner=` is carried from page to page, without any cookie."""

from collections.abc import Mapping

from flask import request

from outreach.events.partners import PARTNER, carried, find
from outreach.web.visit import Visit


def partner_of(visit: Visit) -> str:
    """Give the slug that the address or the form names; empty if no partner of ours has it."""
    found = find(visit.session, request.values.get(PARTNER, ""))
    return found.slug if found else ""


def carried_in(addresses: Mapping[str, str], partner: str) -> dict[str, str]:
    """Give the addresses of a page in each language, all of them naming the partner."""
    return {language: carried(url, partner) for language, url in addresses.items()}

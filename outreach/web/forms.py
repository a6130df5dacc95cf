"""What our forms have in common: reading what was sent, limits, and faults beside their fields."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from flask import request

from outreach.audience.forms import FormFaults
from outreach.audience.models import Topic
from outreach.db.limits import Limit, allow
from outreach.errors import Sentence
from outreach.phrases.catalog import Phrases
from outreach.web.visit import Visit, present_services

HONEYPOT = "leave_this_empty"
"""A field that people do not see and machines fill in."""
HOUR = timedelta(hours=1)
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {127: None}


@dataclass(frozen=True)
class Fault:
    """One fault of a form: the field, and what to do about it, in the visitor's language."""

    field: str
    text: str


def sent_text(name: str) -> str:
    """Give a field of the form that was sent, without control characters; empty if missing."""
    return without_controls(request.form.get(name, ""))


def sent_list(name: str) -> tuple[str, ...]:
    """Give all values of a field, such as ticked boxes."""
    return tuple(map(without_controls, request.form.getlist(name)))


def without_controls(text: str) -> str:
    """Take out of what was sent what nobody types, and no database takes (NUL on PostgreSQL)."""
    return text.translate(_CONTROLS)


def from_a_machine() -> bool:
    """Tell whether somebody filled in what people cannot see."""
    return bool(request.form.get(HONEYPOT))


def place() -> str:
    """Give where a visitor comes from: their network address, of IPv6 the network of 64 bits."""
    address = request.remote_addr or ""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((number, 64), strict=False)) if number.version == 6 else address


def too_often(name: str) -> bool:
    """Count one sent form of this visitor and tell whether it was one too many this hour."""
    services = present_services()
    limit = Limit(name, services.settings.signups_per_hour, HOUR)
    with services.database.transaction() as session:
        return not allow(
            session,
            limit,
            asker=place(),
            key=services.settings.secret_keys[0].encode(),
            now=services.clock(),
        )


def topic_choices(
    visit: Visit, topics: Iterable[Topic], ticked: Collection[str]
) -> list[dict[str, Any]]:
    """Give topics as a form offers them: value, label, description, and whether it is checked."""
    return [
        {
            "value": topic.slug,
            "label": visit.text(topic.names),
            "description": visit.text(topic.descriptions),
            "checked": topic.slug in ticked,
        }
        for topic in topics
    ]


def told(faults: FormFaults, t: Phrases, better: Mapping[str, Sentence]) -> list[Fault]:
    """Say the faults in one language; `better` has the words for fields that were left empty."""
    return [
        Fault(field, t.say(better.get(field, sentence) if _is_empty(field) else sentence))
        for field, sentence in faults.faults.items()
    ]


def _is_empty(field: str) -> bool:
    return not any(value.strip() for value in request.form.getlist(field))

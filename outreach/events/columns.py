"""What `event.toml` says, as the columns of an event."""

from typing import Any

from outreach.events.models import RegistrationKind
from outreach.events.recurrence import Series
from outreach.events.registration_source import RegistrationSource
from outreach.events.source import EventSource, PersonSource


def columns(source: EventSource, series: Series | None) -> dict[str, Any]:
    """Give the columns that the file decides."""
    return {
        "listed": True,
        "kind": source.kind,
        "topic": source.topic or "",
        "status": source.status,
        "date": source.day,
        "starts_at": source.starts_at,
        "ends_at": source.ends_at,
        "zone": source.zone or "",
        "recurrence": series.to_json() if series else {},
        "organiser": source.organiser,
        "online_url": source.online_url or "",
        "people": [_person(person) for person in source.people],
        "interpretation": list(source.interpretation),
        "recording_url": source.recording or "",
        "slides_url": source.slides or "",
        "reminders": sorted(set(source.reminders), reverse=True),
        "retention_days": source.retention_days,
        **_registration(source.registration),
    }


def _registration(source: RegistrationSource | None) -> dict[str, Any]:
    kind = RegistrationKind.NONE
    if source is not None:
        kind = RegistrationKind.EXTERNAL if source.url else RegistrationKind.BUILT_IN
    said = source or RegistrationSource()
    return {
        "registration": kind,
        "registration_url": said.url or "",
        "capacity": said.capacity,
        "wait_list": said.wait_list,
        "closes_minutes": said.closes_minutes_before,
        "questions": [
            {
                "name": question.name,
                "label": question.label,
                "required": question.required,
                "choices": question.choices,
            }
            for question in said.questions
        ],
    }


def _person(person: PersonSource) -> dict[str, Any]:
    return {
        "name": person.name,
        "role": person.role,
        "affiliation": person.affiliation or {},
        "country": person.country or "",
        "photo": person.photo or "",
        "photo_alt": person.photo_alt or {},
    }

"""Segments: which there are, what each says in words, who is in it at this moment."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, jsonify, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from outreach.audience import segment_people
from outreach.audience.models import Origin, Segment, Topic
from outreach.audience.segment_desk import remove
from outreach.audience.segment_people import Counts, Sampled
from outreach.audience.segment_rows import active_segments, rule_of, segment
from outreach.audience.segment_rules import Rule
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import of_segment
from outreach.errors import Refused
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.segment_words import Said, names, said
from outreach.web.forms import Fault, without_controls

blueprint = desk_blueprint("segments")


@dataclass(frozen=True)
class Person:
    """One of the sample, in words."""

    name: str
    address: str
    language: str
    country: str
    organisation: str


@dataclass(frozen=True)
class Look:
    """What there is to see of a segment; a rule may have become one that cannot be asked."""

    words: Said | None
    total: int | None = None
    by_language: Sequence[tuple[str, int, int]] = ()
    """Name, number, and share in hundredths."""
    sample: Sequence[Person] | None = None
    trouble: str = ""
    """Why something is missing."""


@blueprint.get("/segments")
@needs(Role.VIEWER)
def show() -> AnyResponse:
    """List them. Their numbers come one by one where scripts run: each is a look at everybody."""
    with desk_reading() as desk:
        return desk.show(
            "segments.html",
            section="segments",
            segments=active_segments(desk.visit.session),
            from_file=Origin.FILE,
            gone=without_controls(request.args.get("gone", ""))[:100],
            kept=request.args.get("kept", 0, type=int),
        )


@blueprint.get("/segments/<slug:slug>")
@needs(Role.VIEWER)
def one(slug: str) -> AnyResponse:
    """Show one."""
    with desk_reading() as desk:
        return _page(desk, segment(desk.visit.session, slug), [])


@blueprint.get("/segments/<slug:slug>/count")
@needs(Role.VIEWER)
def count(slug: str) -> AnyResponse:
    """Give how many are in it, for scripts."""
    with desk_reading() as desk:
        row = segment(desk.visit.session, slug)
        return jsonify(said=desk.t.number(counted(desk, rule_of(row)).total))


@blueprint.post("/segments/<slug:slug>/delete")
@needs(Role.EDITOR)
def delete(slug: str) -> AnyResponse:
    """Delete one of the desk's own; campaigns that use it keep the rule as it was."""
    version = request.form.get("version", 0, type=int)
    try:
        with desk_writing() as desk:
            session = desk.visit.session
            row = segment(session, slug)
            kept = len(of_segment(session, slug))
            name = desk.visit.text(row.names)
            before = told(row)
            remove(session, row, version if 0 < version < 2**31 else 0)
            desk.actor.did(session, "segment.delete", slug, before=before)
    except Refused as refused:
        with desk_reading() as desk:
            found = segment(desk.visit.session, slug)
            return _page(desk, found, [Fault("", desk.t.say(refused))])
    return redirect(url_for("desk_segments.show", gone=name, kept=kept or None), 303)


def counted(desk: DeskVisit, rule: Rule) -> Counts:
    """Count who is in a rule now."""
    return segment_people.count(desk.visit.session, rule, now=desk.visit.now)


def topics(desk: DeskVisit) -> list[Topic]:
    """Give all topics, also those that can no longer be chosen: people have them still."""
    query = select(Topic).order_by(Topic.active.desc(), Topic.position, Topic.id)
    return list(desk.visit.session.scalars(query))


def in_words(desk: DeskVisit, rule: Rule) -> Said:
    """Say a rule in the reader's language."""
    return said(rule, names(desk.visit, topics(desk), rule))


def told(row: Segment) -> dict[str, object]:
    """Give what the audit log keeps of a segment."""
    rule = json.dumps(row.rule, ensure_ascii=False)
    return {"name": " · ".join(row.names.values()), "rule": rule}


def _page(desk: DeskVisit, row: Segment, faults: list[Fault]) -> Response:
    used: list[Campaign] = list(of_segment(desk.visit.session, row.slug))
    return desk.show(
        "segment.html",
        status=422 if faults else 200,
        section="segments",
        row=row,
        from_file=row.origin is Origin.FILE,
        look=_look(desk, row),
        used=used,
        faults=faults,
        done=request.args.get("done", ""),
    )


def _look(desk: DeskVisit, row: Segment) -> Look:
    """Look as far as one can: whatever is wrong with a rule, its segment can be deleted."""
    words = None
    try:
        rule = rule_of(row)
        words = in_words(desk, rule)
        found = counted(desk, rule)
        sample = _sample(desk, rule, found) if desk.may(Role.EDITOR) else None
    except Refused as refused:
        return Look(words, trouble=desk.t.say(refused))
    by_language = [
        (desk.visit.in_words(tag), number, 100 * number // found.total)
        for tag, number in found.by_language.items()
    ]
    return Look(words, found.total, by_language, sample)


def _sample(desk: DeskVisit, rule: Rule, found: Counts) -> list[Person]:
    visit = desk.visit
    chosen = segment_people.sample(visit.session, rule, total=found.total, now=visit.now)
    return [_person(desk, each) for each in chosen]


def _person(desk: DeskVisit, each: Sampled) -> Person:
    return Person(
        name=f"{each.first_name} {each.last_name}".strip(),
        address=each.address,
        language=desk.visit.in_words(each.language),
        country=desk.visit.country(each.country) if each.country else "",
        organisation=each.organisation,
    )

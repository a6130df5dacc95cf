"""Making and changing a segment: a form that works without scripts, and counts while one types."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, jsonify, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from outreach.audience.forms import FormFaults
from outreach.audience.models import Origin, Segment, Subscriber, SubscriberTag
from outreach.audience.segment_desk import Draft, change, create
from outreach.audience.segment_people import Counts
from outreach.audience.segment_rows import rule_of, segment
from outreach.audience.segment_rules import Rule
from outreach.errors import Refused, Sentence
from outreach.staff.models import Role
from outreach.web.desk import segments
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.names_known import suggested_names
from outreach.web.desk.segment_form import (
    JOINS,
    KINDS,
    Group,
    Item,
    Row,
    RuleForm,
    numbered,
    to_rule,
)
from outreach.web.desk.segment_sent import SegmentForm, checked_words, of_segment, pressed, read
from outreach.web.desk.segment_words import Said, names
from outreach.web.forms import Fault, without_controls

blueprint = desk_blueprint("segment_edit")

MOST_SUGGESTED = 12
SAVE = ("save", "save-new")


@dataclass(frozen=True)
class Result:
    """What a form comes to: a rule with the people in it, or what is wrong with it."""

    counts: Counts | None
    faults: Mapping[str, str]


@blueprint.get("/segments/new")
@needs(Role.EDITOR)
def new() -> AnyResponse:
    """Show an empty form, or (`copy`) one that is filled in like another segment."""
    with desk_reading() as desk:
        languages = list(desk.visit.site.languages)
        form = read(request.args, languages)
        original = without_controls(request.args.get("copy", ""))
        if original:
            row = segment(desk.visit.session, original)
            form = replace(of_segment(row, desk.visit.language), slug="", version=0)
        return _page(desk, form, None, [])


@blueprint.post("/segments/new")
@needs(Role.EDITOR)
def make() -> AnyResponse:
    """Save a new segment, or do what another button of the form says."""
    return _sent(None)


@blueprint.get("/segments/<slug:slug>/edit")
@needs(Role.EDITOR)
def edit(slug: str) -> AnyResponse:
    """Show the form of a segment; of one from the file, its page, which says where it stands."""
    with desk_reading() as desk:
        row = segment(desk.visit.session, slug)
        if row.origin is Origin.FILE:
            return redirect(url_for("desk_segments.one", slug=slug), 303)
        return _page(desk, of_segment(row, desk.visit.language), row, [])


@blueprint.post("/segments/<slug:slug>/edit")
@needs(Role.EDITOR)
def save(slug: str) -> AnyResponse:
    """Save a segment, or do what another button of its form says."""
    return _sent(slug)


@blueprint.post("/segments/count")
@needs(Role.EDITOR)
def count() -> AnyResponse:
    """Count who would be in a rule that is being written; writes nothing."""
    with desk_reading() as desk:
        form = read(request.form, list(desk.visit.site.languages))
        found = _result(desk, form, strict=False)
        people = None if found.counts is None else found.counts.total
        return jsonify(said="" if people is None else _said_people(desk, people))


def _sent(slug: str | None) -> AnyResponse:
    """Deal with the form of a segment (None: a new one)."""
    button = request.form.get("do", "count")
    with desk_reading() as desk:
        form = read(request.form, list(desk.visit.site.languages))
        row = segment(desk.visit.session, slug) if slug is not None else None
        if button not in SAVE:
            return _page(desk, pressed(form, button), row, [])
    try:
        with desk_writing() as desk:
            saved = _save(desk, form, None if button == "save-new" else slug)
    except Refused as refused:
        with desk_reading() as desk:
            row = segment(desk.visit.session, slug) if slug is not None else None
            return _page(desk, form, row, _told(desk, form, refused))
    return redirect(url_for("desk_segments.one", slug=saved, done="saved"), 303)


def _save(desk: DeskVisit, form: SegmentForm, slug: str | None) -> str:
    """Write it, with its line in the log; give the slug."""
    session, now = desk.visit.session, desk.visit.now
    draft = _draft(desk, form)
    if slug is None:
        row = create(session, draft, "" if form.version else form.slug, now)
        desk.actor.did(session, "segment.new", row.slug, after=segments.told(row))
        return row.slug
    row = segment(session, slug)
    before = segments.told(row)
    change(session, row, draft, form.version, now)
    desk.actor.did(session, "segment.change", slug, before=before, after=segments.told(row))
    return slug


def _draft(desk: DeskVisit, form: SegmentForm) -> Draft:
    """Check all of the form; FormFaults with everything that is wrong."""
    faults: dict[str, Sentence] = {}
    called: tuple[dict[str, str], dict[str, str]] = ({}, {})
    rule: Rule | None = None
    try:
        called = checked_words(form)
    except FormFaults as error:
        faults |= error.faults
    try:
        rule = _rule(desk, form)
    except FormFaults as error:
        faults |= error.faults
    if faults or rule is None:
        raise FormFaults(faults)
    return Draft(*called, rule)


def _rule(desk: DeskVisit, form: SegmentForm) -> Rule:
    """Give the rule of a form, or the one that it cannot show and leaves alone."""
    if form.rule is None:
        return rule_of(segment(desk.visit.session, form.kept))
    return to_rule(form.rule)


def _told(desk: DeskVisit, form: SegmentForm, refused: Refused) -> list[Fault]:
    if not isinstance(refused, FormFaults):
        return [Fault("", desk.t.say(refused))]
    items = dict(numbered(form.rule)) if form.rule else {}
    return [
        Fault(field, _about(desk, items.get(field.partition("-")[2]), sentence))
        for field, sentence in refused.faults.items()
    ]


def _about(desk: DeskVisit, item: Item | None, fault: Sentence) -> str:
    """Name the condition that a fault is about: there may be several of one kind."""
    if not isinstance(item, Row):
        return desk.t.say(fault)
    return desk.t.say(Sentence("%(label)s: %(value)s", {"label": KINDS[item.kind], "value": fault}))


def _result(desk: DeskVisit, form: SegmentForm, *, strict: bool) -> Result:
    """Count who is in the rule of a form; its faults are only told where somebody asked."""
    try:
        return Result(segments.counted(desk, _rule(desk, form)), {})
    except Refused as refused:
        told = {fault.field: fault.text for fault in _told(desk, form, refused)}
        return Result(None, told if strict else {})


def _said_people(desk: DeskVisit, people: int) -> str:
    return desk.t.many("%(number)s person", "%(number)s people", people)


def _page(desk: DeskVisit, form: SegmentForm, row: Segment | None, faults: list[Fault]) -> Response:
    visit = desk.visit
    asked = request.method == "POST" and request.form.get("do", "count") == "count"
    found = _result(desk, form, strict=asked and not faults)
    shown = faults or [Fault(field, text) for field, text in found.faults.items()]
    known = names(visit, segments.topics(desk))
    return desk.show(
        "segment_edit.html",
        status=422 if faults else 200,
        section="segments",
        row=row,
        form=form,
        items=list(numbered(form.rule)) if form.rule else [],
        words=_words(desk, form),
        kinds=KINDS,
        joins=JOINS,
        topics=known.topics,
        events=known.events,
        hints=_hints(desk, form.rule),
        suggested=suggested_names(form.rule, visit.language),
        people=None if found.counts is None else _said_people(desk, found.counts.total),
        focus=_focus(form) if not shown else "",
        overtaken=row is not None and bool(form.version) and row.version != form.version,
        faults=shown,
    )


def _focus(form: SegmentForm) -> str:
    """Name the field at which one goes on after a button: what has been added."""
    wish, _, number = request.form.get("do", "").partition("-")
    if form.rule is None or wish not in ("add", "group", "remove"):
        return ""
    if wish == "remove" or not form.rule.items:
        return "join"
    place = number or str(len(form.rule.items))
    item = dict(numbered(form.rule)).get(place)
    if isinstance(item, Group):
        return f"is-{place}-{len(item.rows)}" if wish == "add" else f"join-{place}"
    return f"is-{place}"


def _words(desk: DeskVisit, form: SegmentForm) -> Said | None:
    return None if form.rule is not None else segments.in_words(desk, _rule(desk, form))


def _hints(desk: DeskVisit, rule: RuleForm | None) -> dict[str, str]:
    """Say what can be typed; of tags and types, those that are in use."""
    t, session = desk.t, desk.visit.session
    kinds = {item.kind for _, item in numbered(rule)} if rule else set()
    hints = {
        "language": t("Names or tags, with commas between them: French, es, pt-BR."),
        "country": t("Names or codes, with commas between them: Ghana, ZA."),
        "source": t("For example “import”, or “/fr/” for our forms in French."),
    }
    number = func.count().label("number")
    for kind, column in (
        ("tag", SubscriberTag.tag),
        ("organisation_type", Subscriber.organisation_type),
    ):
        if kind not in kinds:
            continue
        query = select(column).where(column != "").group_by(column).order_by(number.desc(), column)
        used = list(session.scalars(query.limit(MOST_SUGGESTED)))
        hints[kind] = (
            t("With commas between them. In use: %(used)s", used=", ".join(used))
            if used
            else t("None is in use yet: they come with an import of subscribers.")
        )
    return hints

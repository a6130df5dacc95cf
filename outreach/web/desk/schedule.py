"""Scheduling an edition: to whom and when, a look at what that comes to, one confirmation."""

from dataclasses import replace

from flask import Response, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from outreach.audience.segment_rows import active_segments
from outreach.audience.topics import active_topics, topic_to_send
from outreach.campaigns import queries, schedule
from outreach.campaigns.control import subject_of
from outreach.campaigns.models import Campaign
from outreach.errors import OutreachError, Refused, Sentence
from outreach.newsletters.checks.edition import check_edition
from outreach.newsletters.models import Edition
from outreach.newsletters.prospect import edition_prospect
from outreach.newsletters.publish import (
    ScheduleRequest,
    Written,
    schedule_written,
    write_edition,
)
from outreach.staff.models import Role
from outreach.web.desk.access import (
    DeskVisit,
    desk_blueprint,
    desk_reading,
    desk_writing,
    leave_note,
    needs,
)
from outreach.web.desk.checks import composing
from outreach.web.desk.edition_visit import ADDRESS, opened, show_room
from outreach.web.desk.outlook import Outlook, fingerprint
from outreach.web.desk.places import CAMPAIGN
from outreach.web.desk.schedule_form import NOW, Asked, like, read, suggested
from outreach.web.desk.schedule_seen import Look, check_seen, check_unchanged
from outreach.web.desk.words import LEFT_OUT
from outreach.web.desk.zones_offered import zones_offered
from outreach.web.forms import Fault

blueprint = desk_blueprint("schedule")

MOST_REMARKS = 8
"""Of the checks, that stand on the page itself."""
NOBODY = Sentence("Nobody would get this: everybody is left out, or nobody has the topic.")
NOBODY_IN_IT = Sentence("None of those who would get this belongs to the segment that was chosen.")
GONE = Sentence(
    "The segment that was chosen is there no more. Please choose again to whom it goes."
)


@blueprint.get(f"{ADDRESS}/schedule")
@needs(Role.VIEWER)
def form(newsletter: str, slug: str) -> AnyResponse:
    """Show the form, filled in as a campaign was (`again`) or as the address says."""
    with desk_reading() as desk:
        edition = opened(desk, newsletter, slug)
        return _form_page(desk, edition, read(request.args, _empty(desk, edition)), [])


@blueprint.get(f"{ADDRESS}/schedule/count")
@needs(Role.VIEWER)
def count(newsletter: str, slug: str) -> AnyResponse:
    """Give the part of the form that counts, for scripts."""
    with desk_reading() as desk:
        edition = opened(desk, newsletter, slug)
        outlook = Outlook(desk, edition, read(request.args, _empty(desk, edition)))
        return desk.show("parts/prospect.html", outlook=outlook, left_out=LEFT_OUT)


@blueprint.get(f"{ADDRESS}/schedule/look")
@needs(Role.VIEWER)
def look(newsletter: str, slug: str) -> AnyResponse:
    """Show what has been chosen, in words, to be confirmed."""
    with desk_reading() as desk:
        edition = opened(desk, newsletter, slug)
        asked = read(request.args, _empty(desk, edition))
        try:
            return _look_page(desk, _look(desk, edition, asked), [])
        except Refused as refused:
            return _form_page(desk, edition, asked, [_fault(desk, refused)])


@blueprint.post(f"{ADDRESS}/schedule")
@needs(Role.SENDER)
def confirm(newsletter: str, slug: str) -> AnyResponse:
    """Freeze and schedule what was looked at, unless something has changed since."""
    with desk_reading() as desk:
        edition = opened(desk, newsletter, slug)
        asked = read(request.form, _empty(desk, edition))
        try:
            seen = _look(desk, edition, asked)
            check_seen(seen)
            written = _write(desk, edition, asked)
        except Refused as refused:
            return _refused(desk, edition, asked, refused)
    try:
        with desk_writing() as desk:
            edition = opened(desk, newsletter, slug)
            number = _schedule(desk, edition, asked, written, seen.outlook.plan.total)
    except Refused as refused:
        with desk_reading() as desk:
            return _refused(desk, opened(desk, newsletter, slug), asked, refused)
    return redirect(url_for("desk_campaigns.show", number=number), 303)


@blueprint.post(f"{CAMPAIGN}/take-back")
@needs(Role.SENDER)
def take_back(number: int) -> AnyResponse:
    """Take a campaign back before it starts."""
    with desk_writing() as desk:
        session = desk.visit.session
        campaign = queries.campaign(session, number)
        before = {"state": str(campaign.state)}
        schedule.take_back(session, campaign, desk.visit.now)
        after = {"state": str(campaign.state)}
        desk.actor.did(
            session, "campaign.take_back", subject_of(number), before=before, after=after
        )
        kind, _, name = campaign.occasion.name.partition(":")
        newsletter, _, slug = name.partition("/")
    if kind != "edition":
        return redirect(url_for("desk_campaigns.show", number=number), 303)
    leave_note(f"taken-back {number}")
    again = url_for("desk_schedule.form", newsletter=newsletter, slug=slug, again=number)
    return redirect(again, 303)


def _empty(desk: DeskVisit, edition: Edition) -> Asked:
    visit = desk.visit
    asked = suggested(edition.newsletter.topic, visit.services.settings.staff_zone, visit.now)
    again = request.args.get("again", 0, type=int)
    earlier = visit.session.get(Campaign, again) if 0 < again < 2**63 else None
    if earlier is None or earlier.occasion_id != edition.occasion_id:
        return asked
    return like(earlier, asked)


def _look(desk: DeskVisit, edition: Edition, asked: Asked) -> Look:
    """Work out what would be; Refused where that cannot be scheduled."""
    if _is_gone(desk, asked):
        raise Refused(GONE.text)
    outlook = Outlook(desk, edition, asked)
    visit = desk.visit
    send_at = asked.send_at(visit.now, visit.services.settings.grace_seconds)
    if not outlook.plan.total:
        raise Refused((NOBODY_IN_IT if asked.segment else NOBODY).text)
    checks = check_edition(composing(desk, edition), edition, at=send_at)
    return Look(outlook, send_at, checks, outlook.warnings(send_at))


def _write(desk: DeskVisit, edition: Edition, asked: Asked) -> Written:
    """Compose and compile every language, before the write begins."""
    visit, services = desk.visit, desk.visit.services
    topic = topic_to_send(visit.session, asked.topic)
    return write_edition(
        visit.session,
        services.stationery,
        services.links,
        edition=edition,
        topic=topic,
        now=visit.now,
    )


def _schedule(
    desk: DeskVisit, edition: Edition, asked: Asked, written: Written, people: int
) -> int:
    """Schedule it, with the edition locked so that a colleague cannot do the same meanwhile."""
    visit, services = desk.visit, desk.visit.services
    visit.session.execute(select(Edition.id).where(Edition.id == edition.id).with_for_update())
    if _is_gone(desk, asked):
        raise Refused(GONE.text)
    prospect = edition_prospect(
        visit.session,
        services.links,
        edition=edition,
        topic=asked.topic,
        missing=asked.missing,
        segment=asked.segment,
    )
    check_unchanged(fingerprint(edition, prospect))
    send_at = asked.send_at(visit.now, services.settings.grace_seconds)
    wished = ScheduleRequest(
        edition=edition.name,
        topic=asked.topic,
        send_at=send_at,
        zone=asked.zone,
        by=desk.staff.address,
        local_time=asked.local_time,
        missing=asked.missing,
        canary=services.canary,
        segment=asked.segment,
    )
    made = schedule_written(visit.session, services.links, written, wished, visit.now)
    after = {
        "edition": edition.name,
        "topic": asked.topic,
        "time": send_at.isoformat(timespec="minutes"),
        "people": people,
    }
    after |= {"segment": asked.segment} if asked.segment else {}
    desk.actor.did(visit.session, "campaign.schedule", subject_of(made.id), after=after)
    return made.id


def _refused(desk: DeskVisit, edition: Edition, asked: Asked, error: OutreachError) -> Response:
    """Show again what can still be confirmed, with what was wrong; else the form."""
    faults = [Fault("read", desk.t.say(error))]
    try:
        return _look_page(desk, _look(desk, edition, asked), faults)
    except Refused as refused:
        return _form_page(desk, edition, asked, [_fault(desk, refused)])


def _fault(desk: DeskVisit, refused: Refused) -> Fault:
    """Put what is wrong beside the field that it belongs to."""
    to_whom = {NOBODY.text: "topic", NOBODY_IN_IT.text: "segment", GONE.text: "segment"}
    return Fault(to_whom.get(refused.sentence.text, "day"), desk.t.say(refused))


def _is_gone(desk: DeskVisit, asked: Asked) -> bool:
    """Tell whether the segment that was chosen is there no more."""
    known = {row.slug for row in active_segments(desk.visit.session)}
    return bool(asked.segment) and asked.segment not in known


def _form_page(desk: DeskVisit, edition: Edition, asked: Asked, faults: list[Fault]) -> Response:
    if _is_gone(desk, asked):
        asked, faults = replace(asked, segment=""), [Fault("segment", desk.t.say(GONE))]
    return show_room(
        desk,
        edition,
        "schedule.html",
        room="schedule",
        status=422 if faults else 200,
        asked=asked,
        outlook=Outlook(desk, edition, asked),
        topics=active_topics(desk.visit.session),
        segments=active_segments(desk.visit.session),
        zones=zones_offered(desk, asked),
        grace=desk.visit.services.settings.grace_seconds,
        left_out=LEFT_OUT,
        faults=faults,
    )


def _look_page(desk: DeskVisit, seen: Look, faults: list[Fault]) -> Response:
    settings = desk.visit.services.settings
    return show_room(
        desk,
        seen.outlook.edition,
        "schedule_look.html",
        room="schedule",
        status=422 if faults else 200,
        asked=seen.outlook.asked,
        outlook=seen.outlook,
        send_at=seen.send_at,
        checks=seen.checks,
        warnings=seen.warnings,
        notes=seen.notes,
        most=MOST_REMARKS,
        at_once=seen.outlook.asked.when == NOW,
        settings=settings,
        left_out=LEFT_OUT,
        faults=faults,
    )

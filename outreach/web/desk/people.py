"""Staff: who may use the desk, for admins."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.errors import OutreachError, Refused
from outreach.staff import people
from outreach.staff.invitations import send_invitation, send_reset
from outreach.staff.models import Role, Staff
from outreach.web.desk import words
from outreach.web.desk.access import (
    DeskVisit,
    desk_blueprint,
    desk_reading,
    desk_writing,
    leave_note,
    needs,
)
from outreach.web.forms import Fault, sent_text

blueprint = desk_blueprint("people")


@blueprint.get("/staff")
@needs(Role.ADMIN)
def show() -> AnyResponse:
    """List who may use the desk."""
    with desk_reading() as desk:
        return _page(desk, [])


@blueprint.post("/staff")
@needs(Role.ADMIN)
def add() -> AnyResponse:
    """Add somebody, and mail them an invitation."""
    try:
        with desk_writing() as desk:
            visit = desk.visit
            new = people.NewStaff(
                sent_text("address").strip(),
                sent_text("name"),
                _spoken(desk, sent_text("language")),
                _role(sent_text("role")),
            )
            added = people.add(visit.session, new, desk.actor)
            send_invitation(visit.session, visit.services.outbox, visit.site, added, visit.now)
    except OutreachError as refused:
        with desk_reading() as desk:
            return _page(desk, [Fault("address", desk.t.say(refused))])
    return _done("added")


@blueprint.post("/staff/<int:number>")
@needs(Role.ADMIN)
def change(number: int) -> AnyResponse:
    """Do one thing to one of staff: give a role, shut out, let in, mail a link."""
    wish = request.form.get("do", "")
    try:
        with desk_writing() as desk:
            _do(desk, people.locked(desk.visit.session, number), wish)
    except Refused as refused:
        with desk_reading() as desk:
            return _page(desk, [Fault("", desk.t.say(refused))])
    return _done(wish)


@blueprint.get("/staff/<int:number>/shut-out")
@needs(Role.ADMIN)
def ask(number: int) -> AnyResponse:
    """Ask before somebody is shut out."""
    with desk_reading() as desk:
        found = people.by_number(desk.visit.session, number)
        if found.disabled_at is not None:
            return redirect(url_for("desk_people.show"), 303)
        role = words.said_role(found.role, desk.t)
        return desk.show("staff_shut_out.html", section="staff", one=found, role=role)


def _do(desk: DeskVisit, staff: Staff, wish: str) -> None:
    visit = desk.visit
    if wish == "role":
        people.give_role(visit.session, staff, _role(sent_text("role")), desk.actor)
    elif wish == "shut-out":
        people.shut_out(visit.session, staff, desk.actor)
    elif wish == "let-in":
        people.let_in(visit.session, staff, desk.actor)
    elif wish == "link":
        if staff.disabled_at is not None:
            raise Refused("Let this person in again first.")
        send = send_reset if staff.password else send_invitation
        send(visit.session, visit.services.outbox, visit.site, staff, visit.now)
        desk.actor.did(visit.session, "staff.link", staff.address)
    else:
        raise Refused("This button is not known. Open the page again.")


def _role(word: str) -> Role:
    if word not in set(Role):
        raise Refused("Choose a role.")
    return Role(word)


def _spoken(desk: DeskVisit, language: str) -> str:
    site = desk.visit.site
    return language if language in site.languages else site.default_language


def _page(desk: DeskVisit, faults: list[Fault]) -> Response:
    return desk.show(
        "staff.html",
        status=422 if faults else 200,
        section="staff",
        faults=faults,
        people=people.everybody(desk.visit.session),
        roles=[(str(role), words.said_role(role, desk.t)) for role in Role],
        values=request.form,
    )


def _done(what: str) -> AnyResponse:
    leave_note(what)
    return redirect(url_for("desk_people.show"), 303)

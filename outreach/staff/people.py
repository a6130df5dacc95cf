"""Who may use the desk: added, given a role, shut out and let in again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.delivery.addresses import parse_address
from outreach.errors import NotFound, Refused
from outreach.staff import sessions
from outreach.staff.audit import Actor
from outreach.staff.models import Role, Staff


@dataclass(frozen=True)
class NewStaff:
    """Somebody who is to be added."""

    address: str
    name: str
    language: str
    role: Role


def everybody(session: Session) -> Sequence[Staff]:
    """Give all staff, by address."""
    return session.scalars(select(Staff).order_by(Staff.normal)).all()


def find(session: Session, address: str) -> Staff:
    """Give somebody by address; NotFound if nobody has it."""
    found = _known(session, address)
    if found is None:
        raise NotFound("Nobody with the address %(address)s uses the desk.", address=address)
    return found


def by_number(session: Session, number: int) -> Staff:
    """Give somebody by id; NotFound if nobody has it."""
    found = session.get(Staff, number) if 0 < number < 2**63 else None
    if found is None:
        raise NotFound("Nobody like that uses the desk any more.")
    return found


def locked(session: Session, number: int) -> Staff:
    """Give somebody by id, whom nobody else can change until the commit; NotFound if nobody."""
    query = select(Staff).where(Staff.id == number).with_for_update(of=Staff)
    found = None
    if 0 < number < 2**63:
        rows = session.scalars(query.execution_options(populate_existing=True))
        found = rows.one_or_none()
    if found is None:
        raise NotFound("Nobody like that uses the desk any more.")
    return found


def add(session: Session, new: NewStaff, actor: Actor) -> Staff:
    """Add somebody, who then has to choose a password. Refused if they are there already."""
    parsed = parse_address(new.address)
    if _known(session, new.address) is not None:
        raise Refused("%(address)s uses the desk already.", address=parsed.address)
    staff = Staff(
        address=parsed.address,
        normal=parsed.normal,
        name=new.name.strip()[:200],
        language=new.language,
        role=new.role,
        created_at=actor.now,
    )
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError as error:  # somebody else has just added them
        raise Refused("%(address)s uses the desk already.", address=parsed.address) from error
    actor.did(
        session,
        "staff.add",
        staff.address,
        after={"role": str(new.role), "name": staff.name, "language": staff.language},
    )
    return staff


def give_role(session: Session, staff: Staff, role: Role, actor: Actor) -> None:
    """Change what somebody may do. Refused if no admin would be left."""
    if staff.role is role:
        return
    if staff.role is Role.ADMIN:
        _require_another_admin(session, staff)
    before, staff.role = staff.role, role
    actor.did(
        session, "staff.role", staff.address, before={"role": before}, after={"role": str(role)}
    )


def shut_out(session: Session, staff: Staff, actor: Actor) -> None:
    """Let somebody in no more, and end every session of theirs. Refused if no admin is left."""
    if staff.disabled_at is not None:
        return
    if staff.role is Role.ADMIN:
        _require_another_admin(session, staff)
    staff.disabled_at = actor.now
    staff.password_number += 1
    sessions.end_all(session, staff)
    actor.did(session, "staff.shut_out", staff.address)


def let_in(session: Session, staff: Staff, actor: Actor) -> None:
    """Let somebody in again, with the password that they had."""
    if staff.disabled_at is None:
        return
    staff.disabled_at = None
    actor.did(session, "staff.let_in", staff.address)


def _known(session: Session, address: str) -> Staff | None:
    normal = parse_address(address).normal
    return session.scalars(select(Staff).where(Staff.normal == normal)).one_or_none()


def _require_another_admin(session: Session, staff: Staff) -> None:
    """Refuse to take away the last admin; locked, so that two of them cannot do it at once."""
    query = select(Staff.id).where(Staff.role == Role.ADMIN, Staff.disabled_at.is_(None))
    admins = session.scalars(query.with_for_update(of=Staff)).all()
    if not [number for number in admins if number != staff.id]:
        raise Refused("Somebody must stay who can let others in. Make somebody else admin first.")

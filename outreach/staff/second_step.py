"""The second step of signing in: codes of an app (TOTP, RFC 6238), and codes on paper for once.

No secret is stored: it is made from our key and a salt of the person's own. A code counts once.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.errors import Refused, Sentence
from outreach.staff.audit import Actor
from outreach.staff.models import RecoveryCode, Staff

CODES = 10
"""Recovery codes that somebody gets."""
WRONG = Sentence("That code is not right, or has been used. Wait for the next one and try again.")
_STEP = 30
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def begin(staff: Staff) -> None:
    """Make a new secret, which counts only once `confirm` has seen a code of it."""
    staff.second_salt, staff.second_since, staff.second_used = secrets.token_bytes(16), None, 0


def secret(staff: Staff, key: str) -> str:
    """Give the secret that the app holds, in base32."""
    salt = staff.second_salt or b""
    made = hmac.digest(key.encode(), b"second step:%d:" % staff.id + salt, "sha256")
    return base64.b32encode(made[:20]).decode()


def picture(staff: Staff, key: str, organisation: str) -> str:
    """Give the QR code that apps read, as SVG."""
    totp = pyotp.TOTP(secret(staff, key))
    uri = totp.provisioning_uri(name=staff.address, issuer_name=organisation)
    return segno.make(uri, error="m").svg_inline(scale=5, border=4, light="#ffffff")


def confirm(
    session: Session, staff: Staff, keys: Sequence[str], code: str, actor: Actor
) -> list[str]:
    """Turn the second step on with a first code; give the recovery codes, which are shown once.

    Refused if the code is wrong.
    """
    if staff.second_salt is None or not _is_code(staff, keys, code, actor.now):
        raise Refused(WRONG.text)
    staff.second_since = actor.now
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    session.add_all(RecoveryCode(staff_id=staff.id, digest=_digest(each)) for each in codes)
    actor.did(session, "staff.second_on", staff.address)
    return [f"{each[:5]}-{each[5:]}" for each in codes]


def turn_off(session: Session, staff: Staff, actor: Actor) -> None:
    """Do without a second step again."""
    staff.second_salt = staff.second_since = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    actor.did(session, "staff.second_off", staff.address)


def check(session: Session, number: int, keys: Sequence[str], code: str, now: datetime) -> None:
    """Take a code of the app or of the paper, which then counts no more; Refused if it is wrong.

    Locks the person's row, so that of two who send the same code at once one comes in.
    """
    query = select(Staff).where(Staff.id == number).with_for_update(of=Staff)
    staff = session.scalars(query.execution_options(populate_existing=True)).one()
    if _is_code(staff, keys, code, now):
        return
    plain = code.replace("-", "").replace(" ", "").lower()
    used = session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.staff_id == number, RecoveryCode.digest == _digest(plain))
        .returning(RecoveryCode.id)
    ).all()
    if not used:
        raise Refused(WRONG.text)
    Actor(staff, now).did(session, "staff.second_paper", staff.address)


def _is_code(staff: Staff, keys: Sequence[str], code: str, now: datetime) -> bool:
    """Tell whether it is the code of now, or of the step before or after, and is used first."""
    digits = code.replace(" ", "")
    present = int(now.timestamp()) // _STEP
    for step in (present - 1, present, present + 1):
        for key in keys:
            expected = pyotp.TOTP(secret(staff, key)).generate_otp(step)
            if step > staff.second_used and hmac.compare_digest(expected, _ascii(digits)):
                staff.second_used = step
                return True
    return False


def _ascii(text: str) -> str:
    """Leave out what no code has, so that it can be compared in constant time."""
    return text.encode("ascii", "ignore").decode()


def _digest(code: str) -> bytes:
    return hashlib.sha256(b"recovery:" + code.encode()).digest()

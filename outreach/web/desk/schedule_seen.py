"""What staff saw before they confirmed a schedule, held against what is so now."""

from dataclasses import dataclass
from datetime import datetime

from flask import request

from outreach.errors import Refused
from outreach.newsletters.checks.findings import CheckResult
from outreach.web.desk.outlook import Outlook

MOST_DIFFERENT = 10
"""People more or fewer (or a twentieth of them), for which nobody needs to look once more."""


@dataclass(frozen=True)
class Look:
    """What is to be confirmed."""

    outlook: Outlook
    send_at: datetime
    checks: CheckResult
    warnings: list[str]

    @property
    def notes(self) -> int:
        """Count what is to be read before it is confirmed."""
        return len(self.warnings) + len(self.checks.warnings)


def check_seen(seen: Look) -> None:
    """Refuse what was not seen: other texts, a colleague's campaign, more notes, other numbers."""
    check_unchanged(seen.outlook.fingerprint)
    if seen.checks.fails:
        raise Refused("Nothing has been scheduled: the checks found what must be corrected first.")
    people, before = seen.outlook.plan.total, request.form.get("people", 0, type=int)
    if abs(people - before) > max(MOST_DIFFERENT, before // 20):
        raise Refused(
            "Nothing has been scheduled: meanwhile %(number)s people would get it, not %(before)s. "
            "Please look once more.",
            number=people,
            before=before,
        )
    is_read = request.form.get("read") == "yes"
    if seen.notes > request.form.get("notes", 0, type=int) or (seen.notes and not is_read):
        raise Refused("Nothing has been scheduled yet. Please tick that you have read the notes.")


def check_unchanged(present: str) -> None:
    """Refuse if texts, rule or campaigns are not those of the page that was confirmed."""
    if request.form.get("seen") != present:
        raise Refused(
            "Nothing has been scheduled. Since you opened this page the edition has changed, or "
            "somebody has scheduled it. Below it stands as it is now: please look once more."
        )

"""What the desk calls roles and acts."""

from collections.abc import Mapping

from outreach.errors import Sentence
from outreach.phrases.catalog import Phrases
from outreach.staff.models import Act, Role

ROLES = {
    Role.VIEWER: Sentence("viewer"),
    Role.EDITOR: Sentence("editor"),
    Role.SENDER: Sentence("sender"),
    Role.ADMIN: Sentence("admin"),
}
ACTS = {
    "staff.add": Sentence("Let somebody in"),
    "staff.role": Sentence("Gave a role"),
    "staff.shut_out": Sentence("Shut somebody out"),
    "staff.let_in": Sentence("Let somebody in again"),
    "staff.link": Sentence("Mailed a link to choose a password"),
    "staff.password": Sentence("Chose a password"),
    "staff.account": Sentence("Changed their account"),
    "staff.second_on": Sentence("Turned their second step on"),
    "staff.second_off": Sentence("Turned their second step off"),
    "staff.second_paper": Sentence("Signed in with a recovery code"),
    "staff.sign_in": Sentence("Signed in"),
    "staff.sign_out": Sentence("Signed another browser out"),
    "campaign.pause": Sentence("Paused a campaign"),
    "campaign.resume": Sentence("Let a campaign go on"),
    "campaign.cancel": Sentence("Cancelled a campaign"),
    "campaign.resend": Sentence("Sent uncertain mails again"),
    "campaign.download": Sentence("Downloaded the recipients of a campaign"),
}
KEYS = {
    "role": Sentence("Role"),
    "name": Sentence("Name"),
    "language": Sentence("Language"),
    "state": Sentence("State"),
    "sent": Sentence("Sent"),
    "waiting": Sentence("Waiting"),
    "uncertain": Sentence("Uncertain"),
    "again": Sentence("Sent again"),
    "recipients": Sentence("Recipients"),
}
COMMAND_LINE = Sentence("command line")


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def said_browser(agent: str) -> str:
    """Name a browser and its system as people do, e.g. `Firefox, Linux`; else as it does itself."""
    found = (
        next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name) or agent[:60]


def said_role(role: str, t: Phrases) -> str:
    """Name a role."""
    return t.say(ROLES[Role(role)])


def said_act(act: Act, t: Phrases) -> str:
    """Say what was done."""
    known = ACTS.get(act.act)
    return t.say(known) if known else act.act


def said_who(act: Act, t: Phrases) -> str:
    """Say who did it."""
    return act.who if act.staff_id is not None else t.say(COMMAND_LINE)


def said_values(values: Mapping[str, object], t: Phrases) -> list[str]:
    """Say what was so before, or is so now."""
    return [
        f"{t.say(KEYS[key]) if key in KEYS else key}: {_said_value(key, value, t)}"
        for key, value in values.items()
    ]


def _said_value(key: str, value: object, t: Phrases) -> str:
    if key == "role":
        return said_role(str(value), t)
    if key == "state":
        return t(str(value))
    return t.number(value) if isinstance(value, int) else str(value)

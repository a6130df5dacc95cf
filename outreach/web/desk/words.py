"""What the desk calls roles and acts."""

from outreach.campaigns.models import ExclusionReason, LanguageReason
from outreach.errors import Sentence
from outreach.newsletters.personas import SUBSCRIBER
from outreach.phrases.catalog import Phrases
from outreach.staff.models import Act, Role

ROLES = {
    Role.VIEWER: Sentence("viewer"),
    Role.EDITOR: Sentence("editor"),
    Role.SENDER: Sentence("sender"),
    Role.ADMIN: Sentence("admin"),
}
ACTS = {
    "segment.new": Sentence("Made a segment"),
    "segment.change": Sentence("Changed a segment"),
    "segment.delete": Sentence("Deleted a segment"),
    "campaign.schedule": Sentence("Scheduled a campaign"),
    "campaign.take_back": Sentence("Took a campaign back"),
    "staff.add": Sentence("Gave somebody access"),
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
    "edition.test": Sentence("Tested an edition"),
    "edition.links": Sentence("Asked for the links of an edition to be looked at"),
    "edition.up_to_date": Sentence("Took a translation as up to date"),
}
LEFT_OUT = {
    ExclusionReason.SUPPRESSED: Sentence("their address is not to be mailed"),
    ExclusionReason.PAUSED: Sentence("they are taking a break"),
    ExclusionReason.UNCONFIRMED: Sentence("they have not confirmed their sign-up"),
    ExclusionReason.ALREADY_REACHED: Sentence("they have had this edition already"),
    ExclusionReason.NO_LANGUAGE: Sentence("it is in no language that they read"),
    ExclusionReason.REGISTERED: Sentence("they take part already"),
    ExclusionReason.HELD_BACK: Sentence("their language is missing and they are left out"),
    ExclusionReason.AWAITING: Sentence("they wait for the translation"),
}
READERS = {
    SUBSCRIBER: Sentence("as a real subscriber"),
    "empty": Sentence("as somebody of whom nothing is known"),
}
REASONS = {
    LanguageReason.EXACT: Sentence("This subscriber gets it in this language: it is theirs."),
    LanguageReason.BASE: Sentence(
        "This subscriber gets it in this language: it is theirs, without the region."
    ),
    LanguageReason.FALLBACK: Sentence(
        "This subscriber gets it in this language: it is the nearest to theirs that there is."
    ),
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

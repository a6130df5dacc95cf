"""What the desk calls the states and views of an edition."""

from outreach.errors import Sentence
from outreach.newsletters.differences import How
from outreach.newsletters.queries import EditionState

STATES = {
    EditionState.DRAFT: (Sentence("draft"), ""),
    EditionState.SCHEDULED: (Sentence("scheduled"), "state-next"),
    EditionState.SENDING: (Sentence("being sent"), "state-going"),
    EditionState.PARTLY: (Sentence("partly sent"), "state-warn"),
    EditionState.SENT: (Sentence("sent"), "state-good"),
}
"""In words, and the class of its mark."""
VIEWS = {
    "desktop": Sentence("Desktop"),
    "phone": Sentence("Phone"),
    "dark": Sentence("Dark"),
    "plain": Sentence("Plain text"),
    "source": Sentence("Source"),
    "beside": Sentence("Side by side"),
}
PLACES = {
    "title": Sentence("Title"),
    "subject": Sentence("Subject"),
    "preheader": Sentence("Preheader"),
    "summary": Sentence("Summary"),
}
HOW = {
    How.CHANGED: Sentence("changed"),
    How.ADDED: Sentence("added"),
    How.REMOVED: Sentence("taken out"),
}

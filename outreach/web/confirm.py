"""The page that a confirmation mail leads to: one button, and what it did."""

from flask import Blueprint
from werkzeug.wrappers import Response

from outreach.audience.signup import confirm, read_signup
from outreach.events.partners import known_slugs
from outreach.links import Purpose
from outreach.newsletters.queries import latest_card
from outreach.web.visit import Visit, reading, writing

blueprint = Blueprint("confirm", __name__)


@blueprint.get("/<language:language>/confirm/<token:token>")
def ask(language: str, token: str) -> Response:
    """Show what is to be confirmed; opening the link changes nothing."""
    with reading(language) as visit:
        asked = read_signup(visit.session, *_numbers(visit, token), visit.now)
        addresses = visit.everywhere("confirm", token)
        return visit.show(
            "confirm.html",
            switch=addresses,
            asked=asked,
            topic_names=[visit.text(topic.names) for topic in asked.topics],
            action=visit.path("confirm", token),
        )


@blueprint.post("/<language:language>/confirm/<token:token>")
def do(language: str, token: str) -> Response:
    """Confirm; a second time changes nothing and says the same."""
    with writing(language) as visit:
        partners = known_slugs(visit.session)
        asked = read_signup(visit.session, *_numbers(visit, token), visit.now, partners=partners)
        latest = latest_card(
            visit.session,
            visit.site,
            visit.services.links,
            {topic.slug for topic in asked.topics},
            asked.language,
        )
        done = confirm(
            visit.session, visit.services.outbox, visit.site, asked, latest=latest, now=visit.now
        )
        links = visit.services.links
        return visit.show(
            "confirmed.html",
            topic_names=[visit.text(topic.names) for topic in done.topics],
            latest=latest,
            preferences=visit.local(links.to_preferences(language, subscriber=done.subscriber)),
        )


def _numbers(visit: Visit, token: str) -> tuple[int, int]:
    subscriber, signup = visit.services.links.read(Purpose.CONFIRM, token)
    return subscriber, signup

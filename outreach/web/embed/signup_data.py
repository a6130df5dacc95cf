"""What an embedded sign-up form says: one value, read by the component and by our own frame."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from outreach.audience.models import Topic
from outreach.audience.words import signup_words
from outreach.events.partners import carried
from outreach.links import with_query
from outreach.web.embed.events_data import head
from outreach.web.embed.options import Options
from outreach.web.forms import HONEYPOT, topic_choices
from outreach.web.visit import Visit


def signup_data(visit: Visit, options: Options, topics: Sequence[Topic]) -> dict[str, Any]:
    """Give all of `signup.json`; of the topics, those that the options choose, else all.

    What is ticked beforehand is only what the form is for; the consent never is.
    """
    t, links = visit.t, visit.services.links
    offered = [each for each in topics if not options.topics or each.slug in options.topics]
    return {
        **head(visit, options, t("Subscribe")),
        "summary": t(
            "By mail, in your language, when there is something to tell. You confirm once, "
            "and you can leave with one click."
        ),
        "url": _page(visit, options),
        "action": links.to_subscribe(visit.language),
        "fields": FIELDS,
        "labels": _labels(visit),
        "topics": topic_choices(visit, offered, options.topics),
        "languages": [{"value": tag, "label": name} for tag, name in visit.language_names],
        "consent": signup_words(visit.site, visit.language).text,
        "privacy": visit.site.privacy_url(visit.language, links),
        "partner": options.partner,
    }


FIELDS = {
    "address": "address",
    "first_name": "first_name",
    "topics": "topics",
    "language": "language",
    "consent": "consent",
    "trap": HONEYPOT,
    "partner": "partner",
}
"""The names under which the sign-up page takes them; `consent` is `yes`."""


def _labels(visit: Visit) -> dict[str, str]:
    t = visit.t
    return {
        "address": t("E-mail address"),
        "first_name": t("First name"),
        "optional": t("optional"),
        "topics": t("What would you like to receive?"),
        "language": t("Language of our mails"),
        "submit": t("Subscribe"),
        "trap": t("Leave this field empty"),
        "privacy": t("Read the privacy notice"),
    }


def _page(visit: Visit, options: Options) -> str:
    asked = urlencode([("topic", topic) for topic in options.topics])
    url = with_query(visit.services.links.to_subscribe(visit.language), asked)
    return carried(url, options.partner)

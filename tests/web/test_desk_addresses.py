"""Whatever a page of the desk reads from its address may be hostile: NUL is in no text at all."""

from typing import Any

import pytest
from flask import Request
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from outreach.audience.segment_rules import Tagged
from outreach.campaigns.models import CampaignState
from outreach.staff.invitations import INVITATION, password_link
from outreach.staff.models import Staff
from tests.web.desk_sends import Send, add_send
from tests.web.test_desk import Colleague
from tests.web.test_desk import ada as ada
from tests.web.test_desk_segments import put
from tests.web.visitor import Visitor

NUL = "\0"


class Noted(ImmutableMultiDict[str, str]):
    """What an address holds, with a note of what a page looks for in it."""

    read: set[str]

    def get(self, key: str, *more: Any, **named: Any) -> Any:  # noqa: ANN401
        """Give one value."""
        self.note(key)
        return super().get(key, *more, **named)

    def getlist(self, key: str, *more: Any, **named: Any) -> Any:  # noqa: ANN401
        """Give all values."""
        self.note(key)
        return super().getlist(key, *more, **named)

    def note(self, key: str) -> None:
        """Remember what was looked for."""
        Noted.read.add(key)


class NotedRequest(Request):
    """A request that notes it."""

    parameter_storage_class = Noted


@pytest.fixture
def addresses(ada: Colleague) -> list[str]:
    """Give every page of the desk."""
    site = ada.site
    segment = put(site, Tagged(("press",)))
    parts: dict[str, str | int] = {
        "newsletter": "wrm",
        "slug": "2020-07",
        "language": "en",
        "number": add_send(site, Send("wrm/2020-07", CampaignState.SENT, site.watch())),
        "token": _token(site),
    }
    pages = site.app.url_map.bind("127.0.0.1")
    return [
        pages.build(
            rule.endpoint,
            {
                name: segment.slug if "/segments/" in rule.rule and name == "slug" else parts[name]
                for name in rule.arguments
            },
        )
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/desk") and "GET" in (rule.methods or ())
    ]


def _token(site: Visitor) -> str:
    with site.services.database.reading() as session:
        staff = session.scalars(select(Staff)).one()
    link = password_link(site.services.links, staff, good_for=INVITATION, now=site.watch())
    return link.rpartition("/")[2]


def test_nul_in_an_address_is_no_fault_of_ours(ada: Colleague, addresses: list[str]) -> None:
    ada.site.app.request_class = NotedRequest
    everything: set[str] = set()
    wrong = []
    for address in addresses:
        Noted.read = {"x", "next"}
        tried: set[str] = set()
        while waiting := Noted.read - tried:
            name = waiting.pop()
            tried.add(name)
            for value in (NUL, f"a{NUL}"):
                answer = ada.client.get(address, query_string={name: value}, buffered=True)
                if answer.status_code >= 500:
                    wrong.append((address, name))
        everything |= tried
    assert wrong == []
    assert len(addresses) > 30
    assert everything >= {
        *("topic", "segment", "when", "zone", "again", "copy", "month", "view", "page", "state"),
        *("newsletter", "who", "kind", "day", "before", "language", "beside", "of", "named"),
        *("sent", "done", "gone", "kept", "seen", "after", "next", "item", "name-en"),
    }


FORMS = [
    ("editions/wrm/2020-07/schedule", {"topic": "news", f"missing-{NUL}": "hold"}),
    ("editions/wrm/2020-07/schedule/look", {"topic": "news", "segment": NUL, "day": NUL}),
    ("editions/wrm/2020-07/schedule/look", {f"missing-fr{NUL}": "wait", "when": "now"}),
    ("segments/new", {"item": "1", "kind-1": "tag", "value-1": NUL}),
    ("segments/new", {"item": "1", "kind-1": "event", "event-1": NUL, "on-1": NUL}),
    ("segments/new", {"item": "1", "kind-1": "topic", "value-1": f"news{NUL}"}),
    ("segments/new", {"kept": NUL}),
    ("segments/new", {"kept": f"a{NUL}", "slug": NUL}),
]


@pytest.mark.parametrize(("path", "sent"), FORMS)
def test_nul_in_a_form_that_an_address_holds_is_no_fault_of_ours(
    ada: Colleague, path: str, sent: dict[str, str]
) -> None:
    answer = ada.client.get(f"/desk/{path}", query_string=sent, buffered=True)
    assert answer.status_code in (200, 404, 422)


def test_a_copy_is_found_by_its_name_without_what_nobody_types(ada: Colleague) -> None:
    put(ada.site, Tagged(("press",)))
    copied = ada.client.get("/desk/segments/new", query_string={"copy": f"mine{NUL}"})
    assert 'value="Mine"' in copied.text

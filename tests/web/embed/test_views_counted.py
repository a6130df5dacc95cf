"""How often a partner's embeds are shown: in total, by the pages that may show them."""

import pytest

from outreach.db import hits
from outreach.db.hits import PARTNER_VIEW
from tests.web.embed.stage import partner
from tests.web.visitor import Visitor

FRIENDS = "https://friends.example"
FRAME, DATA = "/embed/en/events?partner=friends", "/embed/en/events.json?partner=friends"


def views(site: Visitor, slug: str = "friends") -> int:
    """Write what has been counted; give the total."""
    site.services.close()
    with site.services.database.reading() as session:
        return hits.total(session, PARTNER_VIEW, slug)


def test_a_view_counts_whether_it_was_made_anew_kept_or_known_already(site: Visitor) -> None:
    partner(site)
    tag = site.client.get(DATA).headers["ETag"]
    site.client.get(DATA)
    assert site.client.get(DATA, headers={"If-None-Match": tag}).status_code == 304
    site.client.get(FRAME)
    assert views(site) == 4


def test_what_nobody_looks_at_does_not_count(site: Visitor) -> None:
    partner(site)
    site.client.head(DATA)
    site.client.options(DATA)
    site.client.get(DATA, headers={"Sec-Purpose": "prefetch"})
    site.client.get("/embed/en/events.json?partner=stranger")
    site.client.get("/embed/en/events.json?partner=friends&view=nothing")
    assert views(site) == 0
    assert views(site, "stranger") == 0


def test_going_on_in_an_embed_that_is_there_already_is_no_further_view(site: Visitor) -> None:
    partner(site)
    for query in ("month=2026-12", "filter=kind&kind=webinar", "filter="):
        assert site.get(f"{FRAME}&view=month&{query}").status_code == 200
        assert site.get(f"{DATA}&view=month&{query}").status_code == 200
    assert views(site) == 0


@pytest.mark.parametrize(
    ("page", "counted"),
    [(f"{FRIENDS}/calendar", 1), (f"{FRIENDS}/", 1), ("https://elsewhere.example/", 0), ("", 1)],
)
def test_a_frame_counts_by_the_page_around_it(site: Visitor, page: str, counted: int) -> None:
    partner(site, origins=(FRIENDS,))
    told = {"Sec-Fetch-Dest": "iframe"} | ({"Referer": page} if page else {})
    assert site.client.get(FRAME, headers=told).status_code == 200
    assert views(site) == counted


@pytest.mark.parametrize(
    ("origin", "counted"),
    [(FRIENDS, 1), ("https://elsewhere.example", 0), ("null", 0), ("", 1)],
)
def test_a_partner_with_origins_is_counted_on_those_alone(
    site: Visitor, origin: str, counted: int
) -> None:
    partner(site, origins=(FRIENDS,))
    answer = site.client.get(DATA, headers={"Origin": origin} if origin else {})
    assert answer.status_code == 200, "what is public is given to anybody"
    assert views(site) == counted

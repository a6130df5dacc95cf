"""Partners in the desk: totals, and the link that staff pass on."""

import re
from html import unescape

import pytest

from outreach.db import hits
from outreach.events.partner_source import PATH
from outreach.staff.models import Role
from tests.web.test_desk import ADA, Colleague, add, browser
from tests.web.visitor import LANGUAGES, Visitor


def viewer(site: Visitor, language: str = "en") -> Colleague:
    """Give the browser of somebody who may only look."""
    add(site, role=Role.VIEWER, language=language)
    made = browser(site)
    assert made.sign_in(ADA).status_code == 303
    return made


def fields(html: str) -> list[str]:
    """Give the addresses to copy."""
    return [unescape(found) for found in re.findall(r'value="([^"]+)" readonly', html)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_viewer_sees_every_partner_with_its_totals_and_its_link(
    site: Visitor, language: str
) -> None:
    with site.services.database.transaction() as session:
        today = site.watch().date()
        hits.add(session, hits.PARTNER_VIEW, "andes-women", day=today, count=77)
        hits.add(session, hits.PARTNER_REGISTRATION, "andes-women", day=today, count=88)
    html = viewer(site, language).get("partners").text
    for said in ("Mineral Commons", "Mujeres de los Andes", "Radio Sahel", ">77<", ">88<"):
        assert said in html
    assert "https://agenda.mujeres-andes.example" in html
    assert f'href="/{language}/embed?partner=andes-women"' in html
    base = site.services.links.base_url
    slugs = ("mineral-commons", "andes-women", "sahel-radio")
    assert fields(html) == [base + site.partner_path(language, slug) for slug in slugs]


def test_links_are_in_the_language_that_was_chosen(site: Visitor) -> None:
    ada = viewer(site)
    html = ada.get("partners?links=fr").text
    assert all("/fr/partner/" in each for each in fields(html))
    assert 'href="/fr/embed?partner=' in html
    for strange in ("xx", "", "../en"):
        assert all(
            "/en/partner/" in each for each in fields(ada.get(f"partners?links={strange}").text)
        )
    for each in fields(html):
        assert site.get(each.removeprefix(site.services.links.base_url)).status_code == 200


def test_without_a_partner_the_room_says_how_one_is_added(site: Visitor) -> None:
    (site.home / PATH).unlink()
    site.sync()
    html = viewer(site).get("partners").text
    assert "There is no partner yet" in html
    assert PATH in html
    assert "[[partners]]" in html

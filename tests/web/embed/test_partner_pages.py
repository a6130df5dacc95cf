"""By whose embed somebody came: from page to page without a cookie, and on the partner's page."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from outreach.audience.models import Consent, Signup, Subscriber
from outreach.db import hits
from outreach.events.partner_source import PATH
from outreach.events.registration_models import RegistrationState
from outreach.links import Purpose
from outreach.staff.models import Role
from outreach.sync import synchronise
from tests.web.test_desk import add, browser
from tests.web.visitor import LANGUAGES, Visitor

SLUG = "mineral-commons"
ELSEWHERE, OURS = "embedding-gender", "open-hour"
FIELD = f'<input type="hidden" name="partner" value="{SLUG}">'
UNKNOWN = ("nobody", "Mineral-Commons", "a" * 3000, "%00", "%E2%98%83", "a&partner=b", "")


def counted(site: Visitor, kind: str, slug: str = SLUG) -> int:
    """Give a total."""
    with site.services.database.reading() as session:
        return hits.total(session, kind, slug)


def seen(site: Visitor, kind: str, count: int, days: int = 0) -> None:
    """Count something so many days ago."""
    with site.services.database.transaction() as session:
        day = (site.watch() - timedelta(days=days)).date()
        hits.add(session, kind, SLUG, day=day, count=count)


def ways(site: Visitor, path: str) -> set[str]:
    """Give the links of a page that name the partner."""
    return {link for link in site.links_of(site.text(path)) if f"partner={SLUG}" in link}


def test_an_event_page_leads_on_with_its_partner(site: Visitor) -> None:
    found = ways(site, f"/fr/events/{OURS}?partner={SLUG}")
    form = f"/fr/events/{OURS}/register"
    assert f"{form}?partner={SLUG}" in found
    assert any(link.startswith(f"{form}?on=20") for link in found)
    assert {f"/{language}/events/{OURS}?partner={SLUG}" for language in ("en", "es")} <= found
    html = site.text(f"/fr/events/{OURS}?partner={SLUG}")
    [canonical] = re.findall(r'<link rel="canonical" href="([^"]+)"', html)
    assert canonical.endswith(f"/fr/events/{OURS}")
    assert "Set-Cookie" not in site.get(f"/fr/events/{OURS}?partner={SLUG}").headers


def test_the_list_of_events_leads_on_with_its_partner(site: Visitor) -> None:
    path = f"/fr/events?kind=meeting&partner={SLUG}"
    html, found = site.text(path), ways(site, path)
    assert f"/fr/events/{OURS}?partner={SLUG}" in found
    assert f"/fr/events?partner={SLUG}" in found  # all of them again, without the filter
    assert {f"/{language}/events?partner={SLUG}" for language in ("en", "es")} <= found
    assert FIELD in html
    [canonical] = re.findall(r'<link rel="canonical" href="([^"]+)"', html)
    assert canonical.endswith("/fr/events")
    later = site.text(f"/fr/events?kind=meeting&page=3&partner={SLUG}")
    assert f"/fr/events?kind=meeting&partner={SLUG}&page=2" in site.links_of(later)
    assert "Set-Cookie" not in site.get(path).headers


def test_what_an_embed_calls_all_events_names_its_partner(site: Visitor) -> None:
    told = site.get(f"/embed/fr/events.json?partner={SLUG}").get_json()
    assert told["url"].endswith(f"/fr/events?partner={SLUG}")
    assert f"/fr/events?partner={SLUG}" in ways(site, f"/embed/fr/events?partner={SLUG}")
    assert site.get("/embed/fr/events.json").get_json()["url"].endswith("/fr/events")


@pytest.mark.parametrize("slug", UNKNOWN)
def test_an_unknown_partner_is_nobody_and_breaks_nothing(site: Visitor, slug: str) -> None:
    for path in ("events", f"events/{OURS}", f"events/{OURS}/register", "subscribe"):
        html = site.text(f"/en/{path}?partner={slug}")
        assert "partner=" not in "".join(site.links_of(html)).replace("/partner", "")
        assert 'name="partner"' not in html
    site.client.get(f"/en/events/{ELSEWHERE}/register?partner={slug}")
    site.client.post(
        f"/en/events/{OURS}/register",
        data={"name": "Ana", "address": "ana@example.org", "consent": "yes", "partner": slug},
    )
    assert site.registration("ana@example.org").partner == ""
    assert site.sign_up("bea@example.org", partner=slug).status_code == 303
    with site.services.database.reading() as session:
        assert session.scalars(select(Signup.partner)).all() == [""]


def test_the_way_out_counts_for_the_event_and_its_partner(site: Visitor) -> None:
    path = f"/en/events/{ELSEWHERE}/register?partner={SLUG}"
    answer = site.get(path)
    assert answer.status_code == 303
    assert "partner" not in answer.headers["Location"]
    site.client.head(path)
    site.get(f"/en/events/{ELSEWHERE}/register")
    assert counted(site, hits.PARTNER_OUTWARD) == 1
    assert counted(site, "registration", ELSEWHERE) == 2


@pytest.mark.parametrize(
    "ahead",
    [
        {"Sec_Purpose": "prefetch"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X_Moz": "prefetch"},
    ],
)
def test_a_browser_that_looks_ahead_has_not_gone_and_asks_again_when_it_does(
    site: Visitor, ahead: dict[str, str]
) -> None:
    path = f"/en/events/{ELSEWHERE}/register?partner={SLUG}"
    answer = site.get(path, **ahead)
    assert (answer.status_code, answer.text) == (503, "")
    assert "Location" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert counted(site, hits.PARTNER_OUTWARD) == counted(site, "registration", ELSEWHERE) == 0
    assert site.get(path, Sec_Fetch_Mode="navigate").status_code == 303
    assert counted(site, hits.PARTNER_OUTWARD) == counted(site, "registration", ELSEWHERE) == 1


def test_the_registration_form_keeps_the_partner_through_faults_dates_and_languages(
    site: Visitor,
) -> None:
    path = f"/en/events/{OURS}/register"
    html = site.text(f"{path}?partner={SLUG}")
    assert FIELD in html
    assert f"/fr/events/{OURS}/register?partner={SLUG}" in site.links_of(html)
    assert f"/en/events/{OURS}?partner={SLUG}" in site.links_of(html)
    dated = re.findall(r'<option value="(20\d\d-\d\d-\d\d)"', html)[1]
    wrong = site.client.post(path, data={"name": "", "partner": SLUG, "on": dated})
    assert wrong.status_code == 422
    assert FIELD in wrong.text
    assert f'<option value="{dated}" selected' in wrong.text
    sent = site.register("ana@example.org", partner=SLUG, on=dated)
    assert sent.status_code == 303
    found = site.registration("ana@example.org")
    assert (found.partner, found.occurrence.original.isoformat()) == (SLUG, dated)
    assert counted(site, hits.PARTNER_REGISTRATION) == 1
    site.client.post(site.seat_path("ana@example.org"), data={"button": "confirm"})
    site.client.post(site.seat_path("ana@example.org"), data={"button": "confirm"})
    assert counted(site, hits.PARTNER_REGISTRATION) == 1
    with site.services.database.reading() as session:
        source = f"/en/events/{OURS}/register"
        assert session.scalars(select(Subscriber.source)).all() == [source]


def test_a_newsletter_ticked_on_the_way_counts_for_the_same_partner(site: Visitor) -> None:
    site.register("ana@example.org", partner=SLUG, newsletter="yes")
    with site.services.database.reading() as session:
        [row] = session.scalars(select(Signup)).all()
    assert (row.partner, row.source) == (SLUG, f"/en/events/{OURS}/register")


def test_the_sign_up_form_keeps_the_partner_and_says_where_it_stood(site: Visitor) -> None:
    html = site.text(f"/fr/subscribe?partner={SLUG}&topic=news")
    assert FIELD in html
    assert f"/es/subscribe?partner={SLUG}" in site.links_of(html)
    wrong = site.client.post("/fr/subscribe", data={"address": "x", "partner": SLUG})
    assert wrong.status_code == 422
    assert FIELD in wrong.text
    assert site.sign_up("ana@example.org", "fr", partner=SLUG).status_code == 303
    with site.services.database.reading() as session:
        [row] = session.scalars(select(Signup)).all()
    assert (row.partner, row.source) == (SLUG, "/fr/subscribe")
    assert counted(site, hits.PARTNER_SIGNUP) == 0
    for _click in range(2):
        site.client.post(site.confirm_path("ana@example.org"))
    assert counted(site, hits.PARTNER_SIGNUP) == 1
    with site.services.database.reading() as session:
        kept = [
            *session.scalars(select(Subscriber.source)),
            *session.scalars(select(Consent.source)),
        ]
    assert set(kept) == {"/fr/subscribe"}


def test_a_partner_that_left_the_file_before_the_click_is_not_counted(site: Visitor) -> None:
    site.sign_up("ana@example.org", partner=SLUG)
    (site.home / PATH).write_text("")
    site.sync()
    assert site.client.post(site.confirm_path("ana@example.org")).status_code == 200
    assert counted(site, hits.PARTNER_SIGNUP) == 0


def test_answers_to_forms_are_the_same_for_a_known_and_an_unknown_address(site: Visitor) -> None:
    site.subscriber("known@example.org")
    answers = [
        site.sign_up(f"{name}@example.org", partner=SLUG) for name in ("known", "unknown", "known")
    ]
    assert len({(each.status_code, each.headers["Location"], each.text) for each in answers}) == 1
    assert counted(site, hits.PARTNER_SIGNUP) == 0


def test_a_partners_page_does_not_tell_whether_an_address_is_known(site: Visitor) -> None:
    site.subscriber("known@example.org")
    seen_by_partner = []
    for address in ("known@example.org", "unknown@example.org", "known@example.org"):
        assert site.register(address, partner=SLUG).status_code == 303
        table = site.text(f"{site.partner_path()}/totals.csv")
        seen_by_partner.append(table.splitlines()[-1])
    assert site.registration("known@example.org").state is RegistrationState.CONFIRMED
    assert site.registration("unknown@example.org").state is RegistrationState.PENDING
    assert seen_by_partner == [f"In all,0,{number},0,0" for number in (1, 2, 3)]


def test_a_partners_page_leads_to_the_builder_with_its_name_filled_in(site: Visitor) -> None:
    for language in LANGUAGES:
        path = f"/{language}/embed?partner=sahel-radio"
        assert path in site.links_of(site.text(site.partner_path(language, "sahel-radio")))
        assert 'value="sahel-radio"' in site.text(path)


def test_a_partner_sees_its_own_totals_in_each_language(site: Visitor) -> None:
    seen(site, hits.PARTNER_VIEW, 1234)
    seen(site, hits.PARTNER_REGISTRATION, 56, days=1)
    seen(site, hits.PARTNER_OUTWARD, 78, days=40)
    seen(site, hits.PARTNER_SIGNUP, 9, days=800)
    for language, number, month in (
        ("en", "1,234", "November 2026"),
        ("fr", "1\u202f234", "novembre 2026"),
        ("es", "1.234", "noviembre de 2026"),
    ):
        answer = site.get(site.partner_path(language))
        html = unescape(answer.text)
        assert answer.status_code == 200
        for said in ("Mineral Commons", number, month, ">56<", ">78<", ">9<", "<svg"):
            assert said in html, (language, said)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers
        assert "style=" not in html
        for other in LANGUAGES:
            assert site.partner_path(other) in site.links_of(html) or other == language
    assert 'class="empty"' in site.text(site.partner_path(slug="sahel-radio"))


def test_the_file_opens_in_the_spreadsheets_of_its_language(site: Visitor) -> None:
    seen(site, hits.PARTNER_VIEW, 7)
    for language, between in (("en", ","), ("fr", ";"), ("es", ";")):
        answer = site.get(f"{site.partner_path(language)}/totals.csv")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.csv"'
        assert answer.headers["Cache-Control"] == "no-store"
        lines = answer.data.decode("utf-8-sig").splitlines()
        assert lines[0].count(between) == 4
        assert f"2026-11{between}7{between}0{between}0{between}0" in lines


def test_a_partner_that_left_is_told_so(site: Visitor) -> None:
    paths = [site.partner_path(language) for language in LANGUAGES]
    (site.home / PATH).write_text("")
    site.sync()
    for path, said in zip(
        paths, ("not in our list", "ne figure plus", "ya no figura"), strict=True
    ):
        for answer in (site.get(path), site.get(f"{path}/totals.csv")):
            assert answer.status_code == 404
            assert said in answer.text
            assert answer.headers["Cache-Control"] == "no-store"
    assert 'name="partner"' not in site.text(f"/en/subscribe?partner={SLUG}")


def test_no_other_link_of_ours_opens_a_partners_page(site: Visitor) -> None:
    token = site.partner_path().rpartition("/")[2]
    links = site.services.links
    strange = [links.token(each, 1) for each in Purpose if each is not Purpose.PARTNER]
    strange += [token[:-1] + ("A" if token[-1] != "A" else "B"), token[:-2], "x"]
    for each in strange:
        assert site.get(f"/en/partner/{each}").status_code == 410
    assert site.get(f"/xx/partner/{token}").status_code == 404
    assert site.client.post(f"/en/partner/{token}").status_code == 405


def test_the_desk_tells_of_faults_where_one_looks_for_a_partner(site: Visitor) -> None:
    path = site.home / "content/partners.toml"
    path.write_text(path.read_text() + '\n[[partners]]\nslug = "new"\n')
    synchronise(site.services, site.services.clock())
    add(site, role=Role.VIEWER)
    viewer = browser(site)
    viewer.sign_in()
    page = viewer.get("partners").text
    assert "The file has faults" in page
    assert "name" in page.partition("The file has faults")[2]

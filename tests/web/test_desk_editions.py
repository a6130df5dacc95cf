"""Editions in the desk: the list, the overview of one, its previews, what changed since."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import text

from outreach import sync
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.staff.models import Act, Role
from outreach.web.security import FETCHING
from tests.web.test_desk import EVE, Colleague, add, browser, rows
from tests.web.test_desk import ada as ada
from tests.web.visitor import LANGUAGES, Visitor

PAGE = "editions/wrm/2020-07"
FOLDER = "content/newsletters/wrm/2020-07"
HOSTILE = "<script>alert(1)</script>"
VIEWS = ("desktop", "phone", "dark", "plain", "source", "beside")


def rewrite(site: Visitor, language: str, *changes: tuple[str, str]) -> None:
    """Replace words in one language of the edition, and sync."""
    path = site.home / FOLDER / f"{language}.md"
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text)
    site.sync()


def plan(site: Visitor) -> int:
    """Schedule the edition for tomorrow; give the campaign's number."""
    services, now = site.services, site.watch()
    request = ScheduleRequest("wrm/2020-07", "news", now + timedelta(days=1), "Europe/Paris")
    with services.database.transaction() as session:
        return schedule_edition(session, services.stationery, services.links, request, now).id


def words(html: str) -> str:
    """Give the text of a page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def chips(html: str) -> list[str]:
    """Give what the marks say."""
    return [words(each) for each in re.findall(r'<span class="state[^>]*>(.*?)</span>', html)]


def role(site: Visitor, given: Role, language: str = "en") -> Colleague:
    """Give the browser of a colleague with a role."""
    add(site, EVE, given, language)
    made = browser(site)
    assert made.sign_in(EVE).status_code == 303
    return made


def test_the_list_tells_how_each_language_stands(ada: Colleague) -> None:
    assert chips(ada.get("editions").text) == ["draft", "EN: the source", "FR: ready", "ES: ready"]
    site = ada.site
    rewrite(site, "en", ("second newsletter", "newsletter"), ("Ten things", "Things"))
    rewrite(site, "fr", ("## Dix choses", "## Des choses"))
    (site.home / FOLDER / "es.md").unlink()
    site.sync()
    said = chips(ada.get("editions").text)
    assert said == ["draft", "EN: the source", "FR: one change behind EN", "ES: missing"]
    plan(site)
    page = ada.get("editions").text
    assert chips(page)[0] == "scheduled"
    assert 'href="/desk/editions/wrm/2020-07"' in page
    assert "WRM Newsletter · 1 Jul 2020" in words(page)


def test_the_list_is_cut_to_what_is_asked_for(ada: Colleague) -> None:
    for query, there in (
        ("?newsletter=wrm&state=draft", True),
        ("?state=nonsense", True),
        ("?state=sent", False),
        ("?newsletter=none", False),
        ("?newsletter=no%00ne&state=%00", False),
        ("?page=2", False),
        ("?page=99999999999999999999", False),
        ("?page=-1", True),
        ("?page=x&newsletter=" + "w" * 500, False),
    ):
        answer = ada.get(f"editions{query}")
        assert answer.status_code == 200, query
        assert ("2nd WRM Newsletter" in answer.text) == there, query
        assert ("Show all editions" in answer.text) != there, query


def test_an_edition_that_was_never_without_faults_is_listed_with_them(ada: Colleague) -> None:
    site = ada.site
    folder = site.home / "content/newsletters/wrm/2020-08"
    folder.mkdir()
    (folder / "en.md").write_text(f"---\ntitle: August {HOSTILE}\n---\n\n{HOSTILE}\n")
    assert len(sync.synchronise(site.services, site.watch()).faults) > 3
    listed = ada.get("editions").text
    assert "wrm/2020-08" in listed
    assert "line 1: “date” is missing." in words(listed)
    page = ada.get("editions/wrm/2020-08")
    assert page.status_code == 200
    assert "“subject” is missing." in words(page.text)
    assert HOSTILE not in page.text + listed
    assert "wrm/2020-08" not in ada.get("editions?state=sent").text
    for path in ("editions/wrm/2020-09", "editions/none/2020-08", "editions/wrm/2020-0"):
        assert ada.get(path).status_code == 404
    good = (site.home / FOLDER / "en.md").read_text().replace("guide-en.pdf", "page:guide")
    (folder / "en.md").write_text(re.sub(r"\{\{ image\(.*\}\}", "", good))
    site.sync()
    assert "2020-08" in ada.get("editions").text
    assert "Preview" in ada.get("editions/wrm/2020-08").text


def test_a_live_edition_with_a_faulty_file_says_so_and_shows_what_is_live(ada: Colleague) -> None:
    site = ada.site
    path = site.home / FOLDER / "fr.md"
    path.write_text(path.read_text().replace("subject:", "subjet:", 1))
    assert sync.synchronise(site.services, site.watch()).faults
    assert "faults" in " ".join(chips(ada.get("editions").text))
    page = words(ada.get(f"{PAGE}?language=fr").text)
    assert "The files have faults" in page
    assert "“subjet”" in page
    assert "Lettre WRM de juillet 2020" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_is_there_in_each_language_of_the_desk(site: Visitor, language: str) -> None:
    colleague = role(site, Role.VIEWER, language=language)
    plan(site)
    rewrite(site, "en", ("second newsletter", "newsletter"))
    before = site.dump()
    for view in VIEWS:
        for shown in LANGUAGES:
            answer = colleague.get(f"{PAGE}?language={shown}&view={view}")
            assert answer.status_code == 200
            assert answer.headers["Content-Language"] == language
            assert answer.headers["Content-Security-Policy"] == FETCHING
            assert not re.search(r"<style|<[^>]*\s(style|on[a-z]+)=", answer.text)
            for script in re.findall(r"<script[^>]*>", answer.text):
                assert script.startswith("<script src="), script
    assert site.dump() == before


def test_every_link_of_an_edition_leads_somewhere_and_changes_nothing(ada: Colleague) -> None:
    site = ada.site
    plan(site)
    rewrite(site, "en", ("second newsletter", "newsletter"))
    before, pages = site.dump(), [ada.get("editions").text]
    pages += [ada.get(f"{PAGE}?language=fr&view={view}").text for view in VIEWS]
    found = set.union(*(site.links_of(html) for html in pages))
    forms = {"/desk/sign-out", f"/desk/{PAGE}/up-to-date"}
    paths = {path for path in found if path.startswith("/desk/")} - forms
    assert len(paths) > 20
    for path in paths:
        assert ada.client.get(path, buffered=True).status_code == 200, path
    assert site.dump() == before


def test_the_head_is_shown_as_mail_clients_do_with_its_lengths(ada: Colleague) -> None:
    page = words(ada.get(f"{PAGE}?language=fr").text)
    assert "Sender Women’s Rights and Mining <news@womens-rights-and-mining.example>" in page
    assert "Subject 56 characters" in page
    assert "Preheader 91 characters" in page
    assert re.search(r"Size [\d,]+ of 100,000 bytes", page)


def test_views_show_the_text_the_file_and_the_html(ada: Colleague) -> None:
    plain = unescape(ada.get(f"{PAGE}?view=plain").text)
    assert "Dear friend,\n" in plain
    assert "Read on the web" in plain or "http" in plain
    source = unescape(ada.get(f"{PAGE}?view=source&language=es").text)
    assert (ada.site.home / FOLDER / "es.md").read_text() in source
    assert '<html lang="es"' in source
    named = unescape(ada.get(f"{PAGE}?view=plain&named=yes").text)
    assert "Dear Amina,\n" in named


def test_the_preview_is_kept_apart_and_nothing_in_it_runs(ada: Colleague) -> None:
    answer = ada.get(f"{PAGE}/mail/fr")
    rules = dict(
        part.partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    own = ada.site.services.links.base_url
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == f"'self' {own}"
    assert rules["frame-ancestors"] == "'self'"
    assert rules["form-action"] == rules["base-uri"] == "'none'"
    assert "script-src" not in rules
    assert "connect-src" not in rules
    assert set(rules["sandbox"].split()) == {
        "allow-same-origin",  # the page measures it; that is safe as no script can run
        "allow-popups",
        "allow-popups-to-escape-sandbox",
    }
    assert answer.headers["Content-Language"] == "fr"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<base target="_blank">' in answer.text
    assert "<script" not in answer.text
    assert "[[" not in answer.text
    for picture in re.findall(r'<img[^>]*\bsrc="([^"]+)"', answer.text):
        assert picture.startswith("/media/")
        assert ada.client.get(picture).status_code == 200
    frames = re.findall(r"<iframe[^>]*>", ada.get(PAGE).text)
    assert len(frames) == 1
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in frames[0]


def test_a_preview_is_light_or_dark_whatever_the_machine_is(ada: Colleague) -> None:
    light, dark = (ada.get(f"{PAGE}/mail/en?view={view}").text for view in ("phone", "dark"))
    for html in (light, dark):
        assert "prefers-color-scheme" not in html
    assert "color-scheme: only light" in light
    assert "color-scheme: only dark" in dark


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/mail/en", f"{PAGE}/state", "editions"])
def test_nobody_sees_a_draft_who_is_not_signed_in(site: Visitor, path: str) -> None:
    answer = browser(site).get(path)
    assert answer.status_code == 303
    assert "/desk/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE}/mail/de",
        f"{PAGE}/mail/en?of=99",
        f"{PAGE}/mail/en?of=99999999999999999999999",
        f"{PAGE}/mail/en?of=-1",
        "editions/wrm/none/mail/en",
    ],
)
def test_what_is_not_there_is_told(ada: Colleague, path: str) -> None:
    assert ada.get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["language=xx&view=none&beside=en&of=x", "of=99", "beside=fr&language=fr&view=beside"]
)
def test_an_address_that_nobody_made_shows_what_there_is(ada: Colleague, query: str) -> None:
    assert ada.get(f"{PAGE}?{query}").status_code == 200


def test_a_language_that_is_missing_says_where_to_write_it(ada: Colleague) -> None:
    (ada.site.home / FOLDER / "es.md").unlink()
    ada.site.sync()
    for view in VIEWS:
        page = words(ada.get(f"{PAGE}?language=es&view={view}").text)
        assert "There is no text in Spanish yet." in page
        assert "Spanish missing" in page
    assert f"{FOLDER}/es.md" in words(ada.get(f"{PAGE}?language=es").text)


def test_what_is_behind_is_named_and_marked_side_by_side(ada: Colleague) -> None:
    rewrite(
        ada.site, "en", ("second newsletter", "newsletter"), ("Ten things to do", "Nine things")
    )
    page = ada.get(f"{PAGE}?language=es").text
    assert "2 changes of English are missing here" in page
    assert "Passage 2 – This is our newsletter." in words(page)
    assert "## Nine things" in page
    beside = ada.get(f"{PAGE}?language=es&view=beside").text
    pairs = re.findall(r'<div class="pair(?: pair-behind)?">.*?\n  </div>', beside, re.DOTALL)
    marked = [words(each) for each in pairs if "pair-behind" in each]
    assert len(pairs) == 25
    assert [each.partition(" ")[0] for each in marked] == ["2", "15"]
    assert "EN ## Nine things ES ## Diez" in marked[1]
    assert beside.count("<iframe") == 2
    english = ada.get(f"{PAGE}?language=en&view=beside").text
    assert "EN 2nd WRM Newsletter" in words(english)


def test_nothing_hostile_of_a_file_reaches_a_page_as_markup(ada: Colleague) -> None:
    site = ada.site
    plan(site)
    rewrite(
        site,
        "en",
        ("title: 2nd WRM Newsletter", f"title: '{HOSTILE}<img src=x onerror=alert(2)>'"),
        ('subject: "WRM newsletter', f'subject: "</title>{HOSTILE} newsletter'),
        (
            "With kind regards",
            f"`{HOSTILE}` &lt;b&gt; regards",
        ),
    )
    pages = [ada.get("editions").text, ada.get(f"{PAGE}/mail/en").text]
    pages += [ada.get(f"{PAGE}?view={view}").text for view in VIEWS]
    pages += [ada.get(f"{PAGE}?language=fr&view=beside").text]
    for html in pages:
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "</title><" not in html.partition("</title>\n")[2].replace("</title></svg>", "")
    assert HOSTILE in unescape(pages[2])
    assert "<ins>" in pages[2]


def test_what_changed_since_it_was_scheduled_is_shown_by_language(ada: Colleague) -> None:
    site = ada.site
    assert "It has not been scheduled yet." in ada.get(PAGE).text
    number = plan(site)
    page = words(ada.get(PAGE).text)
    assert f"Nothing has changed since campaign {number} was scheduled on 23 Nov 2026" in page
    assert "What changed since it was scheduled" not in page
    rewrite(
        site,
        "en",
        ("our second newsletter", "our newsletter"),
        ("{{ divider() }}\n\n", ""),
        ("## Ten things to do", "## Ten things to do\n\nDo them."),
    )
    (site.home / FOLDER / "es.md").unlink()
    site.sync()
    page = ada.get(PAGE).text
    said = words(page)
    assert "What changed since it was scheduled" in said
    assert "English – 3 changes" in said
    assert "French – nothing" in said
    assert "This is our [taken out: second ] newsletter" in said
    assert re.search(r"<del>.*?second.*?</del> ?newsletter", page)
    assert "[added: Do them. ]" in said
    assert "[taken out: {{ divider() }} ]" in said
    assert "ES: missing" not in said  # a campaign keeps the language that it was made in


def test_what_a_campaign_has_frozen_is_shown_as_it_was(ada: Colleague) -> None:
    site = ada.site
    number = plan(site)
    rewrite(site, "en", ("our second newsletter", "our newsletter"))
    assert "our second newsletter" not in ada.get(f"{PAGE}?view=plain").text
    frozen = ada.get(f"{PAGE}?view=plain&of={number}").text
    assert f"This is campaign {number} as it was scheduled on 23 November 2026" in words(frozen)
    assert "our second newsletter" in frozen
    assert "our second newsletter" in ada.get(f"{PAGE}/mail/en?of={number}").text
    assert "our second newsletter" not in ada.get(f"{PAGE}/mail/en").text


def test_a_campaign_from_before_snapshots_is_told_honestly(ada: Colleague) -> None:
    site = ada.site
    plan(site)
    with site.services.database.transaction() as session:
        session.execute(text("DELETE FROM edition_snapshots"))
    assert "Nothing has changed since" in ada.get(PAGE).text
    rewrite(site, "en", ("our second newsletter", "our newsletter"))
    assert "What it was then was not kept" in ada.get(PAGE).text


def test_an_editor_may_say_that_a_translation_is_up_to_date(site: Visitor) -> None:
    rewrite(site, "en", ("second newsletter", "newsletter"))
    eve = role(site, Role.EDITOR)
    page = eve.get(f"{PAGE}?language=fr").text
    seen = re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]
    for _ in range(2):
        answer = eve.post(f"{PAGE}/up-to-date", "account", language="fr", seen=seen)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"{PAGE}?language=fr&done=up_to_date")
    assert "ready" in chips(eve.get(PAGE).text)
    assert "one change behind EN" in chips(eve.get(PAGE).text)
    [act] = [row for row in rows(site, Act) if isinstance(row, Act) and row.act.startswith("ed")]
    assert (act.act, act.subject, act.who) == ("edition.up_to_date", "wrm/2020-07", EVE)
    assert act.before == {"language": "fr", "behind": "1"}
    rewrite(site, "en", ("newsletter. It", "letter. It"))
    late = eve.post(f"{PAGE}/up-to-date", "account", language="es", seen=seen)
    assert late.status_code == 422
    assert "The text has changed meanwhile." in late.text
    for language in ("en", "de", ""):
        answer = eve.post(f"{PAGE}/up-to-date", "account", language=language, seen=seen)
        assert answer.status_code == 422
    assert "2 changes behind EN" not in chips(eve.get(PAGE).text)


def test_a_viewer_may_only_look(site: Visitor) -> None:
    rewrite(site, "en", ("second newsletter", "newsletter"))
    eve = role(site, Role.VIEWER)
    assert "up-to-date" not in eve.get(f"{PAGE}?language=fr").text
    before = site.dump()
    answer = eve.post(f"{PAGE}/up-to-date", "account", language="fr", seen="0")
    assert answer.status_code == 403
    assert site.dump() == before


def test_the_state_changes_with_the_files_and_not_with_looking(ada: Colleague) -> None:
    first = ada.get(f"{PAGE}/state")
    assert first.mimetype == "text/plain"
    assert ada.get(f"{PAGE}/state").text == first.text
    assert f'data-state="{first.text}"' in ada.get(PAGE).text
    rewrite(ada.site, "fr", ("Bonjour", "Salut"))
    assert ada.get(f"{PAGE}/state").text != first.text


def test_a_letter_that_is_too_long_says_so_on_the_page(ada: Colleague) -> None:
    more = "\n\n".join(
        f"### Heading {n}\n\nSome words, *and* [more](page:guide)." for n in range(400)
    )
    rewrite(ada.site, "en", ("With kind regards,", f"{more}\n\nWith kind regards,"))
    answer = ada.get(PAGE)
    assert answer.status_code == 200
    assert "The letter is too long" in answer.text
    assert "<iframe" not in answer.text
    assert ada.get(f"{PAGE}/mail/en").status_code == 422

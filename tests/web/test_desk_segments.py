"""Segments in the desk: the list, one of them, and the form, without scripts."""

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from outreach.audience.models import Origin, Segment
from outreach.audience.segment_rows import rule_of
from outreach.audience.segment_rules import (
    AllOf,
    AnyOf,
    HasTopic,
    LivesIn,
    Not,
    Rule,
    Speaks,
    SubscribedSince,
    Tagged,
    TookPart,
    to_data,
)
from outreach.campaigns.models import Campaign
from outreach.errors import Refused
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.staff.models import Act, Role
from outreach.web.desk.names_known import names_known
from outreach.web.desk.segment_form import Group, Row, RuleForm, from_rule, to_rule
from tests.audience.crowd import DAY, human, settle
from tests.audience.test_segment_rules import rules
from tests.web.test_desk import ADA, EVE, Colleague, add, browser
from tests.web.visitor import LANGUAGES, Visitor

NEW = "segments/new"
_FIELD = re.compile(r"<(input|select|option)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


@pytest.fixture
def editor(site: Visitor) -> Colleague:
    """Give the browser of an editor, with some people to choose from."""
    with site.services.database.transaction() as session:
        settle(
            session,
            [
                human(language="fr", country="CD", tags=("press",)),
                human(language="fr-CA", country="CA"),
                human(language="en", country="ZA", tags=("press", "board")),
                human(language="fr", country="CD", paused=True, tags=("press",)),
            ],
            site.watch(),
        )
    return signed_in(site, Role.EDITOR)


def signed_in(site: Visitor, role: Role, address: str = ADA, language: str = "en") -> Colleague:
    """Give the browser of somebody with a role."""
    add(site, address, role, language)
    made = browser(site)
    assert made.sign_in(address).status_code == 303
    return made


def fields(page: str) -> list[tuple[str, str]]:
    """Read the form of a segment as a browser would send it."""
    form = page.partition('class="block segment-form"')[2].partition("</form>")[0]
    found: list[tuple[str, str]] = []
    name, first = "", False
    for kind, text in _FIELD.findall(form):
        given = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(text)}
        if kind == "select":
            name, first = given["name"], True
        elif kind == "option":
            if first:
                found.append((name, given["value"]))
                first = False
            elif "selected" in given:
                found[-1] = name, given["value"]
        elif given.get("type") != "checkbox" or "checked" in given:
            found.append((given["name"], given.get("value", "")))
    return found


def press(
    editor: Colleague, page: TestResponse | None, path: str, do: str, **typed: str
) -> TestResponse:
    """Fill in fields of a page (with _ for -) and press a button of it."""
    sent = fields((page or editor.get(path)).text)
    wanted = {name.replace("_", "-"): value for name, value in typed.items()}
    kept = [(name, wanted.pop(name, value)) for name, value in sent]
    data: dict[str, list[str]] = {"do": [do]}
    for name, value in (*kept, *wanted.items()):
        data.setdefault(name, []).append(value)
    return editor.client.post(f"/desk/{path}", data=data, buffered=True)


def stored(site: Visitor, slug: str) -> Segment:
    """Give a segment."""
    with site.services.database.reading() as session:
        return session.scalars(select(Segment).where(Segment.slug == slug)).one()


def acts(site: Visitor) -> list[Act]:
    """Give what was done to segments."""
    with site.services.database.reading() as session:
        query = select(Act).where(Act.act.startswith("segment")).order_by(Act.id)
        return list(session.scalars(query))


def put(site: Visitor, rule: Rule, slug: str = "mine", **names: str) -> Segment:
    """Make a segment of the desk."""
    with site.services.database.transaction() as session:
        row = Segment(
            slug=slug,
            position=0,
            names={"en": "Mine"} | names,
            descriptions={},
            rule=to_data(rule),
            origin=Origin.DESK,
            active=True,
            version=1,
            changed_at=site.watch(),
        )
        session.add(row)
        return row


def test_a_segment_is_made_with_buttons_alone(editor: Colleague) -> None:
    page = press(editor, None, NEW, "add", new="language", name_en="French press")
    page = press(editor, page, NEW, "add", new="country", value_1="français")
    assert 'value="French press"' in page.text
    page = press(editor, page, NEW, "group", value_2="Afrique du Sud, cd", is_2="yes")
    page = press(editor, page, NEW, "add-3", new_3="tag", join_3="none")
    page = press(editor, page, NEW, "add-3", new_3="tag", value_3_1="Board")
    page = press(editor, page, NEW, "remove-3-2")
    page = press(editor, page, NEW, "count")
    assert page.status_code == 200
    assert re.search(r"data-said>\s*1 person", page.text)
    done = press(editor, page, NEW, "save", description_fr="Pour la presse")
    assert (done.status_code, done.headers["Location"]) == (
        303,
        "/desk/segments/french-press?done=saved",
    )
    row = stored(editor.site, "french-press")
    assert (row.names, row.descriptions) == ({"en": "French press"}, {"fr": "Pour la presse"})
    assert rule_of(row) == AllOf(
        (Speaks(("fr",)), LivesIn(("CD", "ZA")), Not(AnyOf((Tagged(("board",)),))))
    )
    shown = editor.get("segments/french-press").text
    for words in ("Saved.", "Their country: Congo", "None of these:", "human0@example.org"):
        assert words in (
            shown if words != "Saved." else editor.get("segments/french-press?done=saved").text
        )
    [act] = acts(editor.site)
    assert (act.act, act.subject, act.after["name"]) == (
        "segment.new",
        "french-press",
        "French press",
    )
    assert '"board"' in act.after["rule"]


def test_every_condition_can_be_filled_in(editor: Colleague) -> None:
    page = None
    for number, kind in enumerate(
        ("topic", "organisation_type", "source", "subscribed", "event"), 1
    ):
        page = press(editor, page, NEW, "add", new=kind)
        assert f'name="kind-{number}" value="{kind}"' in page.text
    done = press(
        editor,
        page,
        NEW,
        "save",
        name_en="All kinds",
        join="any",
        value_1="events",
        is_1="no",
        value_2="Civil society; NGO",
        value_3="/fr/",
        since_4="2026-01-01",
        before_4="2026-07-01",
        topic_4="news",
        event_5="open-hour",
        part_5="attended",
        on_5="2026-12-09",
        is_5="no",
    )
    assert done.status_code == 303
    rule = rule_of(stored(editor.site, "all-kinds"))
    told = [
        {"not": {"topic": ["events"]}},
        {"organisation_type": ["civil-society", "ngo"]},
        {"source": ["/fr/"]},
        {"subscribed": {"since": "2026-01-01", "before": "2026-07-01", "topic": "news"}},
        {"not": {"event": {"slug": "open-hour", "part": "attended", "on": "2026-12-09"}}},
    ]
    assert to_data(rule) == {"any": told}
    again = fields(editor.get("segments/all-kinds/edit").text)
    assert ("value-2", "civil-society, ngo") in again
    assert ("on-5", "2026-12-09") in again
    assert press(editor, None, "segments/all-kinds/edit", "save").status_code == 303
    assert to_data(rule_of(stored(editor.site, "all-kinds"))) == {"any": told}


def test_all_faults_are_told_at_once_and_nothing_typed_is_lost(editor: Colleague) -> None:
    before = editor.site.dump()
    page = press(editor, None, NEW, "add", new="country")
    page = press(editor, page, NEW, "add", new="subscribed", value_1="Nowhere, Ghana")
    page = press(editor, page, NEW, "add", new="event", since_2="2026-02-30")
    page = press(editor, page, NEW, "group")
    page = press(editor, page, NEW, "save", description_es="x" * 400)
    assert page.status_code == 422
    text = html.unescape(page.text)
    for words in (
        "Country: “Nowhere” is not known to us.",
        "The day 2026-02-30 does not exist",
        "Event: Choose or write something here.",
        "Add a condition to this group, or take it away.",
        "This has more than 300 characters.",
    ):
        assert words in text
    assert 'value="Nowhere, Ghana"' in text
    assert "x" * 400 in text
    assert editor.site.dump() == before
    nameless = press(editor, None, NEW, "save")
    assert "Give it a name in at least one language." in nameless.text
    assert "so far this would be everybody" in nameless.text


def test_of_two_who_change_one_at_once_the_second_is_told(editor: Colleague) -> None:
    put(editor.site, AllOf((Tagged(("press",)),)))
    edit = "segments/mine/edit"
    mine, theirs = editor.get(edit), editor.get(edit)
    assert press(editor, theirs, edit, "save", name_en="Theirs").status_code == 303
    late = press(editor, mine, edit, "save", name_en="Late", value_1="board")
    assert late.status_code == 422
    assert "Somebody else has changed this segment" in late.text
    assert 'value="Late"' in late.text
    assert stored(editor.site, "mine").names == {"en": "Theirs"}
    again = press(editor, late, edit, "save")
    assert again.status_code == 422
    apart = press(editor, again, edit, "save-new")
    assert apart.headers["Location"] == "/desk/segments/late?done=saved"
    assert rule_of(stored(editor.site, "late")) == AllOf((Tagged(("board",)),))
    assert stored(editor.site, "mine").version == 2


def test_a_form_is_not_saved_over_another_segment_of_the_same_short_name(editor: Colleague) -> None:
    def make(name: str) -> int:
        page = press(editor, None, NEW, "add", new="tag")
        done = press(editor, page, NEW, "save", slug="mine", name_en=name, value_1="press")
        assert done.headers["Location"] == "/desk/segments/mine?done=saved"
        return stored(editor.site, "mine").version

    def delete(version: int) -> TestResponse:
        return editor.post("segments/mine/delete", page="segments/mine", version=str(version))

    edit = "segments/mine/edit"
    first = make("Mine")
    opened = editor.get(edit)
    assert delete(first).status_code == 303
    make("Theirs")
    late = press(editor, opened, edit, "save", name_en="Late")
    assert late.status_code == 422
    assert "Somebody else has changed this segment" in late.text
    assert 'value="save-new"' in late.text
    assert 'value="Late"' in late.text
    assert delete(first).status_code == 422
    assert stored(editor.site, "mine").names == {"en": "Theirs"}


def test_clicking_twice_makes_two_and_says_so_by_their_names(editor: Colleague) -> None:
    page = press(editor, None, NEW, "add", new="tag")
    page = press(editor, page, NEW, "count", name_en="Press", value_1="press", slug="press")
    assert press(editor, page, NEW, "save").status_code == 303
    second = press(editor, page, NEW, "save")
    assert second.status_code == 422
    assert "There is a segment “press” already." in html.unescape(second.text)


def test_a_segment_of_the_file_is_not_changed_here_but_copied(editor: Colleague) -> None:
    shown = editor.get("segments/new-this-year").text
    assert "stands in the file subscribers/segments.toml" in shown
    assert "Delete" not in shown
    assert editor.get("segments/new-this-year/edit").headers["Location"] == (
        "/desk/segments/new-this-year"
    )
    before = editor.site.dump()
    form = editor.get("segments/new?copy=new-this-year")
    for path in ("segments/new-this-year/edit", "segments/new-this-year/delete"):
        answer = press(editor, form, path, "save", version="1")
        assert answer.status_code == 422
        assert editor.site.dump() == before
    done = press(editor, form, NEW, "save")
    assert done.headers["Location"] == "/desk/segments/new-since-january-2026?done=saved"
    copied = stored(editor.site, "new-since-january-2026")
    assert copied.rule == stored(editor.site, "new-this-year").rule
    assert copied.origin is Origin.DESK


def test_a_rule_deeper_than_the_form_is_shown_in_words_and_stays(editor: Colleague) -> None:
    deep = AllOf((AnyOf((Tagged(("press",)), AllOf((Tagged(("a",)), Tagged(("b",)))))),))
    put(editor.site, deep)
    edit = "segments/mine/edit"
    page = editor.get(edit)
    assert "deeper than the form can show" in page.text
    assert "They have the tag press" in page.text
    assert press(editor, page, edit, "save", name_en="Deep").status_code == 303
    row = stored(editor.site, "mine")
    assert (row.names, rule_of(row)) == ({"en": "Deep"}, deep)
    copied = press(editor, editor.get("segments/new?copy=mine"), NEW, "save")
    assert copied.status_code == 303
    assert rule_of(stored(editor.site, "deep")) == deep


def test_a_segment_says_how_it_is_used(editor: Colleague) -> None:
    put(editor.site, Tagged(("press",)))
    page = editor.get("segments/mine").text
    assert "Schedule an edition and choose this segment there" in page
    assert 'href="/desk/editions">Choose an edition' in page


def test_ones_own_language_comes_first_and_the_others_behind_a_word(editor: Colleague) -> None:
    page = editor.get(NEW).text
    own, _, others = page.partition("<details>")
    assert 'id="name-en"' in own
    assert 'id="name-fr"' not in own
    for field in ("name-fr", "name-es", "slug"):
        assert f'id="{field}"' in others
    eve = signed_in(editor.site, Role.EDITOR, EVE, "fr")
    own, _, others = eve.get(NEW).text.partition("<details>")
    assert 'id="name-fr"' in own
    assert 'id="name-en"' in others


def test_what_is_wrong_or_written_in_another_language_is_not_hidden(editor: Colleague) -> None:
    wrong = press(editor, None, NEW, "save", **{"name-fr": "x" * 200, "name-en": "Press"})
    assert "<details open>" in wrong.text
    put(editor.site, Tagged(("press",)))
    assert "<details>" in editor.get("segments/mine/edit").text
    with editor.site.services.database.transaction() as session:
        session.scalars(select(Segment).where(Segment.slug == "mine")).one().names = {"fr": "Moi"}
    assert "<details open>" in editor.get("segments/mine/edit").text
    assert "(French)" in editor.get("segments/mine/edit").text


def test_languages_and_countries_are_suggested_in_words_that_are_understood(
    editor: Colleague,
) -> None:
    page = press(editor, None, NEW, "add", new="country")
    assert 'list="known-country"' in page.text
    names = re.findall(r"<option value=\"([^\"]+)\"></option>", page.text)
    assert "Ghana" in names
    assert len(names) > 200
    assert "known-language" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["country", "language"])
def test_every_suggested_name_is_read_as_one(language: str, kind: str) -> None:
    names = names_known(kind, language)
    assert len(names) > 100
    rows = tuple(Row(kind, values={"value": (name,)}) for name in names)
    for row in rows:
        assert len(next(iter(to_data(to_rule(RuleForm(items=(row,)))).values()))) == 1


def test_deleting_names_the_segment_and_leaves_a_line(editor: Colleague) -> None:
    put(editor.site, Tagged(("press",)))
    assert "/desk/segments/mine/delete" in editor.get("segments/mine").text
    asked = html.unescape(editor.get("segments/mine/delete").text)
    assert "Delete “Mine”?" in asked
    assert "No campaign uses it." in asked
    assert acts(editor.site) == []
    stale = editor.post("segments/mine/delete", page="segments/mine/delete", version="7")
    assert stale.status_code == 422
    done = editor.post("segments/mine/delete", page="segments/mine/delete", version="1")
    assert "“Mine” has been deleted." in editor.client.get(done.headers["Location"]).text
    assert editor.get("segments/mine").status_code == 404
    assert [act.act for act in acts(editor.site)] == ["segment.delete"]


@pytest.mark.parametrize("broken", ["rule", "database"])
def test_a_segment_that_cannot_be_counted_is_shown_and_can_be_deleted(
    editor: Colleague, broken: str
) -> None:
    put(editor.site, TookPart("open-hour"))
    said = {
        "rule": "The rule of this segment cannot be read.",
        "database": "The people in this segment could not be counted.",
    }
    with editor.site.services.database.transaction() as session:
        if broken == "rule":
            session.execute(update(Segment).values(rule={"stars": ["sagittarius"]}))
        else:
            session.connection().exec_driver_sql("ALTER TABLE involvements RENAME TO elsewhere")
    page = editor.get("segments/mine")
    assert page.status_code == 200
    assert said[broken] in page.text
    assert "/desk/segments/mine/delete" in page.text
    assert "Delete “Mine”?" in html.unescape(editor.get("segments/mine/delete").text)
    assert editor.get("segments").status_code == 200
    assert editor.get("segments/mine/count").status_code == 422
    if broken == "database":
        form = editor.get("segments/mine/edit")
        assert form.status_code == 200
        counted = press(editor, form, "segments/mine/edit", "count")
        assert said[broken] in counted.text
    done = editor.post("segments/mine/delete", page="segments/mine", version="1")
    assert done.status_code == 303


def test_a_campaign_for_a_segment_is_scheduled_and_outlives_it(editor: Colleague) -> None:
    put(editor.site, Tagged(("press",)), fr="Le mien")
    sender = signed_in(editor.site, Role.SENDER, EVE)
    room = "editions/wrm/2020-07/schedule"
    form = "topic=news&segment=mine&when=at&day=2026-12-03&hour=09%3A00&zone=Europe%2FParis"
    assert '<option value="mine" selected>only: Mine' in sender.get(f"{room}?{form}").text
    look = sender.get(f"{room}/look?{form}")
    assert "only who is in the segment “Mine”" in html.unescape(look.text)
    assert "goes to 2 people" in look.text
    services, now = editor.site.services, editor.site.watch()
    request = ScheduleRequest("wrm/2020-07", "news", now, "UTC", segment="mine")
    with services.database.transaction() as session:
        schedule_edition(session, services.stationery, services.links, request, now)
    page = editor.get("segments/mine").text
    assert 'href="/desk/campaigns/1"' in page
    asked = editor.get("segments/mine/delete").text
    assert "One campaign is for it" in asked
    assert 'href="/desk/campaigns/1"' in asked
    assert editor.get("campaigns/1").status_code == 200
    away = editor.post("segments/mine/delete", page="segments/mine/delete", version="1")
    assert "It keeps the rule as it was" in editor.client.get(away.headers["Location"]).text
    with editor.site.services.database.reading() as session:
        [campaign] = session.scalars(select(Campaign))
        assert campaign.segment_rule == {"tag": ["press"]}
    reader = signed_in(editor.site, Role.VIEWER, "fr@example.org", "fr")
    assert "celles du segment «\N{NO-BREAK SPACE}Le mien" in reader.get("campaigns/1").text
    gone = sender.get(f"{room}?{form}")
    assert gone.status_code == 422
    assert "The segment that was chosen is there no more" in gone.text
    assert sender.get(f"{room}/look?{form}").status_code == 422


def test_the_count_follows_what_one_types_and_writes_nothing(editor: Colleague) -> None:
    before = editor.site.dump()
    page = press(editor, None, NEW, "add", new="tag")
    sent = dict(fields(page.text)) | {"value-1": "press"}
    answer = editor.client.post("/desk/segments/count", data=sent)
    assert answer.json == {"said": "2 people"}
    assert editor.client.post("/desk/segments/count", data=sent | {"value-1": ""}).json == {
        "said": ""
    }
    assert editor.client.post("/desk/segments/count", data={"value-1": "x"}).status_code == 400
    assert editor.get("segments/new-this-year/count").json == {"said": "3"}
    assert editor.site.dump() == before


def test_viewers_see_the_rule_and_numbers_and_nobody_in_person(editor: Colleague) -> None:
    put(editor.site, Tagged(("press",)))
    assert "human0@example.org" in editor.get("segments/mine").text
    viewer = signed_in(editor.site, Role.VIEWER, EVE)
    assert viewer.get("segments").status_code == 200
    shown = viewer.get("segments/mine").text
    assert "They have the tag press" in shown
    assert "human" not in shown
    assert "segments/mine/edit" not in shown
    for path in (NEW, "segments/mine/edit"):
        assert viewer.get(path).status_code == 403
    for path in (NEW, "segments/mine/edit", "segments/mine/delete", "segments/count"):
        assert viewer.post(path, page="account").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language_of_its_reader(editor: Colleague, language: str) -> None:
    put(
        editor.site,
        AnyOf(
            (HasTopic(("news",)), Not(SubscribedSince(since=DAY)), TookPart("open-hour", on=DAY))
        ),
    )
    address = f"{language}@example.org"
    reader = signed_in(editor.site, Role.EDITOR, address, language)
    for path in ("segments", "segments/mine", NEW, "segments/mine/edit"):
        page = reader.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page.text)
    said = {"en": "At least one of these:", "fr": "Au moins une", "es": "Al menos una"}
    assert said[language] in reader.get("segments/mine").text


HOSTILE = [
    {"item": "1", "kind-1": "nonsense", "value-1": "x"},
    {"item": "999999999999", "kind-999999999999": "tag"},
    {"item": "1-1", "kind-1-1": "tag", "value-1-1": "press"},
    {"item": "1", "kind-1": "tag", "value-1": "<script>alert(1)</script>"},
    {"item": "1", "kind-1": "group", "join-1": "whatever"},
    {"item": "1", "kind-1": "event", "event-1": "../../etc", "part-1": "x", "on-1": "never"},
    {"item": "1", "kind-1": "subscribed", "since-1": "9999-99-99"},
    {"item": "1", "kind-1": "subscribed", "since-1": "0001-01-01", "before-1": "9999-12-31"},
    {"item": "1", "kind-1": "topic", "value-1": "No Topic"},
    {"item": "1", "kind-1": "language", "value-1": "\x00\u202e,," * 400},
    {"version": "99999999999999999999", "kept": "nothing"},
    {"join": "xor", "do": "remove-0"},
    {"do": "add-7", "new-7": "tag"},
    {"do": "\x00"},
    {"kept": "../x"},
]


@pytest.mark.parametrize("sent", HOSTILE, ids=str)
@pytest.mark.parametrize("do", ["save", "count", "remove-1-1", "add-1", ""])
def test_hostile_forms_are_answered_and_change_nothing(
    editor: Colleague, sent: dict[str, str], do: str
) -> None:
    before = editor.site.dump()
    token = dict(fields(editor.get(NEW).text))["csrf_token"]
    form = {"csrf_token": token, "do": do, **sent}
    answer = editor.client.post("/desk/segments/new", data=form)
    assert answer.status_code in (200, 404, 422)
    assert "<script>alert" not in answer.text
    assert editor.client.post("/desk/segments/count", data=form).status_code in (200, 404)
    assert editor.site.dump() == before


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(rule=rules)
def test_a_form_says_the_rule_that_it_was_made_of(rule: Rule) -> None:
    for language in LANGUAGES:
        form = from_rule(rule, language)
        if form is None:
            continue
        try:
            again = to_rule(form)
        except Refused:
            continue  # of more than the limits
        whole = rule if isinstance(rule, AllOf | AnyOf) else AllOf((rule,))
        assert again == whole


def test_a_form_can_hold_all_that_its_buttons_make() -> None:
    form = RuleForm("any", (Group("none", ()),))
    with pytest.raises(Refused):
        to_rule(form)

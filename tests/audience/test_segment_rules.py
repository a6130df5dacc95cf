"""Each rule, and every way to join them, against plain Python; on either database."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.audience import segment_people
from outreach.audience.models import Part, Subscriber, SubscriberTag, Topic
from outreach.audience.segment_rules import (
    MOST_CONDITIONS,
    MOST_VALUES,
    AllOf,
    AnyOf,
    CameFrom,
    HasTopic,
    LivesIn,
    Not,
    Rule,
    Speaks,
    SubscribedSince,
    Tagged,
    TookPart,
    WorksFor,
    conditions,
    to_data,
)
from outreach.audience.segment_source import rule_from
from outreach.audience.segment_sql import applies
from outreach.db.database import Database
from outreach.errors import Refused
from tests.audience.crowd import (
    CONFIRMED,
    DAY,
    LEFT,
    PENDING,
    TOPICS,
    Human,
    fits,
    human,
    mailable,
    settle,
)

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
REGISTERED, ATTENDED = Part.REGISTERED, Part.ATTENDED

TABLE: list[tuple[str, Rule, Human, bool]] = [
    ("a topic", HasTopic(("news",)), human(), True),
    ("another topic", HasTopic(("events",)), human(), False),
    ("one of several topics", HasTopic(("events", "news")), human(), True),
    (
        "a topic that is pending",
        HasTopic(("events",)),
        human(topics={"news": (CONFIRMED, DAY), "events": (PENDING, DAY)}),
        False,
    ),
    (
        "a topic that was left",
        HasTopic(("events",)),
        human(topics={"news": (CONFIRMED, DAY), "events": (LEFT, DAY)}),
        False,
    ),
    ("a topic that does not exist", HasTopic(("nothing",)), human(), False),
    ("the language", Speaks(("fr",)), human(language="fr"), True),
    ("its region", Speaks(("fr",)), human(language="fr-CA"), True),
    ("its script and region", Speaks(("zh",)), human(language="zh-Hant-TW"), True),
    ("whatever the case", Speaks(("FR",)), human(language="fr-ca"), True),
    ("not the base for a region", Speaks(("fr-CA",)), human(language="fr"), False),
    ("not what only begins alike", Speaks(("fr",)), human(language="fry"), False),
    ("one of several languages", Speaks(("es", "pt")), human(language="pt-BR"), True),
    ("a country", LivesIn(("ZA",)), human(country="ZA"), True),
    ("one of several countries", LivesIn(("GH", "ZA")), human(country="ZA"), True),
    ("another country", LivesIn(("GH",)), human(country="ZA"), False),
    ("no country that we know", LivesIn(("GH",)), human(), False),
    ("a type", WorksFor(("ngo",)), human(organisation_type="ngo"), True),
    ("another type", WorksFor(("ngo",)), human(organisation_type="ministry"), False),
    ("no type", WorksFor(("ngo",)), human(), False),
    ("a tag", Tagged(("press",)), human(tags=("donor", "press")), True),
    ("one of several tags", Tagged(("board", "press")), human(tags=("press",)), True),
    ("another tag", Tagged(("press",)), human(tags=("pressing",)), False),
    ("no tag", Tagged(("press",)), human(), False),
    ("a source", CameFrom(("import",)), human(source="import"), True),
    ("how a source begins", CameFrom(("/fr/",)), human(source="/fr/subscribe"), True),
    ("not how it goes on", CameFrom(("subscribe",)), human(source="/fr/subscribe"), False),
    ("the case of a source", CameFrom(("Import",)), human(source="import"), False),
    ("a sign of LIKE", CameFrom(("%",)), human(source="import"), False),
    ("since that day", SubscribedSince(since=DAY), human(since=DAY), True),
    ("since the day before", SubscribedSince(since=BEFORE), human(since=DAY), True),
    ("not since the day after", SubscribedSince(since=AFTER), human(since=DAY), False),
    ("not before that day", SubscribedSince(before=DAY), human(since=DAY), False),
    ("before the day after", SubscribedSince(before=AFTER), human(since=DAY), True),
    ("between", SubscribedSince(BEFORE, AFTER), human(since=DAY), True),
    (
        "a topic since that day",
        SubscribedSince(since=DAY, topic="news"),
        human(since=BEFORE, topics={"news": (CONFIRMED, DAY)}),
        True,
    ),
    (
        "a topic before that day",
        SubscribedSince(before=DAY, topic="news"),
        human(since=BEFORE, topics={"news": (CONFIRMED, DAY)}),
        False,
    ),
    (
        "a topic that somebody does not have",
        SubscribedSince(since=BEFORE, topic="events"),
        human(),
        False,
    ),
    (
        "a topic that was left since",
        SubscribedSince(since=BEFORE, topic="events"),
        human(topics={"news": (CONFIRMED, DAY), "events": (LEFT, DAY)}),
        False,
    ),
    ("registered", TookPart("talk"), human(events=(("talk", DAY, REGISTERED),)), True),
    ("attended, so registered", TookPart("talk"), human(events=(("talk", DAY, ATTENDED),)), True),
    ("registered only", TookPart("talk", True), human(events=(("talk", DAY, REGISTERED),)), False),
    ("attended", TookPart("talk", True), human(events=(("talk", DAY, ATTENDED),)), True),
    (
        "attended on another date",
        TookPart("talk", True, DAY),
        human(events=(("talk", DAY, REGISTERED), ("talk", AFTER, ATTENDED))),
        False,
    ),
    ("on that date", TookPart("talk", on=DAY), human(events=(("talk", DAY, REGISTERED),)), True),
    ("another event", TookPart("talk"), human(events=(("walk", DAY, ATTENDED),)), False),
    ("no event", TookPart("talk"), human(), False),
]


def inside(session: Session, rule: Rule, *, to_all: bool = True) -> set[int]:
    """Give whom a rule selects, mailable or not."""
    query = select(Subscriber.id).where(applies(rule, to_all=to_all))
    return set(session.scalars(query))


@pytest.mark.parametrize(
    ("rule", "one", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_each_rule_says_what_it_says(
    database: Database, now: datetime, rule: Rule, one: Human, expected: bool
) -> None:
    with database.transaction() as session:
        [number] = settle(session, [one], now)
        assert fits(rule, one) is expected
        for to_all in (True, False):
            found = inside(session, rule, to_all=to_all)
            assert found == ({number} if expected else set())
            others = inside(session, Not(rule), to_all=to_all)
            assert others == (set() if expected else {number})
        assert rule_from(to_data(rule)) == rule


WORDS = ("en", "fr", "fr-CA", "es", "pt-BR", "FR")
LANDS = ("", "ZA", "GH", "CD")
KINDS = ("", "ngo", "ministry")
LABELS = ("press", "donor", "board")
PLACES = ("import", "/fr/subscribe", "/en/subscribe", "i%")
DAYS = (BEFORE, DAY, AFTER)
EVENTS = ("talk", "walk")


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw some of these, sorted, as rules hold them."""
    return st.lists(st.sampled_from([v for v in values if v]), min_size=1, max_size=3).map(
        lambda found: tuple(sorted(set(found)))
    )


days = st.sampled_from(DAYS)
leaves: st.SearchStrategy[Rule] = st.one_of(
    some((*TOPICS, "nothing")).map(HasTopic),
    some(WORDS).map(Speaks),
    some(LANDS).map(LivesIn),
    some(KINDS).map(WorksFor),
    some(LABELS).map(Tagged),
    some(("import", "/", "/fr/", "i", "%", "_")).map(CameFrom),
    st.builds(SubscribedSince, since=days, topic=st.sampled_from(["", *TOPICS])),
    st.builds(SubscribedSince, before=days, topic=st.sampled_from(["", *TOPICS])),
    st.builds(TookPart, st.sampled_from(EVENTS), st.booleans(), st.none() | st.sampled_from(DAYS)),
)


def joined(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    """Draw rules made of rules."""
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(several.map(AllOf), several.map(AnyOf), inner.map(Not))


rules = st.recursive(leaves, joined, max_leaves=6)
subscriptions = st.dictionaries(
    st.sampled_from(TOPICS), st.tuples(st.sampled_from([CONFIRMED, PENDING, LEFT]), days)
)
parts = st.dictionaries(
    st.tuples(st.sampled_from(EVENTS), days), st.sampled_from([REGISTERED, ATTENDED])
).map(lambda found: tuple((event, on, part) for (event, on), part in found.items()))
humans = st.builds(
    Human,
    language=st.sampled_from(WORDS),
    country=st.sampled_from(LANDS),
    organisation_type=st.sampled_from(KINDS),
    source=st.sampled_from(PLACES),
    tags=st.lists(st.sampled_from(LABELS), max_size=2).map(tuple),
    topics=subscriptions,
    events=parts,
    since=days,
    paused=st.booleans(),
    suppressed=st.booleans(),
    left=st.booleans(),
)
crowds = st.lists(humans, min_size=1, max_size=8)
SLOW = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def rows(database: Database) -> Iterator[Session]:
    """Give a session whose rows are taken back after each example."""
    with Session(database.engine) as session:
        yield session
        session.rollback()


@SLOW
@given(people=crowds, asked=st.lists(rules, min_size=1, max_size=6))
def test_any_rule_agrees_with_plain_python(
    rows: Session, now: datetime, people: list[Human], asked: list[Rule]
) -> None:
    numbers = settle(rows, people, now)
    by_number = dict(zip(numbers, people, strict=True))
    for rule in asked:
        expected = {number for number, one in by_number.items() if fits(rule, one)}
        assert inside(rows, rule, to_all=True) == expected
        assert inside(rows, rule, to_all=False) == expected
        mailed = {number for number in expected if mailable(by_number[number])}
        counts = segment_people.count(rows, rule, now=now)
        assert counts.total == len(mailed)
        sampled = segment_people.sample(rows, rule, total=counts.total, now=now)
        assert {each.subscriber_id for each in sampled} == mailed
    rows.rollback()


@given(rule=rules)
def test_a_rule_survives_its_way_through_plain_data(rule: Rule) -> None:
    try:
        again = rule_from(to_data(rule))
    except Refused as refused:
        assert "deep" in str(refused) or "conditions" in str(refused)  # noqa: PT017
    else:
        assert again == rule
        assert to_data(again) == to_data(rule)
    assert list(conditions(rule))


WHOLE = Not(Tagged(("nobody-has-this",)))


@pytest.mark.parametrize(
    "more",
    [
        {"paused": True},
        {"suppressed": True},
        {"left": True},
        {"topics": {"news": (PENDING, DAY)}},
        {"topics": {"news": (LEFT, DAY)}},
        {"topics": {}},
    ],
    ids=str,
)
def test_whoever_cannot_be_mailed_is_in_none(
    database: Database, now: datetime, more: dict[str, Any]
) -> None:
    with database.transaction() as session:
        settle(session, [human(**more)], now)
        [good] = settle(session, [human()], now)
        counts = segment_people.count(session, WHOLE, now=now)
        assert counts.by_language == {"en": 1}
        sampled = segment_people.sample(session, WHOLE, total=1, now=now)
        assert [each.subscriber_id for each in sampled] == [good]


def test_the_erased_are_in_none_and_leave_no_tag(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        [number] = settle(session, [human(topics={}, tags=("press", "donor"))], now)
        session.execute(delete(Subscriber).where(Subscriber.id == number))
        assert session.scalars(select(SubscriberTag)).all() == []
        assert segment_people.count(session, WHOLE, now=now).total == 0


def test_a_pause_that_is_over_leaves_nobody_out(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        settle(session, [human(paused=True)], now)
        assert segment_people.count(session, WHOLE, now=now).total == 0
        later = now + timedelta(days=1)
        assert segment_people.count(session, WHOLE, now=later).total == 1


def test_of_one_topic_there_are_fewer(database: Database, now: datetime) -> None:
    both = {"news": (CONFIRMED, DAY), "events": (CONFIRMED, DAY)}
    people = [human(), human(language="fr", topics=both), human(topics=both, left=True)]
    with database.transaction() as session:
        settle(session, people, now)
        events = session.scalars(select(Topic.id).where(Topic.slug == "events")).one()
        found = segment_people.count(session, WHOLE, topic_id=events, now=now)
        assert found.by_language == {"fr": 1}
        news_rule = HasTopic(("news",))
        found = segment_people.count(session, news_rule, topic_id=events, now=now)
        assert found.by_language == {"fr": 1}


def test_of_many_ten_are_drawn_and_nobody_twice(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_people, "FEW", 12)
    rule = Tagged(("press",))
    people = [human(tags=("press",) if number % 3 else ()) for number in range(60)]
    with database.transaction() as session:
        numbers = settle(session, people, now)
        tagged = {number for number, one in zip(numbers, people, strict=True) if one.tags}
        seen = set()
        for _ in range(12):
            found = segment_people.sample(session, rule, total=40, now=now)
            ids = {each.subscriber_id for each in found}
            assert len(found) == len(ids) == 10
            assert ids <= tagged
            seen |= ids
        assert len(seen) > 20


def test_one_select_asks_it_all(database: Database) -> None:
    rule = AllOf((HasTopic(("news",)), AnyOf((Tagged(("a",)), Not(TookPart("talk"))))))
    query = select(Subscriber.id).where(applies(rule))
    text = str(query.compile(database.engine))
    assert text.startswith("SELECT")
    assert ";" not in text


HOSTILE = ["'", '"; DROP TABLE subscribers; --', "%", "_", "\\", "é'", "x" * 300]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_select_nobody_and_break_nothing(
    database: Database, now: datetime, value: str
) -> None:
    with database.transaction() as session:
        settle(session, [human(tags=("press",))], now)
        kinds = (HasTopic, Speaks, LivesIn, WorksFor, Tagged, CameFrom)
        for rule in (*(kind((value,)) for kind in kinds), TookPart(value)):
            assert inside(session, rule) == set()
        assert len(inside(session, Not(Tagged((value,))))) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "exactly one condition"),
        ({"tag": "a", "topic": "news"}, "exactly one condition"),
        ({"nothing": 1}, "cannot be read"),
        ({"tag": []}, "empty"),
        ({"tag": ["a"] * 101}, "too many values"),
        ({"tag": "!!!"}, "no letter"),
        ({"tag": "x" * 65}, "more than 64"),
        ({"country": "South Africa"}, "country code"),
        ({"language": "klingonish"}, "not a language"),
        ({"topic": "No Slug"}, "short name"),
        ({"subscribed": {}}, "since when"),
        ({"subscribed": {"topic": "news"}}, "since when"),
        ({"subscribed": {"since": "2026-02-30"}}, "does not exist"),
        ({"subscribed": {"since": "2026-02-02", "before": "2026-02-02"}}, "in between"),
        ({"event": {"slug": "x", "part": "slept"}}, "cannot be read"),
        ({"event": {}}, "cannot be read"),
        ({"all": []}, "cannot be read"),
        ({"not": None}, "exactly one condition"),
        ({"event": None}, "exactly one condition"),
        ({"all": [{"tag": "a"}] * 51}, "more than 50"),
        ({"any": [{"all": [{"not": {"not": {"not": {"tag": "a"}}}}]}]}, "5 deep"),
        ({"source": "a\nb"}, "single line"),
    ],
    ids=str,
)
def test_what_is_no_rule_is_refused_in_words(data: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        rule_from(data)


def test_a_rule_without_end_is_refused_before_anybody_walks_into_it() -> None:
    deep: dict[str, Any] = {"tag": "a"}
    for _ in range(50_000):
        deep = {"not": deep}
    with pytest.raises(Refused, match="5 deep"):
        rule_from(deep)


def test_days_and_short_forms_are_understood() -> None:
    assert rule_from({"event": "talk"}) == TookPart("talk")
    assert rule_from({"subscribed": {"since": date(2026, 7, 1)}}) == SubscribedSince(DAY)
    assert rule_from({"tag": "Lima, été 2026"}) == Tagged(("lima-ete-2026",))
    assert rule_from({"topic": ["news", "events", "news"]}) == HasTopic(("events", "news"))


def texts(begin: str) -> tuple[str, ...]:
    """Give as many texts as a condition may name, of as many lengths as can be."""
    return tuple(f"{begin}{number:03}" + "x" * (number % 50) for number in range(MOST_VALUES))


LONG = tuple("/" + "s" * number for number in range(1, MOST_VALUES + 1))
SPOKEN = tuple(sorted(tag.replace("_", "-") for tag in locale_identifiers())[-MOST_VALUES:])
COUNTRIES = tuple(sorted(filter(str.isalpha, map(str, Locale("en").territories))))[:MOST_VALUES]
LARGEST: list[Rule] = [
    HasTopic(texts("topic-")),
    Speaks(SPOKEN),
    LivesIn(COUNTRIES),
    WorksFor(texts("type-")),
    Tagged(texts("tag-")),
    CameFrom(LONG),
    SubscribedSince(BEFORE, AFTER, "events"),
    TookPart("talk", True, DAY),
]
"""Of every kind, a condition with as many values as it may have."""
LIKELY = [
    human(),
    human(source=f"{LONG[50]}/subscribe", language=f"{SPOKEN[-1]}-x-zu", tags=("tag-099",)),
    human(topics={"events": (CONFIRMED, DAY)}, events=(("talk", DAY, ATTENDED),)),
]


@pytest.mark.parametrize("largest", LARGEST, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("deep", [False, True])
def test_the_largest_rule_of_every_kind_can_be_asked(
    database: Database, now: datetime, largest: Rule, deep: bool
) -> None:
    whole: Rule = AnyOf((largest,) * MOST_CONDITIONS)
    if deep:
        half = (largest,) * (MOST_CONDITIONS // 2)
        whole = Not(AllOf((Not(AnyOf(half)), Not(AllOf(half)))))
    assert rule_from(to_data(whole)) == whole
    with database.transaction() as session:
        numbers = dict(zip(settle(session, LIKELY, now), LIKELY, strict=True))
        expected = {number for number, one in numbers.items() if fits(whole, one)}
        assert inside(session, whole, to_all=False) == expected
        assert segment_people.count(session, whole, now=now).total == len(expected)

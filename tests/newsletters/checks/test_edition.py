"""What each check finds, and in which line, in every language."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from outreach.content.faults import FaultyFiles
from outreach.mail.compose import MAX_HTML, Composed
from outreach.newsletters.checks.findings import KIND_NAMES, Kind, Level
from outreach.newsletters.checks.letter import check_letter
from outreach.newsletters.checks.looking import Outcome
from outreach.newsletters.checks.models import Problem
from outreach.newsletters.checks.reading import Reading, read_edition
from outreach.newsletters.compose import compose_text
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.newsletters.queries import edition
from outreach.phrases.catalog import phrases
from tests.newsletters.checks.conftest import FIRST, FOLDER, LANGUAGES, Desks
from tests.writing import EVENT

pytestmark = pytest.mark.one_database

GOOD = """\
Dear [[ first_name | friend ]],

{{ image("a.png", alt="A mine at dusk") }}

## One

{{ event("talk") }}

{{ article("story") }}

{{ upcoming_events(2) }}

{% call quote(by="Somebody") %}
Wise words of [our guide](page:guide).
{% endcall %}

{{ button("Read on", "page:guide") }}

Write to <mailto:desk@example.org>.
"""
LINK = "https://example.org/page"
TWO = FIRST + 2
"""The line of the second paragraph."""


def test_an_edition_without_faults_passes_every_check(desks: Desks) -> None:
    desks.write_all(GOOD)
    result = desks.check()
    assert result.findings == ()
    assert result.languages == LANGUAGES
    for language in LANGUAGES:
        assert set(result.passed[language]) == set(Kind) - {Kind.CONTRAST, Kind.SPAM}
        assert result.unseen[language] == (Kind.SPAM,)
    assert set(result.passed[""]) == {Kind.FILES, Kind.LINKS, Kind.CONTRAST}
    assert set(KIND_NAMES) == set(Kind)


@pytest.mark.parametrize(
    ("body", "head", "found"),
    [
        pytest.param("x", {"subject": '"' + "s" * 61 + '"'}, ("warn", "subject", 3), id="long"),
        pytest.param(
            "x", {"subject": '"[[ first_name | ]]"'}, ("fail", "subject", 3), id="empty subject"
        ),
        pytest.param("x\n\nHi {first name}!", {}, ("warn", "fields", TWO), id="another program"),
        pytest.param("x\n\nHi *|FNAME|*!", {}, ("warn", "fields", TWO), id="yet another"),
        pytest.param("x", {"subject": "Hi %%name%%"}, ("warn", "fields", 3), id="in the subject"),
        pytest.param(
            'x\n\n{{ image("a.png", alt="a.png") }}', {}, ("warn", "pictures", TWO), id="file name"
        ),
        pytest.param(
            'x\n\n{{ image("a.png", alt="Photo") }}', {}, ("warn", "pictures", TWO), id="no words"
        ),
        pytest.param('x\n\n{{ event("over") }}', {}, ("warn", "dates", TWO), id="event over"),
        pytest.param(
            f"x\n\n[y]({LINK})", {}, ("warn", "links", TWO), id="link that nobody looked at"
        ),
        pytest.param(
            "x\n\n[y](https://ana:secret@example.org/)", {}, ("fail", "links", TWO), id="password"
        ),
        pytest.param("x\n\n[y](http://127.0.0.1/)", {}, ("fail", "links", TWO), id="this machine"),
        pytest.param("x\n\n[y](http://[::1]/)", {}, ("fail", "links", TWO), id="and in IPv6"),
        pytest.param("x\n\n[y](http://localhost/)", {}, ("fail", "links", TWO), id="and by name"),
        pytest.param("x\n\n[y](https://10.1.2.3/)", {}, ("fail", "links", TWO), id="private"),
        pytest.param("x\n\n[y](https://example.org:8443/)", {}, ("warn", "links", TWO), id="port"),
        pytest.param(
            "x\n\n[y](https://news.example.org/en/pages/none)",
            {},
            ("fail", "links", TWO),
            id="no such page of ours",
        ),
        pytest.param(
            "x\n\n[y](https://news.example.org/de/events)",
            {},
            ("fail", "links", TWO),
            id="no such language of ours",
        ),
        pytest.param(
            "x\n\n[y](https://news.example.org/en/newsletters/letter/none)",
            {},
            ("fail", "links", TWO),
            id="no such edition",
        ),
        pytest.param(
            f"x\n\n[y](https://news.example.org/media/{'0' * 64}/x.pdf)",
            {},
            ("fail", "links", TWO),
            id="no such file",
        ),
    ],
)
def test_what_is_wrong_is_told_in_each_language_with_its_line(
    desks: Desks, body: str, head: dict[str, str], found: tuple[str, str, int]
) -> None:
    desks.write_all(body, **head)
    level, kind, line = found
    assert [each[:5] for each in desks.told()] == [
        (level, kind, language, f"{language}.md", line) for language in LANGUAGES
    ]


def test_what_is_wrong_in_one_language_is_told_of_that_one(desks: Desks) -> None:
    desks.write("fr", "x\n\nHi {first name}!")
    assert [each[2:5] for each in desks.told()] == [("fr", "fr.md", TWO)]


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example.org/en/pages/guide",
        "https://news.example.org/fr/articles/story#part",
        "https://news.example.org/es/events/talk",
        "https://news.example.org/en/events/talk.ics",
        "https://news.example.org/en/newsletters/letter/july",
        "https://news.example.org/en/events",
        "https://news.example.org/en/subscribe",
        "https://news.example.org",
        "https://news.example.org/",
        "mailto:desk@example.org",
    ],
)
def test_links_to_what_is_there_on_our_site_are_in_order(desks: Desks, url: str) -> None:
    desks.write_all(f"[words]({url})")
    assert desks.check().findings == ()


def test_a_link_to_another_edition_that_nobody_can_see_yet_is_told(desks: Desks) -> None:
    desks.home.write(
        "content/newsletters/letter/draft/en.md",
        (desks.home.path / f"{FOLDER}/en.md").read_text(),
    )
    desks.write_all("[words](https://news.example.org/en/newsletters/letter/draft)")
    assert {each[:2] for each in desks.told()} == {("warn", "links")}


def test_faults_of_files_fail(desks: Desks) -> None:
    desks.write("fr", "x\n\n[y](javascript:alert(1))")
    [told] = desks.told()
    assert told[:5] == ("fail", "files", "fr", "fr.md", TWO)
    desks.write("fr", "x")
    desks.home.write("content/newsletters/letter/newsletter.toml", "topics = 1")
    assert {each[:3] for each in desks.told()} == {("fail", "files", "")}


def test_what_has_gone_fails(desks: Desks) -> None:
    desks.write_all('x\n\n{{ image("a.png", alt="A mine at dusk") }}')
    assert desks.check().findings == ()
    desks.home.remove(f"{FOLDER}/images/a.png")
    result = desks.check()
    assert {each.language for each in result.fails} == set(LANGUAGES)


EACH: list[tuple[str, Outcome | None, str]] = [
    ("https://a.test/", Outcome(200), ""),
    ("https://a.test/", Outcome(200, "https://a.test"), ""),
    ("https://a.test/", Outcome(200, "https://b.test/"), "warn"),
    ("https://a.test/", Outcome(404), "fail"),
    ("https://a.test/", Outcome(410), "fail"),
    ("https://a.test/", Outcome(404, "https://b.test/"), "fail"),
    ("https://a.test/", Outcome(400), "warn"),
    ("https://a.test/", Outcome(403), "warn"),
    ("https://a.test/", Outcome(500), "warn"),
    ("https://a.test/", Outcome(503), "warn"),
    *(
        ("https://a.test/", Outcome(0, "", problem), "warn")
        for problem in Problem
        if problem not in (Problem.NONE, Problem.PASSWORD)
    ),
    ("https://a.test/", Outcome(0, "https://u:p@b.test/", Problem.PASSWORD), "fail"),
    ("https://a.test/", None, "warn"),
]


@pytest.mark.parametrize(("url", "outcome", "level"), EACH)
def test_a_link_is_judged_by_how_it_answered(
    desks: Desks, url: str, outcome: Outcome | None, level: str
) -> None:
    desks.write_all(f"[words]({url})")
    desks.home.sync()
    if outcome is not None:
        desks.record({url: outcome})
    found = desks.check()
    assert {str(each.level) for each in found.findings} == ({level} if level else set())
    assert len(found.findings) == (len(LANGUAGES) if level else 0)
    for language in LANGUAGES:
        seen = Kind.LINKS not in found.unseen[language]
        assert seen == (outcome is not None)


def test_a_link_without_encryption_is_told_where_its_site_can_do_better(desks: Desks) -> None:
    desks.write_all("[words](http://a.test/x)")
    assert desks.ask() == 2
    desks.record({"http://a.test/x": Outcome(200), "https://a.test/x": Outcome(0)})
    desks.record({"https://a.test/x": Outcome(0, "", Problem.CERTIFICATE)})
    assert desks.check().findings == ()
    desks.record({"https://a.test/x": Outcome(200)})
    assert {str(each.advice) for each in desks.check().warnings} == {"Write https instead of http."}
    desks.record({"http://a.test/x": Outcome(200, "https://a.test/x")})
    assert len(desks.check().warnings) == len(LANGUAGES)


def test_what_was_looked_at_counts_for_an_hour(desks: Desks) -> None:
    desks.write_all(f"[words]({LINK})")
    desks.home.sync()
    desks.record({LINK: Outcome(404)})
    assert len(desks.check().fails) == 3
    desks.home.now += timedelta(minutes=59)
    assert len(desks.check().fails) == 3
    desks.home.now += timedelta(minutes=2)
    result = desks.check()
    assert (len(result.fails), len(result.warnings)) == (0, 3)
    assert result.links.total == 1
    assert result.links.looked_at == 0


def test_links_in_cards_and_at_the_foot_are_looked_at_too(desks: Desks) -> None:
    desks.home.write("content/events/talk/event.toml", EVENT)
    site = (desks.home.path / "content/site.toml").read_text()
    foot = '\n[[links]]\nurl = "https://foot.test/"\n\n[links.label]\nen = "Foot"\n'
    desks.home.write("content/site.toml", site + foot)
    desks.write_all('x\n\n{{ event("talk") }}')
    assert desks.home.faults() == []
    told = desks.told()
    assert [each[2:5] for each in told] == [
        ("", "content/site.toml", len(site.splitlines()) + 3),
        *((language, f"{language}.md", TWO) for language in LANGUAGES),
    ]
    assert desks.ask() == 2


@pytest.mark.parametrize(
    ("en", "fr", "es", "found"),
    [
        pytest.param(
            "x\n\nOn 23 June 2020 at 3 pm.",
            "x\n\nLe 23 juin 2020 à 15 h.",
            "x\n\nEl 23 de junio de 2020, a las 15:00.",
            [],
            id="the same in every language",
        ),
        pytest.param(
            "x\n\nOn 23 June 2020.",
            "x\n\nLe 24 juin 2020.",
            "x\n\nEl 23 de junio.",
            [
                ("fr", TWO, "The date “23 June 2020” of en.md, line 11 is missing here."),
                ("fr", TWO, "The date “24 juin 2020” is not in en.md, line 11."),
            ],
            id="another day",
        ),
        pytest.param(
            "x\n\nAt 15:00.",
            "x\n\nÀ 16 h.",
            "x\n\nA las 15:00 h.",
            [
                ("fr", TWO, "The time “15:00” of en.md, line 11 is missing here."),
                ("fr", TWO, "The time “16 h” is not in en.md, line 11."),
            ],
            id="another hour",
        ),
        pytest.param(
            "On 23 June 2020, twice: 23 June 2020.",
            "Le 23 juin 2020.",
            "El 23/06/2020.",
            [],
            id="how often a date is said does not matter",
        ),
        pytest.param(
            "x\n\n[a](page:guide) and [b](https://news.example.org/en/events/talk)",
            "x\n\n[a](https://news.example.org/fr/pages/guide) et [b](event:talk)",
            "x\n\n[a](page:guide) y [b](https://news.example.org/es/events/talk)",
            [],
            id="our links without their language",
        ),
        pytest.param(
            "x\n\n[a](page:guide)",
            "x\n\na",
            "x\n\n[a](article:story)",
            [
                ("fr", TWO, "The link page:guide of en.md, line 11 is missing here."),
                (
                    "es",
                    TWO,
                    "This link leads to article:story; in en.md, line 11 it leads to page:guide.",
                ),
            ],
            id="another link of ours",
        ),
        pytest.param(
            "[a](page:guide)\n\n[b](page:guide)",
            "[a](page:guide)\n\nb",
            "[a](page:guide)\n\n[b](page:guide)",
            [("fr", TWO, "The link page:guide of en.md, line 11 is missing here.")],
            id="how often a link is there does matter",
        ),
        pytest.param(
            '{{ image("a.png", alt="A mine at dusk") }}\n\nx',
            "x",
            '{{ image("a.png", alt="Una mina al anochecer") }}\n\nx',
            [("fr", FIRST, "The picture a.png of en.md, line 9 is missing here.")],
            id="a picture",
        ),
        pytest.param(
            'x\n\n{{ event("talk") }}',
            'x\n\n{{ article("story") }}',
            'x\n\n{{ event("talk") }}',
            [
                ("fr", TWO, 'The block event("talk") of en.md, line 11 is missing here.'),
                ("fr", TWO, 'The block article("story") is not in en.md, line 11.'),
            ],
            id="a block",
        ),
    ],
)
def test_what_differs_between_languages_is_told_with_both_places(
    desks: Desks, en: str, fr: str, es: str, found: list[tuple[str, int, str]]
) -> None:
    for language, body in zip(LANGUAGES, (en, fr, es), strict=True):
        desks.write(language, body)
    differs = [each for each in desks.told() if each[1] == "languages"]
    told = [each for each in differs if not each[5].startswith("Passages that have changed")]
    assert [(each[2], each[4], each[5]) for each in told] == found
    assert {each[0] for each in told} <= {"warn"}


@pytest.mark.parametrize(
    ("en", "fr", "differ"),
    [
        ("https://un.org/en/women", "https://un.org/fr/women", False),
        ("https://www.un.org/women", "https://un.org/women/", False),
        ("https://en.wiki.test/x", "https://fr.wiki.test/x", False),
        ("https://x.test/?lang=en&id=1", "https://x.test/?lang=fr&id=1", False),
        ("https://x.test/a-en.pdf", "https://x.test/a-fr.pdf", False),
        ("https://x.test/en-GB/a", "https://x.test/fr_FR/a", False),
        ("https://x.test/a", "https://x.test/b", True),
        ("https://x.test/a", "https://y.test/a", True),
        ("https://x.test/?id=1", "https://x.test/?id=2", True),
    ],
)
def test_links_elsewhere_are_compared_without_their_language(
    desks: Desks, en: str, fr: str, *, differ: bool
) -> None:
    for language, url in zip(LANGUAGES, (en, fr, en), strict=True):
        desks.write(language, f"[words]({url})")
    told = [each for each in desks.told() if each[1] == "languages"]
    assert {each[2] for each in told} == ({"fr"} if differ else set())


def test_files_named_by_their_language_are_the_same(desks: Desks) -> None:
    for language in LANGUAGES:
        desks.home.write(f"{FOLDER}/guide-{language}.pdf", b"%PDF-1.4\n%%EOF\n")
        desks.write(language, f"[words](guide-{language}.pdf)")
    assert desks.home.faults() == []
    assert desks.check().findings == ()


def test_a_missing_translation_is_no_fault_of_a_check(desks: Desks) -> None:
    desks.home.remove(f"{FOLDER}/es.md")
    desks.home.remove(f"{FOLDER}/en.md")
    result = desks.check()
    assert (result.languages, result.findings) == (("fr",), ())
    assert result.absent == ("en", "es")


def test_a_translation_that_is_behind_its_source_is_told(desks: Desks) -> None:
    desks.check()
    desks.write("en", "Some words.\n\nMore of them.\n\nAnd more.")
    told = "Passages that have changed in en.md since this was translated: 2."
    assert desks.told() == [
        ("warn", "languages", language, f"{language}.md", 1, told) for language in ("fr", "es")
    ]
    for language in ("fr", "es"):
        desks.write(language, "Some words.\n\nMore of them.\n\nAnd more.")
    assert desks.told() == []


def test_of_a_file_with_faults_nothing_else_is_called_in_order(desks: Desks) -> None:
    desks.check()
    desks.write("fr", "Some [[ words ]].")
    result = desks.check()
    assert {(each.language, each.kind) for each in result.fails} == {("fr", Kind.FILES)}
    assert result.passed["fr"] == ()
    assert set(result.unseen["fr"]) == set(Kind) - {Kind.FILES, Kind.CONTRAST}
    assert Kind.LETTER in result.passed["en"]


def test_faults_of_a_language_that_was_never_without_are_listed_with_it(desks: Desks) -> None:
    desks.home.remove(f"{FOLDER}/es.md")
    desks.check()
    desks.write("es", "Some [[ words ]].")
    result = desks.check()
    assert (result.languages, result.absent) == (LANGUAGES, ())
    assert [each.kind for each in result.at(Level.FAIL, "es")] == [Kind.FILES]
    assert result.passed["es"] == ()


@pytest.mark.parametrize(
    ("language", "text", "past"),
    [
        ("en", "Register by 20 November 2026.", True),
        ("en", "Register by 20 November.", True),
        ("en", "Join us on 1 December 2026.", False),
        ("en", "Our meeting of 20 November 2026 was good. Join us!", False),
        ("en", "It was founded on 20 November 1990.", False),
        ("fr", "Inscrivez-vous avant le 20 novembre 2026.", True),
        ("fr", "Elle aura lieu le 20 novembre.", True),
        ("fr", "Elle aura lieu le 20 décembre.", False),
        ("es", "El plazo termina el 20 de noviembre de 2026.", True),
        ("es", "Tendrá lugar el 20 de diciembre de 2026.", False),
    ],
)
def test_a_date_that_asks_for_something_must_be_to_come(
    desks: Desks, language: str, text: str, *, past: bool
) -> None:
    desks.write(language, f"x\n\nWords,\n{text}")
    told = [each for each in desks.told() if each[1] == "dates"]
    assert [each[2:5] for each in told] == ([(language, f"{language}.md", 12)] if past else [])


def test_dates_are_judged_for_the_moment_of_sending(desks: Desks) -> None:
    desks.write_all('{{ event("talk") }}')
    assert desks.check().warnings == ()
    later = desks.check(at=desks.home.now + timedelta(days=20))
    assert {each.kind for each in later.warnings} == {Kind.DATES}
    assert len(later.warnings) == len(LANGUAGES)


def test_an_edition_copied_from_last_year_is_told_once(desks: Desks) -> None:
    desks.write_all("x", date="2025-11-20")
    [told] = desks.told()
    assert told[:5] == ("warn", "dates", "", "en.md", 5)


def test_a_letter_that_gmail_would_cut_fails(desks: Desks) -> None:
    desks.write("fr", "x\n\n" + "[a](page:guide)\n\n" * 900)
    told = [each for each in desks.check().findings if each.kind is Kind.SIZE]
    assert [(each.level, each.language, each.line) for each in told] == [(Level.FAIL, "fr", FIRST)]
    assert "Gmail" in str(told[0].sentence)


@pytest.mark.parametrize(
    ("size", "levels"), [(MAX_HTML * 9 // 10 - 1, []), (MAX_HTML * 9 // 10, [Level.WARN])]
)
def test_a_letter_near_that_size_is_told(desks: Desks, size: int, levels: list[Level]) -> None:
    reading, composed = letter(desks)
    larger = replace(
        composed, html=composed.html.ljust(size - len(composed.html.encode()) + len(composed.html))
    )
    assert len(larger.html.encode()) == size
    told = [each for each in check_letter(reading, larger) if each.kind is Kind.SIZE]
    assert [each.level for each in told] == levels


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Some words.", "Some {{ name }}.", (Level.FAIL, Kind.FIELDS)),
        ("Some words.", "Some [[ nobody ]].", (Level.FAIL, Kind.FIELDS)),
        ("Some words.", "Some {% if x %}.", (Level.FAIL, Kind.FIELDS)),
        ("Some words.", "<h4>Too deep</h4>", (Level.WARN, Kind.HEADINGS)),
        (
            "Some words.",
            '<img src="https://a.test/x.png" width="9">',
            (Level.WARN, Kind.PICTURES),
        ),
        ("Some words.", "<script>x</script>", (Level.WARN, Kind.LETTER)),
    ],
)
def test_what_templates_break_is_found_in_the_finished_letter(
    desks: Desks, old: str, new: str, found: tuple[Level, Kind]
) -> None:
    reading, composed = letter(desks)
    assert list(check_letter(reading, composed)) == []
    assert old in composed.html
    broken = replace(composed, html=composed.html.replace(old, new))
    assert [(each.level, each.kind) for each in check_letter(reading, broken)] == [found]


def letter(desks: Desks) -> tuple[Reading, Composed]:
    """Give the French letter, taken apart and composed."""
    with desks.home.database.reading() as session:
        desk, found = desks.open(session), edition(session, "letter/july")
        reading = next(each for each in read_edition(desk, found) if each.language == "fr")
        text = next(each for each in found.translations if each.language == "fr")
        return reading, compose_text(desk, found, text)


def test_colours_that_cannot_be_read_are_told_with_their_line(desks: Desks) -> None:
    site = (desks.home.path / "content/site.toml").read_text()
    colours = '\n[colours.light]\nsurface = "#5b2a6a"\n'
    desks.home.write("content/site.toml", site + colours)
    assert desks.home.faults() == []
    told = [each for each in desks.check().findings if each.kind is Kind.CONTRAST]
    assert told
    assert {(each.level, each.language, each.path) for each in told} == {
        (Level.WARN, "", "content/site.toml")
    }


def test_scheduling_is_refused_for_a_dead_link_and_not_for_one_that_nobody_looked_at(
    desks: Desks,
) -> None:
    desks.write_all(f"x\n\n[words]({LINK})")
    desks.home.sync()
    request = ScheduleRequest("letter/july", "news", desks.home.now, "UTC")

    def schedule() -> None:
        with desks.home.database.transaction() as session:
            schedule_edition(session, desks.stationery, desks.home.links, request, desks.home.now)

    desks.record({LINK: Outcome(404)})
    with pytest.raises(FaultyFiles, match=r"fr\.md, line 11: The link .* is dead"):
        schedule()
    desks.record({LINK: Outcome(503)})
    schedule()


def test_findings_are_told_in_every_language(desks: Desks) -> None:
    desks.write("fr", f"x\n\n[y]({LINK}) 23 juin 2020, [z](http://10.0.0.1/)\n\n{{name}}")
    result = desks.check()
    assert len(result.findings) > 4
    for language in ("fr", "es"):
        said = phrases(language)
        for finding in result.findings:
            assert said.say(finding.sentence) != str(finding.sentence)
            assert said.say(finding.advice) != str(finding.advice)


def test_the_fingerprint_moves_with_texts_and_with_findings(desks: Desks) -> None:
    desks.write_all(f"[words]({LINK})")
    first = desks.check()
    assert desks.check().fingerprint == first.fingerprint
    desks.record({LINK: Outcome(200)})
    second = desks.check()
    assert second.sources == first.sources
    assert second.fingerprint != first.fingerprint
    desks.write("fr", f"[Words]({LINK})")
    assert desks.check().sources != first.sources


HOSTILE = [
    "[[" * 500,
    "[x](https://" + "a" * 3000 + ".test/)",
    "[x](https://a.test/\u202egnp.exe)",
    "[x](https://xn--" + "a" * 60 + ".test/%00%0d%0aX:y)",
    "[x](<https://a.test/'\";drop table link_checks;-->)",
    "&lt;script&gt;alert(1)&lt;/script&gt; {" + "x" * 39 + "}",
    "> " * 200 + "x",
    "- " * 300 + "https://a.test/",
    "1 June " * 3000,
    "\u0000\ufeff\u2028 [x](https://☃.test/)",
    "[x]: https://a.test/\n\n[x] [x] [x]",
    "https://[::ffff:127.0.0.1]/ http://0/ http://2130706433/",
    "[x](https://news.example.org//[x) [y](https://news.example.org/en/pages/%00)",
    "[x](https://news.example.org/media/%00/) [y](https://news.example.org/%ff/%ff/?[)",
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_too_strange_to_be_checked(desks: Desks, body: str) -> None:
    desks.write("es", f"x\n\n{body}")
    began = time.monotonic()
    desks.check()
    desks.ask()
    assert time.monotonic() - began < 10


def test_thousands_of_dates_and_links_take_no_long_time(desks: Desks) -> None:
    days = [f"{day} {month}" for month in ("June", "July", "May") for day in range(1, 31)]
    many = " ".join(f"{day} {year}," for year in range(1900, 1960) for day in days)[:40_000]
    links = "".join(f"[x](https://a.test/{number}) " for number in range(1500))[:40_000]
    began = time.thread_time()
    for body in (many, links):
        desks.write("en", body)
        desks.check()
    assert time.thread_time() - began < 15

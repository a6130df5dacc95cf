"""Each fault of a file is told with its true line, in words that help."""

import pytest

from outreach.content import frontmatter, toml
from tests.writing import EVENT, PREHEADER, SITE, Home, edition, picture, text

pytestmark = pytest.mark.one_database

EN = "content/newsletters/letter/july/en.md"
ARTICLE = "content/articles/one/en.md"
TALK = "content/events/talk/event.toml"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (edition(more="subjet: x\n"), 6, "Did you mean “subject”?"),
        (edition(more="colour: x\n"), 6, "There are: title, subject"),
        (edition().replace("2020-07-01", "1 July"), 5, "“1 July” is not a date"),
        (edition().replace("2020-07-01", "2020-02-30"), 5, "day 2020-02-30 does not exist"),
        (edition().replace("The July letter", "Hi [[ first_name ]]"), 3, "| friend ]]"),
        (edition(body="Dear [[ first_name ]],\n"), 8, "[[ first_name | friend ]]"),
        (edition(body=""), 7, "no text below the head"),
        (edition(body="\n{# later #}\n"), 7, "no text below the head"),
        (edition(body="word " * 12_001), 7, "characters; mail programs cut"),
        (edition(body="a [](https://example.org) b\n"), 8, "has no words"),
        (edition().replace(PREHEADER, "x"), 4, "has one character"),
        (edition(body='{{ event("tlak") }}\n'), 8, "Did you mean “talk”?"),
        (edition(body='{{ article("onne") }}\n'), 8, "Did you mean “one”?"),
        (edition(body="[x](event:tlak)\n"), 8, "Did you mean “event:talk”?"),
        (edition(body='{{ image("aa.png", alt="x") }}\n'), 8, "Did you mean “a.png”?"),
        (edition().replace("subject: The July letter\n", ""), 1, "“subject” is missing."),
        (edition().replace("The July letter", "[a, b]"), 3, "must be a text"),
        (edition().replace("The July letter", ""), 3, "This is empty."),
        (edition().replace("The July letter", "x" * 400), 3, "too long"),
        (edition().replace("preheader: Forty", "preheader: Too short # "), 4, "40 to 110"),
        (edition().replace("The July letter", "Hi [[ nickname ]]"), 3, "“nickname”"),
        (edition().replace("title: July", "title: Hi [[ first_name ]]"), 2, "everybody reads"),
        (edition().replace("The July letter", '"Hi [[ first_name"'), 3, "not closed"),
        (edition(more="on_web: maybe\n"), 6, "true or false"),
        (edition(more="title: again\n"), 6, "second time; the first is in line 2"),
        (edition().replace("title: July", "title: July: the news"), 2, "There is a colon"),
        (edition().replace("title: July", "title: *July"), 2, "between double quotes"),
        (edition().replace("title: July", "title: &a July"), 2, "between double quotes"),
        (edition().replace("title: July", "title: !!python/name:os.x y"), 2, "double quotes"),
        (edition().replace("title: July", 'title: "July'), 2, "is not closed"),
        (edition().replace("title: July", 'title: "\\UFFFFFFFF"'), 2, "double quotes"),
        (edition().replace("title: July", 'title: "\\uD800"'), 2, "number 55296"),
        (edition().replace("title: July", '"a\\0": July'), 2, "number 0"),
        (edition().replace("date: 2", "\tdate: 2"), 5, "tab"),
        (edition().replace("date: 2020-07-01", "hello"), 5, "is not understood"),
        ("title: x\n", 1, "three hyphens"),
        ("---\ntitle: x\n", 1, "is not closed"),
        ("", 1, "three hyphens"),
        (edition(body='one\n\n{{ event("gone") }}\n'), 10, "gone"),
        (edition(body='one\n\n{{ article("gone") }}\n'), 10, "gone"),
        (edition(body='{{ image("gone.jpg", alt="x") }}\n'), 8, "gone.jpg"),
        (edition(body='a\n{{ image("a.png") }}\n'), 9, "alt"),
        (edition(body='a\n\n{% call quote(by="x") %}\nb\n'), 10, ""),
        (edition(body="a\n\nDear [[ nickname ]]\n"), 10, "nickname"),
        (edition(body="a [b](page:gone)\n"), 8, "page:gone"),
        (edition(body="a [b](../../site.toml)\n"), 8, "site.toml"),
        (edition(body='{{ upcoming_events(3, topic="gone") }}\n'), 8, "no topic “gone”"),
        ("\ufeff" + edition(), 1, "BOM"),
        (edition(body="a\n\nb \x07\n"), 10, "control character (number 7)"),
    ],
)
def test_a_fault_of_an_edition_is_told_with_its_line(
    home: Home, content: str, line: int, words: str
) -> None:
    home.write("content/newsletters/letter/july/images/a.png", picture())
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text())
    home.write("content/articles/one/en.md", text())
    home.write(EN, content)
    found, said = home.fault_of(EN)
    assert found == line
    assert words in said


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('"webinar"', '"party"', 1, "Possible: webinar, meeting, deadline"),
        ('topic = "news"', 'topic = "gone"', 2, "There are: news"),
        ("2026-12-01T15:00:00", "2026-03-29T02:30:00", 3, "does not exist in Europe/Paris"),
        ("2026-12-01T15:00:00", "2026-10-25T02:30:00", 3, "happens twice"),
        ("16:30:00", "14:30:00", 4, "must come after"),
        ("2026-12-01T15:00:00", "0001-01-01T00:00:00", 3, "too far away"),
        ("2026-12-01T16:30:00", "9999-12-31T23:59:59", 4, "too far away"),
        ('"webinar"', "0x" + "f" * 5_000, 1, "“kind”"),
        ('zone = "Europe/Paris"\n', "", 3, "needs its zone"),
        ("Europe/Paris", "Europe/Pari", 5, "no time zone"),
        ("start = ", "strat = ", 3, "Did you mean “start”?"),
        ("https://example.org/register", "javascript:alert(1)", 7, "web address"),
        ('"A Foundation"', "A Foundation", 6, "between double quotes"),
        ('organiser = "A', 'organiser = "B"\norganiser = "A', 7, "twice"),
        ("2026-12-01T16:30:00", '"later"', 4, "is not a date with a time"),
    ],
)
def test_a_fault_of_an_event_is_told_with_its_line(
    home: Home, before: str, after: str, line: int, words: str
) -> None:
    home.write("content/events/talk/en.md", text())
    assert before in EVENT
    home.write(TALK, EVENT.replace(before, after))
    told = [(found, said) for path, found, said in home.faults() if path == TALK]
    assert any(found == line and words in said for found, said in told), told


def test_a_fault_of_a_person_is_told_where_the_person_stands(home: Home) -> None:
    people = '\n[[people]]\nname = "A"\n\n[[people]]\nname = "B"\ncountry = "France"\n'
    people += '\n[people.affiliation]\nen = ""\nxx1 = "y"\n'
    home.write("content/events/talk/en.md", text())
    home.write(TALK, EVENT + people)
    assert [(line, said) for _, line, said in home.faults()] == [
        (
            14,
            "“country”: “France” is not a country code. Write two capital letters, like ZA for "
            "South Africa.",
        ),
        (17, "“en”: This is empty."),
        (18, "“xx1”: “xx1” is not a language. Write it like en, fr or pt-BR."),
    ]


def test_a_picture_of_an_article_needs_a_description(home: Home) -> None:
    home.write("content/articles/one/images/a.png", picture())
    home.write(ARTICLE, text(more="image: a.png\n"))
    assert home.fault_of(ARTICLE)[0] == 4
    home.write(ARTICLE, text(more='image: a.png\nimage_alt: ""\n'))
    assert home.faults() == []


def test_a_missing_picture_of_an_article_is_told(home: Home) -> None:
    home.write(ARTICLE, text(more="image: b.png\nimage_alt: x\n"))
    line, said = home.fault_of(ARTICLE)
    assert (line, "b.png" in said) == (4, True)


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('["en", "fr", "es"]', '["en", "english"]', 1, "“english” is not a language"),
        ('default_language = "en"', 'default_language = "de"', 2, "not one of “languages”"),
        ("news@example.org", "news at example.org", 12, "is not a mail address"),
        ('"1 Street, Town"', '"1 Street, Town"\n\n[colours.light]\nink = "red"', 22, "a colour"),
        (
            '"1 Street, Town"',
            '"1 Street, Town"\n\n[colours.dark]\npaper = "#000000"\nink = "#333333"',
            23,
            "cannot be read on “paper”",
        ),
        ('"1 Street, Town"', '"1"\n\n[logo]\nfile = "no.png"\nalt = {en = "x"}', 22, "no.png"),
        ('"1 Street, Town"', '"1"\n\n[[links]]\nurl = "page:no"\nlabel = {en = "x"}', 22, "“no”"),
        ('"1 Street, Town"', '"1"\n\n[[links]]\nurl = "data:x"\nlabel = {en = "x"}', 22, "nowhere"),
        ("[sender.name]\n", "[sender.nmae]\n", 15, "Did you mean “name”?"),
    ],
)
def test_a_fault_of_the_site_is_told_with_its_line(
    home: Home, before: str, after: str, line: int, words: str
) -> None:
    assert before in SITE
    home.write("content/site.toml", SITE.replace(before, after))
    told = [(found, said) for _, found, said in home.faults()]
    assert any(found == line and words in said for found, said in told), told


def test_all_faults_of_the_site_are_told_at_once_each_with_its_line(home: Home) -> None:
    home.write("content/pages/about/en.md", text())
    more = (
        '\n[colours.light]\nbrand = "#5b2a6b"\naccent = "#eeddcc"\nwarn = "#ffee99"\n'
        '\n[logo]\nfile = "lgo.png"\nalt = {en = "x"}\n'
        '\n[[links]]\nurl = "page:abuot"\nlabel = {en = "About"}\n'
    )
    home.write("content/site.toml", SITE.replace('language = "en"', 'language = "de"') + more)
    told = home.faults()
    first = SITE.count("\n") + 1
    assert [line for _, line, _ in told] == [2, first + 3, first + 4, first + 7, first + 11]
    words = ("“de”", "“accent”", "“warn”", "“lgo.png”", "There are: about")
    for word, (_, _, said) in zip(words, told, strict=True):
        assert word.strip("“”") in said


def test_a_ground_on_which_nothing_can_be_read_is_told_in_its_own_line(home: Home) -> None:
    home.write("content/site.toml", SITE + '\n[colours.light]\npaper = "#808080"\n')
    told = home.faults()
    assert {line for _, line, _ in told} == {SITE.count("\n") + 3}
    assert len(told) > 1


@pytest.mark.parametrize("file", ["content/articles/one/en.md", "content/pages/a/en.md"])
def test_a_text_without_words_is_told(home: Home, file: str) -> None:
    home.write(file, text(body=""))
    assert home.fault_of(file) == (
        5,
        "There is no text below the head of this file. Write what is to be read.",
    )


def test_an_event_needs_no_more_than_its_head(home: Home) -> None:
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text(body=""))
    assert home.faults() == []


def test_a_folder_with_the_name_of_a_text_is_told(home: Home) -> None:
    (home.path / "content/articles/one/en.md").mkdir(parents=True)
    _, said = home.fault_of("content/articles/one/en.md")
    assert "folder" in said


def test_bytes_that_are_not_utf_8_are_told_with_their_line(home: Home) -> None:
    home.write(EN, edition(body="one\ntwo\n").encode() + b"caf\xe9\n")
    line, said = home.fault_of(EN)
    assert line == 10
    assert "UTF-8" in said


def test_a_huge_file_is_refused(home: Home) -> None:
    home.write(EN, edition(body="x" * 1_000_001))
    assert home.fault_of(EN) == (1, "The file is too large: at most 1 MB can be read.")


def test_line_ends_of_other_systems_change_nothing(home: Home) -> None:
    home.write(EN, edition(body='a\n{{ event("gone") }}\n').replace("\n", "\r\n"))
    assert home.fault_of(EN)[0] == 9


@pytest.mark.parametrize(
    "head",
    [
        "a: &a [x, x]\nb: [*a, *a]\n",
        "a: " + "[" * 30_000,
        "a: " + "{a: " * 10_000,
        "- " * 20_000,
        "%YAML 1.1\n",
        "a: !!python/object/apply:os.system [ls]\n",
        "? " * 10_000,
        "<<: {a: b}\n*x: y\n",
        "x: " + "y " * 40_000,
    ],
)
def test_yaml_that_grows_or_builds_things_is_not_read(head: str) -> None:
    read = frontmatter.read(f"---\n{head}\n---\n")
    assert read.faults
    assert read.data is None


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 20_000,
        "a = " + "[{a=" * 5_000,
        "a." * 10_000 + "a = 1",
        "a = " + "9" * 5_000,
        "x" * 40_000,
        'a = """x',
        "[a]\n[a]\n",
        "a = 1979-13-45",
    ],
)
def test_toml_that_costs_too_much_or_is_wrong_is_told(content: str) -> None:
    assert toml.read(content).faults


def test_values_of_a_head_are_the_texts_that_stand_there() -> None:
    read = frontmatter.read("---\na: yes\nb: 1e3\nc: 2020-07-01\nd: null\ne: 0x10\n---\nbody")
    assert read.data == {"a": "yes", "b": "1e3", "c": "2020-07-01", "d": "null", "e": "0x10"}
    assert (read.body, read.first_line) == ("body", 8)


def test_lines_of_toml_are_not_fooled_by_long_texts() -> None:
    content = 'a = """\nb = 1\n[c]\n"""\n[d]\nb = 2\n[[e]]\nx = 1\n[[e]]\nx.y = 2\n'
    lines = toml.read(content).lines
    assert lines[("a",)] == 1
    assert ("c",) not in lines
    assert lines[("d", "b")] == 6
    assert lines[("e", 0, "x")] == 8
    assert lines[("e", 1)] == 9
    assert lines[("e", 1, "x", "y")] == 10


ITEMS = """\
list = [ # the first [
  { one = "]" , two = 2 },
  { three = [
    "a", 'b',
    \"\"\"c
]\"\"\", { four = 4 },
  ] },
]
after = 1
"""


def test_the_items_of_a_list_of_several_lines_have_lines_of_their_own() -> None:
    lines = toml.read(ITEMS).lines
    places = {
        ("list",): 1,
        ("list", 0, "two"): 2,
        ("list", 1): 3,
        ("list", 1, "three", 0): 4,
        ("list", 1, "three", 2): 5,
        ("list", 1, "three", 3, "four"): 6,
        ("after",): 9,
    }
    assert {place: lines.get(place) for place in places} == places


@pytest.mark.parametrize("text", ["a = [", "a = [[[", "a = [{ b = ", 'a = ["', "a = [1,,]", "a=[#"])
def test_a_list_that_never_ends_is_told_and_breaks_nothing(text: str) -> None:
    assert toml.read(text).faults
    toml.lines_of(text)

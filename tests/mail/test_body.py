"""Bodies: what authors write, what is understood, and how faults are told."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.mail.blocks import (
    ArticleBlock,
    Button,
    Columns,
    Divider,
    EventBlock,
    Picture,
    Prose,
    Quote,
    UpcomingBlock,
)
from outreach.mail.body import MAX_FAULTS, MAX_LENGTH, Resolver, read_body, resolve

PARTS = [
    "{{", "}}", "{%", "%}", "{#", "#}", "[[", "]]", "call ", "endcall", "quote(", "columns()",
    "next_column()", "button(", ")", '"', "'", "(", "first_name", "|", "\n", " ", "## ", "# ",
    "- ", "> ", "](", "[", "<b>", "javascript:", "a", "é", "\0", "\ud800", "zzfield0zz",
    "for x in y", "[x]: y", "{{ divider() }}", "{% endcall %}", "{{ image('x', alt='') }}",
]  # fmt: skip


def faults(text: str, first_line: int = 1) -> list[tuple[int, str]]:
    return [
        (fault.line, str(fault.sentence)) for fault in read_body(text, first_line=first_line).faults
    ]


def test_every_block_of_the_sample_is_understood(body_of: Callable[[str], str]) -> None:
    body = read_body(body_of("en"))
    kinds = [block.kind for block in body.blocks]
    assert body.faults == ()
    assert kinds == [
        *("prose", "event", "prose", "picture", "article", "quote", "prose", "button"),
        *("columns", "divider", "prose", "upcoming", "prose"),
    ]
    assert body.fields == {"first_name"}


def test_blocks_know_the_line_of_the_file() -> None:
    text = 'One\n\n{{ divider() }}\n\n{% call quote(by="A") %}\nWords\n{% endcall %}\n'
    assert read_body(text, first_line=8).blocks == (
        Prose("One", 8),
        Divider(10),
        Quote("A", (Prose("Words", 13),), 12),
    )


def test_a_block_inside_a_paragraph_is_taken_out_of_it() -> None:
    blocks = read_body('Before {{ button("Go", "https://x.example") }} after').blocks
    assert blocks == (
        Prose("Before", 1),
        Button("Go", "https://x.example", 1),
        Prose(" after", 1),
    )


def test_arguments_may_be_named_or_in_order_and_span_lines() -> None:
    text = '{{ image(\n  "a.jpg",\n  alt="x }} y",\n  caption="c") }}{{ event(slug="e") }}'
    assert read_body(text).blocks == (Picture("a.jpg", "x }} y", "c", 1), EventBlock("e", 4))


def test_columns_hold_two_sides() -> None:
    body = read_body('{% call columns() %}A{{ next_column() }}B{{ article("x") }}{% endcall %}')
    assert body.blocks == (Columns((Prose("A", 1),), (Prose("B", 1), ArticleBlock("x", 1)), 1),)
    assert body.faults == ()


def test_upcoming_events_take_a_number_and_a_topic() -> None:
    body = read_body('{{ upcoming_events(3, topic="events") }}')
    assert body.blocks == (UpcomingBlock(3, "events", 1),)


def test_notes_for_colleagues_are_not_shown() -> None:
    assert read_body("A{# not for\nreaders #}B{{ divider() }}").blocks == (
        Prose("A", 1),
        Prose("B", 2),
        Divider(2),
    )


def test_link_targets_noted_at_the_end_hold_in_every_text() -> None:
    body = read_body("See [it][1].\n\n{{ divider() }}\n\nEnd.\n\n[1]: https://x.example\n")
    first = body.blocks[0]
    assert isinstance(first, Prose)
    assert first.markdown == "See [it][1].\n\n[1]: https://x.example"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('a\n{{ buton("x", "y") }}', 2, "no block “buton”. Did you mean “button”?"),
        ("{{ qqq() }}", 1, "There are: button, image"),
        ('{{ image("a.jpg") }}', 1, "no alternative text"),
        ('{{ image("a.jpg", alt="x", captoin="y") }}', 1, "Did you mean “caption”?"),
        ('{{ button("x") }}', 1, "“button” lacks its “url”"),
        ('{{ button("x", "https://x.example", "y") }}', 1, "too many values"),
        ('{{ button("", "https://x.example") }}', 1, "lacks its “label”"),
        ("{{ event(3) }}", 1, "must be text in quotation marks"),
        ('{{ upcoming_events("3") }}', 1, "must be a number"),
        ("{{ upcoming_events(0) }}", 1, "between 1 and 50"),
        ("{{ upcoming_events(True) }}", 1, "must be a number"),
        ('{{ quote(by="x") }}', 1, "is written like this: {% call quote"),
        ("{% call button() %}x{% endcall %}", 1, "is written like this: {{ button"),
        ("\n\n{% call quote() %}\nx", 3, "“quote” is never closed"),
        ("a\n{% endcall %}", 2, "closes nothing"),
        ("a\n{{ divider()", 2, "“{{” is never closed"),
        ("{% endif %}", 1, "closes nothing here"),
        ("{% for a in b %}", 1, "“{% for %}” cannot be used"),
        ("{% include 'x' %}", 1, "“{% include %}” cannot be used"),
        ("{{ button(“x”, “y”) }}", 1, "straight quotation marks"),
        ("{{ 1 + 1 }}", 1, "cannot be read"),
        ("{{ config }}", 1, "cannot be read"),
        ('{{ event("a" | upper) }}', 1, "cannot be read"),
        ('{{ event("a" ~ "b") }}', 1, "cannot be read"),
        ('{{ "".__class__.__mro__ }}', 1, "cannot be read"),
        ("{{ event(*x) }}", 1, "cannot be read"),
        ("{{ event(event('x')) }}", 1, "cannot be read"),
        ("{{ " + "(" * 1500 + " }}", 1, "cannot be read"),
        ("{% call(x) quote() %}x{% endcall %}", 1, "cannot be read"),
        ("{{ next_column() }}", 1, "belongs once between"),
        ("{% call columns() %}x{% endcall %}", 1, "second column is missing"),
        (
            "{% call columns() %}x{{ next_column() }}{% call columns() %}a{{ next_column() }}b"
            "{% endcall %}{% endcall %}",
            1,
            "cannot stand inside “columns”",
        ),
        ("{% call quote() %}{{ divider() }}x{% endcall %}", 1, "holds text only"),
        ("{% call quote() %} {% endcall %}", 1, "The quote is empty"),
        ("a\n[[ firstname ]]", 2, "Did you mean “first_name”?"),
        ("[[ password ]]", 1, "There are: country, first_name, last_name, organisation."),
        ("[[ unsubscribe_url ]]", 1, "no personal field"),
        ("Dear [[ first_name", 1, "“[[” is not closed"),
        ("a\n\nDear [[ first_name | friend,\n", 3, "“[[” is not closed"),
        ("Dear [[ first_name ]],", 1, "like [[ first_name | friend ]]"),
        ("a [](https://x.example) b", 1, "has no words"),
        ("a\nb [ ](page:x)", 2, "has no words"),
        ("a\n\n| A | B |\n| 1 | 2 |\n", 3, "looks like a table, and is none"),
        ("{{ image(mine.jpg) }}", 1, 'like {{ image("mine.jpg", alt='),
        ("a\nb [x](javascript:alert) c", 2, "The link “javascript:alert” cannot be used"),
        ("[x](data:text/html,x)", 1, "cannot be used"),
        ("[x](/etc/passwd)", 1, "cannot be used"),
        ("[x](//evil.example)", 1, "cannot be used"),
        ("[x](file:///etc/passwd)", 1, "cannot be used"),
        ("[x](https://)", 1, "cannot be used"),
        ("<ftp://x.example>", 1, "cannot be used"),
        ('{{ button("x", "javascript:x") }}', 1, "cannot be used"),
        ('{{ button("x", "https://x.example/[[ first_name ]]") }}', 1, "part of a link"),
        ("[x](https://x.example/[[first_name]])", 1, "part of a link"),
        ("a\nb https://x.example/?n=[[ first_name ]] c", 2, "part of a link"),
        ("https://[[ first_name ]].x.example/ c", 1, "part of a link"),
        ('{{ button("\\ud800", "https://x.example") }}', 1, "cannot be read"),
        ('{{ image("a.jpg", alt="a\\0b") }}', 1, "cannot be read"),
        ("a\n\n# Title", 3, "Begin headings with ##"),
        ("## A\n\n#### B", 3, "skips a level: write ###"),
        ("### A", 1, "skips a level: write ##"),
        ("a <b>bold</b>", 1, "HTML is not used here"),
        ("<div>\nx\n</div>", 1, "HTML is not used here"),
        ("![alt](x.jpg)", 1, "Pictures are not shown this way"),
        ("x" * (MAX_LENGTH + 1), 1, "too long"),
        ("{{ divider() }}" * 1_001, 1, "too many blocks"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, problem: str) -> None:
    found = faults(text)
    assert any(at == line and problem in sentence for at, sentence in found), found


def test_all_faults_are_told_at_once_and_in_order() -> None:
    text = '{{ buton("x") }}\n[[ nme ]]\n{{ image("a") }}\n[x](javascript:y)\n{% call quote() %}'
    assert [line for line, _ in faults(text, 10)] == [10, 11, 12, 13, 14]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            '{% call quote(by="A") %}\nWords\n{{ divider() }}\n{{ event("x") }}\n\n'
            '{% call quote(by="B") %}\nMore\n{% endcall %}\n',
            "“quote” is never closed",
        ),
        ("{% call quote %}\nWords\n{% endcall %}\n", "{% call quote(by="),
        ("{% call columns %}\na\n{{ next_column() }}\nb\n{% endcall %}\n", "{% call columns()"),
        (
            "{% for e in events %}{{ e.title }}{% if e.x %}b{% endif %}{% endfor %}\n",
            "“{% for %}” cannot be used here",
        ),
        ("{% for a in b %}{% for c in a %}{{ c }}{% endfor %}{% endfor %}", "“{% for %}” cannot"),
    ],
)
def test_one_mistake_is_told_as_one_fault(text: str, problem: str) -> None:
    [(line, said)] = faults(text)
    assert (line, problem in said) == (1, True), said


def test_a_loop_that_is_never_closed_hides_no_other_fault() -> None:
    assert len(faults("{% for e in events %}\n{{ e.title }}\n")) == 2


def test_a_fallback_may_be_empty_on_purpose() -> None:
    assert faults("Dear [[ first_name | ]]you,") == []


def test_a_fault_quotes_the_beginning_of_a_long_name_only(resolver: Resolver) -> None:
    body = read_body(f'{{{{ event("{"x" * 1_500}") }}}}')
    _, [fault] = resolve(body, resolver)
    assert len(str(fault.sentence)) < 120


def test_faults_do_not_drown_the_reader() -> None:
    assert len(faults("[[ x ]]\n" * 5_000)) == MAX_FAULTS


def test_headings_follow_each_other_across_blocks() -> None:
    assert faults("## A\n\n{{ divider() }}\n\n### B\n\n{{ divider() }}\n\n## C") == []


def test_decorative_pictures_may_have_an_empty_alt() -> None:
    assert faults('{{ image("a.jpg", alt="") }}') == []


def test_personal_fields_can_be_forbidden_altogether() -> None:
    body = read_body("[[ first_name ]]", fields_allowed=frozenset())
    assert [str(fault.sentence) for fault in body.faults] == [
        "Personal fields such as “[[ first_name ]]” are for letters only."
    ]


def test_fingerprints_change_with_words_and_not_with_lines() -> None:
    one = read_body('A\n\n{{ divider() }}\n\nB\n\n{{ event("x") }}').block_hashes
    two = read_body('\n\n\nA\n{{ divider() }}\nC\n{{ event("x") }}').block_hashes
    assert [a == b for a, b in zip(one, two, strict=True)] == [True, True, False, True]


def test_blocks_of_another_kind_with_the_same_words_differ() -> None:
    assert len(set(read_body('{{ event("x") }}{{ article("x") }}').block_hashes)) == 2


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_no_text_makes_reading_fail(text: str) -> None:
    body = read_body(text)
    assert len(body.block_hashes) == len(body.blocks)
    assert all(fault.line >= 1 and str(fault.sentence) for fault in body.faults)


@pytest.mark.parametrize(
    "text",
    ["{{" * 60_000, "{% call quote() %}" * 900, "[" * 100_000, "> " * 60_000, '{{ "' * 30_000,
     "- " * 60_000, "`" * 100_000, "[[ a " * 25_000, "<!--" * 30_000, "{{ x(" + "[" * 1_500 + "}}"],
)  # fmt: skip
def test_hostile_texts_are_read_to_their_end(text: str) -> None:
    body = read_body(text)
    assert body.blocks or body.faults


def test_resolving_fills_cards_pictures_and_links(
    body_of: Callable[[str], str], resolver: Resolver
) -> None:
    blocks, missing = resolve(read_body(body_of("en")), resolver)
    by_kind = {block.kind: block for block in blocks}
    event, picture, article = by_kind["event"], by_kind["picture"], by_kind["article"]
    assert missing == ()
    assert isinstance(event, EventBlock)
    assert isinstance(picture, Picture)
    assert isinstance(article, ArticleBlock)
    assert event.card
    assert picture.file
    assert article.card
    first = blocks[0]
    assert isinstance(first, Prose)
    assert "[our guide](<https://news.example.org/en/pages/guide>)" in first.markdown


def test_links_inside_quotes_columns_and_notes_are_resolved(resolver: Resolver) -> None:
    text = (
        "{% call columns() %}[a](page:guide){{ next_column() }}"
        '{% call quote() %}[b](<page:guide> "T"){% endcall %}{% endcall %}\n'
        '{{ button("c", "page:guide") }}\n[d][x]\n\n[x]: page:guide\n'
    )
    blocks, missing = resolve(read_body(text), resolver)
    assert missing == ()
    assert "page:guide" not in repr(blocks)
    assert repr(blocks).count("https://news.example.org/en/pages/guide") >= 4


def test_what_does_not_exist_is_told_with_its_line(resolver: Resolver) -> None:
    text = (
        'a\n\n[x](page:none)\n\n{{ event("none") }}\n{{ article("none") }}\n'
        '{{ image("none.jpg", alt="") }}\n{{ button("b", "none.pdf") }}'
    )
    blocks, missing = resolve(read_body(text), resolver)
    assert [fault.line for fault in missing] == [3, 5, 6, 7, 8]
    assert [str(fault.sentence) for fault in missing][1] == "There is no event “none”."
    assert len(blocks) == 5

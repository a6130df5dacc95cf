"""A letter in one colour scheme."""

from outreach.mail.scheme import in_scheme

LETTER = """<head><style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) { body { color: white } }
@media only screen and (max-width: 599px) { body { margin: 0 } }
</style></head><body style="color: black">@media (prefers-color-scheme: dark) is CSS</body>"""


def test_dark_turns_the_dark_rules_on() -> None:
    html = in_scheme(LETTER, "dark")
    assert "@media all { body { color: white } }" in html
    assert "color-scheme: only dark;" in html


def test_light_turns_them_off_even_where_the_machine_is_dark() -> None:
    html = in_scheme(LETTER, "light")
    assert "@media not all { body { color: white } }" in html
    assert "color-scheme: only light;" in html


def test_nothing_else_is_changed() -> None:
    for scheme in ("light", "dark"):
        html = in_scheme(LETTER, scheme)
        assert "supported-color-schemes: light dark" in html
        assert "@media only screen and (max-width: 599px)" in html
        assert html.partition("<body")[2] == LETTER.partition("<body")[2]
    assert in_scheme("", "dark") == ""

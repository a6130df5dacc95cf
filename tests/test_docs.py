"""The documentation says what the code does: every setting and every command stands in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from outreach.cli import main
from outreach.variables import VARIABLES, Variable

REPOSITORY = Path(__file__).parent.parent
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")])
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")


def commands(group: click.Group, prefix: str = "outreach") -> Iterator[tuple[str, click.Command]]:
    """Walk over every command that a person can type."""
    for name, command in sorted(group.commands.items()):
        full = f"{prefix} {name}"
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full, command


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_every_setting_is_documented_with_its_default(variable: Variable) -> None:
    text = (REPOSITORY / "docs" / "settings.md").read_text()
    row = f"| `{variable.name}` | {_default(variable.default)} | {variable.meaning} |"
    assert row in text


@pytest.mark.parametrize(("name", "command"), list(commands(main)), ids=lambda value: str(value))
def test_every_command_is_documented_with_its_options(name: str, command: click.Command) -> None:
    text = (REPOSITORY / "docs" / "commands.md").read_text()
    assert name in text
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert option in text, f"{name} {option}"


@pytest.mark.parametrize(("name", "command"), list(commands(main)), ids=lambda value: str(value))
def test_every_command_has_help_with_an_example(name: str, command: click.Command) -> None:
    assert command.help
    assert "Example" in command.help
    assert name in command.help


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_of_the_documentation_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(CODE.sub("", document.read_text())):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


def _default(default: str | None) -> str:
    if default is None:
        return "must be set"
    return f"`{default}`" if default else "empty"

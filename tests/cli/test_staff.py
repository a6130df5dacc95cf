"""Staff from the command line."""

import json

import pytest

from tests.cli.conftest import Command

ADA = "ada@example.org"


@pytest.fixture
def added(outreach: Command, filled: object) -> Command:
    """Give the commands, with one admin."""
    del filled
    done = outreach("staff", "add", ADA, "--role", "admin", "--name", "Ada")
    assert done.exit_code == 0, done.output
    assert "/desk/password/" in done.stdout
    return outreach


def test_somebody_is_added_once_in_a_language_of_the_site(added: Command) -> None:
    for options in (("ADA@example.org",), ("eve@example.org", "--language", "xx"), ("nonsense",)):
        done = added("staff", "add", *options)
        assert done.exit_code == 1
        assert done.stderr.strip()
    assert added("staff", "add", "eve@example.org", "--role", "emperor").exit_code == 2
    assert added("staff", "add", "luc@example.org", "--language", "fr").exit_code == 0


def test_staff_is_listed_for_people_and_programs(added: Command) -> None:
    assert "invited" in added("staff", "list").stdout
    [one] = json.loads(added("staff", "list", "--json").stdout)
    assert (one["address"], one["role"], one["state"]) == (ADA, "admin", "invited")


def test_roles_are_given_and_doors_shut_and_the_last_admin_stays(added: Command) -> None:
    added("staff", "add", "eve@example.org")
    assert "sender" in added("staff", "role", "eve@example.org", "sender").stdout
    assert added("staff", "role", ADA, "viewer").exit_code == 1
    assert added("staff", "shut-out", ADA).exit_code == 1
    assert added("staff", "shut-out", "eve@example.org").exit_code == 0
    assert "shut out" in added("staff", "list").stdout
    assert added("staff", "let-in", "eve@example.org").exit_code == 0
    assert added("staff", "role", "nobody@example.org", "viewer").exit_code == 1

"""Settings: read once, checked whole."""

from pathlib import Path

import pytest

from outreach.errors import Misconfigured
from outreach.settings import Settings

GOOD = {
    "MAIL_URL": "smtp+plain://127.0.0.1:2525",
    "SECRET_KEY": "s" * 40,
    "BASE_URL": "https://news.example.org/",
}


def read(tmp_path: Path, **changes: str) -> Settings:
    return Settings.from_environ({"OUTREACH_HOME": str(tmp_path), **GOOD, **changes})


def test_a_complete_environment_is_understood(tmp_path: Path) -> None:
    settings = read(tmp_path, SECRET_KEY_PREVIOUS="a b")
    assert settings.base_url == "https://news.example.org"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/outreach.sqlite"
    assert settings.secret_keys == ("s" * 40, "a", "b")
    assert (settings.mail.scheme, settings.mail.port) == ("smtp+plain", 2525)


def test_everything_that_is_wrong_or_missing_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        Settings.from_environ(
            {
                "OUTREACH_HOME": str(tmp_path / "nowhere"),
                "MAIL_CONNECTIONS": "many",
                "SECRET_KEY": "x",
            }
        )
    said = str(caught.value)
    for name in ("OUTREACH_HOME", "MAIL_URL", "BASE_URL", "MAIL_CONNECTIONS", "SECRET_KEY"):
        assert name in said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAIL_URL", "smtp+plain://mail.example.org", "this machine only"),
        ("MAIL_URL", "ftp://mail.example.org", "smtp://"),
        ("MAIL_URL", "smtp://host:notaport", "not a valid URL"),
        ("DATABASE_URL", "mysql://x", "sqlite:///PATH"),
        ("BASE_URL", "http://news.example.org", "https://"),
        ("BASE_URL", "https://news.example.org/path", "without a path"),
        ("TRUSTED_PROXIES", "everyone", "everyone"),
        ("STAFF_ZONE", "Paris", "Europe/Paris"),
        ("MAILBOX_URL", "pop3://x", "imaps://"),
        ("MAILBOX_ADDRESS", "nobody", "in@news.example.org"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        read(tmp_path, **{name: value})
    assert name in str(caught.value)
    assert words in str(caught.value)


def test_a_password_in_a_url_is_decoded_and_never_repeated_in_a_fault(tmp_path: Path) -> None:
    settings = read(tmp_path, MAIL_URL="smtp://me:p%40ss@mail.example.org")
    assert (settings.mail.user, settings.mail.password, settings.mail.port) == ("me", "p@ss", 587)
    with pytest.raises(Misconfigured) as caught:
        read(tmp_path, MAIL_URL="smtp://me:hunter2@mail.example.org:port")
    assert "hunter2" not in str(caught.value)


def test_postgresql_is_reached_through_psycopg(tmp_path: Path) -> None:
    settings = read(tmp_path, DATABASE_URL="postgresql://u:p@h/n")
    assert settings.database_url == "postgresql+psycopg://u:p@h/n"


def test_a_mailbox_and_its_address_are_set_together(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="MAILBOX_ADDRESS"):
        read(tmp_path, MAILBOX_URL="maildir:box")


def test_the_suppression_key_survives_a_rotation_of_the_secret(tmp_path: Path) -> None:
    before = read(tmp_path).suppression_key
    after = read(tmp_path, SECRET_KEY="n" * 40, SECRET_KEY_PREVIOUS="s" * 40).suppression_key
    assert before == after

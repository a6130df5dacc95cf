"""Settings: the environment, read once and checked whole."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from outreach.errors import Misconfigured, Sentence
from outreach.times import is_zone
from outreach.variables import VARIABLES

T = TypeVar("T")

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


_BY_NAME = {variable.name: variable for variable in VARIABLES}


@dataclass(frozen=True)
class MailUrl:
    """Where mail goes, from `MAIL_URL`."""

    scheme: str
    """`smtp`, `smtps`, `smtp+plain` or `maildir`."""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    path: str = ""


@dataclass(frozen=True)
class Settings:
    """Every setting, parsed. Make it with `Settings.from_environ`."""

    home: Path
    database_url: str
    mail: MailUrl
    mailbox_url: str
    mailbox_address: str
    secret_keys: tuple[str, ...]
    """The present key first, then the earlier ones."""
    suppression_key: bytes
    base_url: str
    """Without a slash at the end."""
    trusted_proxies: tuple[str, ...]
    mail_connections: int
    mail_per_connection: int
    mail_per_second: int
    mail_per_hour: int
    signups_per_hour: int
    join_opens_minutes: int
    offer_hours: int
    registrants_kept_days: int
    grace_seconds: int
    canary_size: int
    canary_percent: int
    collision_hours: int
    staff_zone: str
    log_level: str
    log_json: bool
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the environment said, by variable, of those that were set. It holds secrets."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read all settings; Misconfigured lists everything that is wrong at once."""
        return _Reader(environ).read()

    @property
    def content(self) -> Path:
        """The folder of what we say."""
        return self.home / "content"

    @property
    def templates(self) -> Path:
        """The folder of how it looks."""
        return self.home / "templates"

    @property
    def subscribers(self) -> Path:
        """The folder of who may hear it."""
        return self.home / "subscribers"

    @property
    def instance(self) -> Path:
        """The folder of what this installation makes by itself."""
        return self.home / "instance"


class _Reader:
    """Reads one environment and collects every fault on the way."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[Sentence] = []

    def read(self) -> Settings:
        home = Path(self.text("OUTREACH_HOME")).resolve()
        if not home.is_dir():
            self.fault(
                "OUTREACH_HOME", Sentence("the folder %(path)s does not exist", {"path": home})
            )
        secrets = self.secrets()
        settings = Settings(
            home=home,
            database_url=self.parsed("DATABASE_URL", lambda text: _database_url(text, home), ""),
            mail=self.parsed("MAIL_URL", lambda text: _mail_url(text, home), MailUrl("maildir")),
            mailbox_url=self.parsed("MAILBOX_URL", lambda text: _mailbox_url(text, home), ""),
            mailbox_address=self.parsed("MAILBOX_ADDRESS", _mailbox_address, ""),
            secret_keys=secrets,
            suppression_key=self.suppression_key(secrets),
            base_url=self.parsed("BASE_URL", _base_url, ""),
            trusted_proxies=self.parsed("TRUSTED_PROXIES", _networks, ()),
            mail_connections=self.parsed("MAIL_CONNECTIONS", _number(1, 64), 8),
            mail_per_connection=self.parsed("MAIL_PER_CONNECTION", _number(1, 100_000), 100),
            mail_per_second=self.parsed("MAIL_PER_SECOND", _number(0, 1_000_000), 0),
            mail_per_hour=self.parsed("MAIL_PER_HOUR", _number(0, 1_000_000_000), 0),
            signups_per_hour=self.parsed("SIGNUPS_PER_HOUR", _number(1, 1_000_000), 20),
            join_opens_minutes=self.parsed("JOIN_OPENS_MINUTES", _number(0, 1440), 15),
            offer_hours=self.parsed("OFFER_HOURS", _number(1, 168), 24),
            registrants_kept_days=self.parsed("REGISTRANTS_KEPT_DAYS", _number(1, 3650), 180),
            grace_seconds=self.parsed("GRACE_SECONDS", _number(0, 3600), 60),
            canary_size=self.parsed("CANARY_SIZE", _number(0, 1000), 50),
            canary_percent=self.parsed("CANARY_PERCENT", _number(0, 100), 10),
            collision_hours=self.parsed("COLLISION_HOURS", _number(0, 720), 24),
            staff_zone=self.parsed("STAFF_ZONE", _zone_name, "UTC"),
            log_level=self.parsed(
                "LOG_LEVEL", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"
            ),
            log_json=self.parsed("LOG_JSON", _one_of("YES", "NO"), "NO") == "YES",
            given={name: text for name in _BY_NAME if (text := self.environ.get(name, "").strip())},
        )
        if bool(settings.mailbox_url) != bool(settings.mailbox_address) and not self.faults:
            self.fault("MAILBOX_ADDRESS", Sentence("set it together with MAILBOX_URL, or neither"))
        if self.faults:
            raise Misconfigured(self.faults)
        return settings

    def text(self, name: str) -> str:
        """Give what the variable says, or its default; a missing one without default is a fault."""
        variable = _BY_NAME[name]
        value = self.environ.get(name, "").strip()
        if value:
            return value
        if variable.default is None:
            self.fault(name, Sentence("is not set. %(meaning)s", {"meaning": variable.meaning}))
            return ""
        return variable.default

    def parsed(self, name: str, parse: Callable[[str], T], otherwise: T) -> T:
        text = self.text(name)
        if not text:
            return otherwise
        try:
            return parse(text)
        except ValueError as error:
            self.fault(name, Sentence(str(error).replace("%", "%%")))
            return otherwise

    def secrets(self) -> tuple[str, ...]:
        present = self.text("SECRET_KEY")
        if present and len(present) < 32:
            self.fault("SECRET_KEY", Sentence("is too short: use at least 32 characters"))
        return (present, *self.text("SECRET_KEY_PREVIOUS").split())

    def suppression_key(self, secrets: tuple[str, ...]) -> bytes:
        key = self.text("SUPPRESSION_KEY") or secrets[-1]
        return hashlib.sha256(b"suppression:" + key.encode()).digest()

    def fault(self, name: str, problem: Sentence) -> None:
        self.faults.append(
            Sentence("%(name)s: %(problem)s", {"name": name, "problem": str(problem)})
        )


def _database_url(text: str, home: Path) -> str:
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return f"sqlite:///{(home / rest[1:]).resolve()}"
    if scheme in ("postgresql", "postgres", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    raise ValueError("write sqlite:///PATH or postgresql://user:password@host/name")


def _mail_url(text: str, home: Path) -> MailUrl:
    if text.startswith("maildir:"):
        return MailUrl("maildir", path=str((home / text.removeprefix("maildir:")).resolve()))
    parts = _split(text)
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if parts.scheme not in ports or not parts.hostname:
        raise ValueError("write smtp://, smtps:// or smtp+plain:// with a host, or maildir:PATH")
    if parts.scheme == "smtp+plain" and parts.hostname not in LOOPBACK_NAMES:
        raise ValueError(
            "smtp+plain:// sends passwords and mail in the clear, so it is for this machine only; "
            "use smtp:// or smtps:// for another host"
        )
    return MailUrl(
        parts.scheme,
        parts.hostname,
        parts.port or ports[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _mailbox_url(text: str, home: Path) -> str:
    if text.startswith("maildir:"):
        return f"maildir:{(home / text.removeprefix('maildir:')).resolve()}"
    parts = _split(text)
    if parts.scheme != "imaps" or not parts.hostname:
        raise ValueError("write imaps://user:password@host/FOLDER or maildir:PATH")
    return text


def _split(text: str) -> SplitResult:
    """Split a URL; ValueError in our words if it is none (its parts may hold a password)."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise ValueError("this is not a valid URL") from error
    return parts


def _mailbox_address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not at or not re.fullmatch(r"[A-Za-z0-9._-]{1,20}", local) or "." not in domain:
        raise ValueError(
            "write an address like in@news.example.org, with at most 20 letters before the @"
        )
    return text


def _base_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("write https:// and the host, without a path")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_NAMES:
        raise ValueError("use https://; plain http:// is for this machine only")
    return text.rstrip("/")


def _networks(text: str) -> tuple[str, ...]:
    for part in text.split():
        (ip_network if "/" in part else ip_address)(part)
    return tuple(text.split())


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.upper() not in words:
            raise ValueError(f"write one of {', '.join(words)}")
        return text.upper()

    return parse


def _zone_name(text: str) -> str:
    if not is_zone(text):
        raise ValueError("write a time zone like Europe/Paris")
    return text

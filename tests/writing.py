"""A home folder that tests write content files into, small and right until a test breaks it."""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image

from outreach.db.database import Database
from outreach.links import Links
from outreach.settings import Settings
from outreach.sync import SyncReport, synchronise

SITE = """\
languages = ["en", "fr", "es"]
default_language = "en"

[fallback]
fr = ["es"]

[name]
en = "Women and Mines"
fr = "Femmes et mines"

[sender]
address = "news@example.org"
reply_to = "desk@example.org"

[sender.name]
en = "Women and Mines"

[postal_address]
en = "1 Street, Town"
"""
TOPICS = """\
[[topics]]
slug = "news"

[topics.name]
en = "News"
fr = "Nouvelles"

[topics.description]
en = "What we do."
"""
NEWSLETTER = """\
topic = "news"

[name]
en = "The Letter"
fr = "La lettre"
"""
EVENT = """\
kind = "webinar"
topic = "news"
start = 2026-12-01T15:00:00
end = 2026-12-01T16:30:00
zone = "Europe/Paris"
organiser = "A Foundation"
registration = "https://example.org/register"
"""
PREHEADER = "Forty characters and a few more, so that inboxes show it."


def edition(title: str = "July", *, body: str = "Dear reader,\n", more: str = "") -> str:
    """Give a good edition file; its body begins in line 8, or later with `more`."""
    return (
        f"---\ntitle: {title}\nsubject: The {title} letter\npreheader: {PREHEADER}\n"
        f"date: 2020-07-01\n{more}---\n\n{body}"
    )


def text(title: str = "A title", *, body: str = "Some words.\n", more: str = "") -> str:
    """Give a good article, page or event text; its body begins in line 6, or later with `more`."""
    return f"---\ntitle: {title}\nsummary: What it is about.\n{more}---\n\n{body}"


def picture(size: tuple[int, int] = (64, 48), kind: str = "PNG", colour: str = "#a8481a") -> bytes:
    """Give the bytes of a plain picture."""
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return written.getvalue()


@dataclass
class Home:
    """A home and its database."""

    path: Path
    database: Database
    settings: Settings
    links: Links
    now: datetime

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file beneath the home."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, path: str) -> None:
        """Delete a file beneath the home."""
        (self.path / path).unlink()

    def sync(self) -> SyncReport:
        """Bring the rows up to the files."""
        return synchronise(self, self.now)

    def faults(self) -> list[tuple[str, int, str]]:
        """Sync, and give path, line and English of each fault."""
        return [(each.path, each.line, str(each.sentence)) for each in self.sync().faults]

    def fault_of(self, path: str) -> tuple[int, str]:
        """Sync, and give line and English of the one fault that there must be."""
        [(found, line, said)] = self.faults()
        assert found == path
        return line, said


def basic(home: Home) -> Home:
    """Write what every home needs: the site, the topics, one newsletter."""
    home.write("content/site.toml", SITE)
    home.write("subscribers/topics.toml", TOPICS)
    home.write("content/newsletters/letter/newsletter.toml", NEWSLETTER)
    return home

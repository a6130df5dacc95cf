"""Events to embed, and partners who do: put into the content and the rows of a site."""

from outreach.events.partner_models import Partner
from tests.web.visitor import LANGUAGES, Visitor

TALK = """\
kind = "webinar"
topic = "events"
start = 2026-12-03T14:00:00
end = 2026-12-03T15:00:00
zone = "Europe/Paris"
organiser = "Us"
registration = "https://example.org/register"
"""
NIGHT = """\
kind = "meeting"
topic = "news"
start = 2026-12-09T20:00:00
end = 2026-12-09T21:00:00
zone = "America/Lima"
online_url = "https://meet.example.org/secret"

[registration]
capacity = 5
"""
OFF = """\
kind = "webinar"
topic = "events"
status = "cancelled"
start = 2026-12-16T10:00:00
end = 2026-12-16T11:00:00
zone = "Africa/Johannesburg"
registration = "https://example.org/register"
"""
CALL = """\
kind = "deadline"
topic = "news"
date = 2027-01-15
"""
ALL = {"talk": TALK, "night": NIGHT, "off": OFF, "call": CALL}


def put(site: Visitor, slug: str, content: str = TALK, title: str = "") -> None:
    """Write the files of an event."""
    folder = site.home / "content" / "events" / slug
    folder.mkdir(exist_ok=True)
    (folder / "event.toml").write_text(content)
    for language in LANGUAGES:
        head = f"---\ntitle: {title or slug} {language}\nsummary: About {slug}.\n---\n\nCome.\n"
        (folder / f"{language}.md").write_text(head)


def stage(site: Visitor) -> Visitor:
    """Give the site a programme: beside its monthly hour a talk, a meeting far away, and more."""
    for slug, content in ALL.items():
        put(site, slug, content)
    site.sync()
    return site


def many(site: Visitor, count: int) -> None:
    """Put that many events into the content, one a day."""
    for number in range(count):
        day = f"2027-{number // 28 + 1:02}-{number % 28 + 1:02}"
        title = f"Number {number}, with a title as long as those that people give to webinars"
        put(site, f"event-{number}", TALK.replace("2026-12-03", day), title)
    site.sync()


def partner(site: Visitor, slug: str = "friends", *, origins: tuple[str, ...] = ()) -> None:
    """Add a partner, as the file of partners would."""
    with site.services.database.transaction() as session:
        row = Partner(slug=slug, position=1, active=True, name="Friends", origins=[*origins])
        session.add(row)

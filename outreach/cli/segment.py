"""`outreach segment …`: which segments there are, and how many people are in one."""

from typing import Any

import click

from outreach.audience import segment_people
from outreach.audience.models import Segment
from outreach.audience.segment_rows import active_segments, name_of, rule_of
from outreach.audience.segment_rows import segment as find_segment
from outreach.audience.topics import topic as find_topic
from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.phrases.catalog import language_name


@click.group()
def segment() -> None:
    """Segments: rules that select subscribers, from subscribers/segments.toml and the desk."""


@segment.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs, with the rules.")
@pass_start
def list_segments(start: Start, *, as_json: bool) -> None:
    """List the segments that a campaign can be for.

    \b
    Examples:
      outreach segment list
      outreach segment list --json
    """
    with start.services().database.reading() as session:
        found = [_told(row) for row in active_segments(session)]
    if as_json:
        tell.as_json(found)
        return
    if not found:
        click.echo("There are none. Write them in subscribers/segments.toml, or in the desk.")
        return
    tell.table(
        ["Slug", "Name", "Made in"],
        [(each["slug"], each["name"], f"the {each['origin']}") for each in found],
    )


@segment.command("count")
@click.argument("slug")
@click.option("--topic", help="Only who gets this topic (its slug). Default: any topic.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_start
def count_segment(start: Start, *, slug: str, topic: str | None, as_json: bool) -> None:
    """Count who is in the segment SLUG at this moment and can be mailed, by language.

    \b
    Examples:
      outreach segment count francophone-africa
      outreach segment count francophone-africa --topic news --json
    """
    services = start.services()
    with services.database.reading() as session:
        rule = rule_of(find_segment(session, slug))
        number = find_topic(session, topic).id if topic else None
        now = services.clock()
        found = segment_people.count(session, rule, topic_id=number, now=now)
    if as_json:
        tell.as_json({"segment": slug, "total": found.total, "languages": found.by_language})
        return
    rows = [(language_name(language), people) for language, people in found.by_language.items()]
    tell.table(["Language", "People"], [*rows, ("All", found.total)])


def _told(row: Segment) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": name_of(row, "en"),
        "names": row.names,
        "origin": str(row.origin),
        "rule": row.rule,
    }

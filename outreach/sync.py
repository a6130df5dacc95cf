"""Files → rows, all of them. Nobody is ever mailed from here.

Files are read, and pictures made small, outside of transactions; then each thing that changed is
written in a short one of its own. A faulty file keeps its last good version live.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.articles.sync import read_articles, stale_articles, sync_article
from outreach.audience.segment_sync import sync_segments
from outreach.audience.sync import sync_topics
from outreach.audience.topics import active_topics
from outreach.content.faults import Fault, store_faults, stored_faults
from outreach.content.live import LiveFiles, compare, live_files
from outreach.content.media_sync import changed_media, forget_media, known_media, store_media
from outreach.content.models import Media, MediaFile
from outreach.content.references import take_inventory
from outreach.content.site import SITE_PATH, live_languages
from outreach.content.sync import read_site
from outreach.content.texts import Folder, Reader
from outreach.content.tree import ROOT, Tree, read_tree
from outreach.db.database import Database
from outreach.errors import Sentence
from outreach.events.models import Event
from outreach.events.partner_source import PATH as PARTNERS_PATH
from outreach.events.partner_source import read_partners
from outreach.events.partner_sync import stale_partners, sync_partners
from outreach.events.sync import (
    extend_series,
    read_events,
    short_series,
    stale_events,
    sync_event,
)
from outreach.newsletters.reading import read_newsletters
from outreach.newsletters.sync import (
    forget_newsletter,
    gone_newsletters,
    stale_editions,
    stale_newsletters,
    sync_edition,
    sync_newsletter,
)
from outreach.settings import Settings

Write = Callable[[Session], object]

SETTLE_SECONDS = 0.3
"""Many programs save a file by deleting it and writing it anew: look again before believing."""


class Parts(Protocol):
    """What syncing needs of the services."""

    @property
    def settings(self) -> Settings:
        """Give the settings: they name the home."""

    @property
    def database(self) -> Database:
        """Give the database."""


@dataclass(frozen=True)
class SyncReport:
    """What a sync found and did."""

    faults: tuple[Fault, ...]
    """Of every file as it stands now, by path and line."""
    changed: tuple[str, ...]
    """Paths whose new text, picture or absence is live since this sync."""
    missing: tuple[str, ...]
    """Translations that could be there, e.g. `content/newsletters/wrm/2020-07/fr.md`."""


@dataclass
class _Run:
    """One sync on its way."""

    database: Database
    tree: Tree
    now: datetime
    faults: list[Fault] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def write(self, action: Write, paths: Iterable[str]) -> None:
        """Write one thing that changed, in a transaction of its own, and let others have a turn."""
        with self.database.transaction() as session:
            action(session)
        self.database.breathe()
        self.changed += paths

    def note(self, reader: Reader, folder: Folder[Any]) -> None:
        """Collect what reading a folder found."""
        self.faults += folder.faults
        self.seen |= folder.seen
        if folder.present:
            missing = folder.missing(reader.languages)
            self.missing += [f"{path}/{language}.md" for path, language in missing]


def synchronise(services: Parts, now: datetime) -> SyncReport:
    """Bring the rows up to `content/` and the files of `subscribers/`, in order."""
    home = services.settings.home
    tree = _settled(services.database, home)
    run = _Run(services.database, tree, now, faults=list(tree.faults))
    with run.database.transaction() as session:
        run.faults += sync_topics(session, home, now)
    _media(run)
    reader = _site(run, _reader(run))
    with run.database.reading() as session:
        live = live_files(session)
    _events(run, reader, live)
    _partners(run, reader, live)
    _articles(run, reader, live)
    _newsletters(run, reader, live)
    _segments(run, reader)
    run.faults += _unread(run)
    return _finish(run)


def _settled(database: Database, home: Path) -> Tree:
    """List the files; once more after a moment if any that is live has vanished."""
    tree = read_tree(home)
    with database.reading() as session:
        live = {*live_files(session).under(ROOT), *known_media(session)}
    if any(tree.lacks(path) for path in live):
        sleep(SETTLE_SECONDS)
        tree = read_tree(home)
    return tree


def _media(run: _Run) -> None:
    """Pictures and downloads come first: texts are checked against them."""
    with run.database.reading() as session:
        known = known_media(session)
    for made in changed_media(run.tree, known):
        if isinstance(made, Fault):
            run.faults.append(made)
        else:
            run.write(partial(store_media, made=made), [made.path])
    gone = [path for path in known if run.tree.lacks(path)]
    if gone:
        run.write(partial(forget_media, paths=gone), gone)


def _reader(run: _Run) -> Reader:
    """Take stock of what texts may point at."""
    with run.database.reading() as session:
        rows = session.execute(
            select(MediaFile.path, Media.width > 0).join(
                Media, Media.checksum == MediaFile.checksum
            )
        )
        media = {path: bool(is_picture) for path, is_picture in rows}
        topics = [topic.slug for topic in active_topics(session)]
        languages = live_languages(session)
    return Reader(run.tree, take_inventory(run.tree, topics, media), languages)


def _site(run: _Run, reader: Reader) -> Reader:
    run.seen.add(SITE_PATH)
    document, source, faults = read_site(reader)
    run.faults += faults
    if document is None or source is None:
        return reader
    with run.database.reading() as session:
        live = live_files(session)
    own = LiveFiles({SITE_PATH: live.get(SITE_PATH, "")})
    changes = compare(run.tree, "", [document], own)
    if changes:
        run.write(partial(changes.record, now=run.now), changes.paths)
    return replace(reader, languages=tuple(source.languages))


def _events(run: _Run, reader: Reader, live: LiveFiles) -> None:
    events = read_events(reader)
    for each in events:
        run.note(reader, each.folder)
    for slug, files, changes in stale_events(events, reader, live):
        run.write(
            partial(sync_event, slug=slug, files=files, changes=changes, now=run.now),
            changes.paths,
        )
    with run.database.reading() as session:
        short = short_series(session, run.now)
    for slug in short:
        run.write(partial(extend_series, slug=slug, now=run.now), ())


def _partners(run: _Run, reader: Reader, live: LiveFiles) -> None:
    run.seen.add(PARTNERS_PATH)
    document, sources, faults = read_partners(reader)
    run.faults += faults
    changes = stale_partners(document, run.tree, live)
    if changes:
        run.write(
            partial(sync_partners, sources=sources, changes=changes, now=run.now), changes.paths
        )


def _articles(run: _Run, reader: Reader, live: LiveFiles) -> None:
    articles = read_articles(reader)
    for each in articles:
        run.note(reader, each.folder)
    for kind, slug, files, changes in stale_articles(articles, reader, live):
        run.write(
            partial(sync_article, key=(kind, slug), files=files, changes=changes, now=run.now),
            changes.paths,
        )


def _newsletters(run: _Run, reader: Reader, live: LiveFiles) -> None:
    newsletters = read_newsletters(reader)
    for each in newsletters:
        run.faults += each.faults
        run.seen.add(each.path)
        for folder in each.editions:
            run.note(reader, folder)
    for files, changes in stale_newsletters(newsletters, reader, live):
        run.write(
            partial(sync_newsletter, files=files, changes=changes, now=run.now), changes.paths
        )
    for stale in stale_editions(newsletters, reader, live):
        run.write(partial(sync_edition, stale=stale, now=run.now), stale.changes.paths)
    for slug, changes in gone_newsletters(run.tree, live):
        run.write(
            partial(forget_newsletter, slug=slug, changes=changes, now=run.now), changes.paths
        )


def _segments(run: _Run, reader: Reader) -> None:
    """Segments come last: they may name topics, and events, also those whose folder has gone."""
    with run.database.transaction() as session:
        events = {*reader.inventory.events, *session.scalars(select(Event.slug))}
        run.faults += sync_segments(session, run.tree.home, events, run.now)


def _unread(run: _Run) -> Iterator[Fault]:
    """Tell of texts that nothing reads: a name that is wrong, or a place."""
    for path in run.tree.texts:
        if path not in run.seen and path.count("/") > 1:
            said = (
                "Nothing reads a file of this name here. A text is named after its language, "
                "like en.md."
            )
            yield Fault(path, 1, Sentence(said))


def _finish(run: _Run) -> SyncReport:
    """Keep the faults as rows, where they differ from those of the sync before."""
    once = {str(fault): fault for fault in run.faults}
    faults = sorted(once.values(), key=lambda fault: (fault.path, fault.line))
    with run.database.reading() as session:
        before = stored_faults(session)
    if [str(fault) for fault in before] != [str(fault) for fault in faults]:
        run.write(partial(store_faults, faults=faults), ())
    return SyncReport(tuple(faults), tuple(sorted(run.changed)), tuple(sorted(run.missing)))

"""Newsletter files → rows. An edition that has campaigns is never taken away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.content.live import Changes, LiveFiles, compare, live_folders
from outreach.content.models import ContentFile
from outreach.content.site import source_order
from outreach.content.texts import Folder, Reader, Text
from outreach.content.translations import write_texts
from outreach.content.tree import Tree
from outreach.delivery.models import Occasion
from outreach.mail.passages import passages
from outreach.newsletters.basis import keep_basis, present_hashes
from outreach.newsletters.models import Edition, Newsletter, Translation
from outreach.newsletters.reading import PARENT, NewsletterFiles
from outreach.newsletters.source import EditionSource, NewsletterSource


@dataclass(frozen=True)
class StaleEdition:
    """An edition whose rows are behind its files."""

    newsletter: str
    slug: str
    folder: Folder[EditionSource] | None
    """None if it is gone."""
    changes: Changes


def stale_newsletters(
    newsletters: list[NewsletterFiles], reader: Reader, live: LiveFiles
) -> Iterator[tuple[NewsletterFiles, Changes]]:
    """Give each newsletter whose row is behind `newsletter.toml`."""
    for each in newsletters:
        own = LiveFiles({each.path: live[each.path]} if each.path in live else {})
        changes = compare(reader.tree, each.folder, each.own_documents(), own)
        if changes:
            yield each, changes


def stale_editions(
    newsletters: list[NewsletterFiles], reader: Reader, live: LiveFiles
) -> Iterator[StaleEdition]:
    """Give each edition whose rows are behind its files, those that are gone included."""
    present = set()
    for newsletter in newsletters:
        for folder in newsletter.editions:
            present.add(folder.path)
            changes = compare(reader.tree, folder.path, folder.documents(), live)
            if changes and (newsletter.source is not None or newsletter.path in live):
                yield StaleEdition(newsletter.slug, folder.slug, folder, changes)
    for path in _live_editions(live):
        if path not in present:
            newsletter_slug, slug = path.removeprefix(f"{PARENT}/").split("/")
            changes = compare(reader.tree, path, (), live)
            if changes:
                yield StaleEdition(newsletter_slug, slug, None, changes)


def sync_newsletter(
    session: Session, files: NewsletterFiles, changes: Changes, now: datetime
) -> None:
    """Bring a newsletter's row up to its file. It stays when its file goes: editions need it."""
    if files.source is not None:
        row = _newsletter(session, files.slug)
        if row is None:
            row = Newsletter(slug=files.slug)
            session.add(row)
        for name, value in _columns(files.source).items():
            setattr(row, name, value)
    changes.record(session, now)


def sync_edition(session: Session, stale: StaleEdition, now: datetime) -> None:
    """Bring one edition's rows up to its files."""
    newsletter = _newsletter(session, stale.newsletter)
    if newsletter is not None:
        _sync_rows(session, newsletter, stale, now)
    stale.changes.record(session, now)
    _forget_if_empty(session, newsletter)


def gone_newsletters(tree: Tree, live: LiveFiles) -> Iterator[tuple[str, Changes]]:
    """Give (slug, changes) of the newsletters whose file has left the disk."""
    for folder in live_folders(PARENT, live):
        path = f"{folder}/newsletter.toml"
        if path in live and tree.lacks(path):
            yield folder.rpartition("/")[2], Changes((), (path,))


def forget_newsletter(session: Session, slug: str, changes: Changes, now: datetime) -> None:
    """Take the newsletter away that has lost its file, unless it has editions."""
    changes.record(session, now)
    _forget_if_empty(session, _newsletter(session, slug))


def _sync_rows(
    session: Session, newsletter: Newsletter, stale: StaleEdition, now: datetime
) -> None:
    query = select(Edition).where(
        Edition.newsletter_id == newsletter.id, Edition.slug == stale.slug
    )
    edition = session.execute(query).scalar_one_or_none()
    texts = stale.folder.texts if stale.folder else {}
    if edition is None and texts:
        edition = Edition(
            newsletter=newsletter,
            occasion=_occasion(session, f"edition:{newsletter.slug}/{stale.slug}"),
            slug=stale.slug,
        )
    if edition is None:
        return
    if stale.folder is not None and texts:
        edition.date = stale.folder.agreed("date")
        edition.on_web = bool(stale.folder.agreed("on_web"))
    session.add(edition)
    before = present_hashes(edition.translations)
    write_texts(edition.translations, texts, Translation, partial(_text, now=now))
    if not _has_campaigns(session, edition):
        _take_away(session, edition, stale.folder.present if stale.folder else set())
    keep_basis(edition, before, source_order(session))


def _take_away(session: Session, edition: Edition, present: set[str]) -> None:
    edition.translations[:] = [row for row in edition.translations if row.language in present]
    if not edition.translations:
        session.delete(edition)


def _has_campaigns(session: Session, edition: Edition) -> bool:
    session.flush()
    query = select(Campaign.id).where(Campaign.occasion_id == edition.occasion_id).limit(1)
    return session.execute(query).first() is not None


def _forget_if_empty(session: Session, newsletter: Newsletter | None) -> None:
    """Take a newsletter away that has neither a file nor an edition any more."""
    if newsletter is None:
        return
    session.flush()
    path = f"{PARENT}/{newsletter.slug}/newsletter.toml"
    held = select(Edition.id).where(Edition.newsletter_id == newsletter.id).limit(1)
    if session.get(ContentFile, path) is None and session.execute(held).first() is None:
        session.delete(newsletter)


def _newsletter(session: Session, slug: str) -> Newsletter | None:
    query = select(Newsletter).where(Newsletter.slug == slug)
    return session.execute(query).scalar_one_or_none()


def _occasion(session: Session, name: str) -> Occasion:
    """Give the occasion of an edition; it outlives the edition, so that nobody gets it twice."""
    query = select(Occasion).where(Occasion.name == name)
    return session.execute(query).scalar_one_or_none() or Occasion(name=name)


def _live_editions(live: LiveFiles) -> list[str]:
    folders = {path.rpartition("/")[0] for path in live.under(PARENT)}
    return sorted(folder for folder in folders if folder.count("/") == PARENT.count("/") + 2)


def _columns(source: NewsletterSource) -> dict[str, Any]:
    return {
        "topic": source.topic,
        "names": source.name,
        "descriptions": source.description or {},
    }


def _text(text: Text[EditionSource], now: datetime) -> dict[str, Any]:
    return {
        "title": text.source.title,
        "subject": text.source.subject,
        "preheader": text.source.preheader,
        "summary": text.source.summary,
        "body": text.document.body,
        "first_line": text.document.first_line,
        "checksum": text.document.checksum,
        "block_hashes": [each.hash for each in passages(text.document.body)],
        "synced_at": now,
    }

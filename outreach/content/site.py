"""The site: who speaks, in which languages, and how it looks. Read from rows, like everything."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.media import picture_at
from outreach.content.models import ContentFile
from outreach.content.source import SiteSource
from outreach.errors import Refused
from outreach.links import Links
from outreach.mail.blocks import PictureFile
from outreach.mail.compiled import Mailbox
from outreach.mail.compose import Look

SITE_PATH = "content/site.toml"


@dataclass(frozen=True)
class Site:
    """What `content/site.toml` says, with its logo."""

    source: SiteSource
    logo: PictureFile | None

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Give the languages in the order of the language switch."""
        return tuple(self.source.languages)

    @property
    def default_language(self) -> str:
        """Give the language of whoever chose none."""
        return self.source.default_language

    @property
    def source_order(self) -> tuple[str, ...]:
        """Give the languages that others are translated from, the first that there is first."""
        return _source_order(self.source)

    @property
    def names(self) -> Mapping[str, str]:
        """Give the organisation's name by language."""
        return self.source.name

    @cached_property
    def chains(self) -> dict[str, list[str]]:
        """Give the chain of each language of the site, and of each that has a fallback."""
        tags = dict.fromkeys([*self.languages, *self.source.fallback])
        return {tag: list(self.chain(tag)) for tag in tags}

    def chain(self, language: str) -> list[str]:
        """Give the languages to try: exact, base, the fallback chain, the default."""
        base = language.partition("-")[0]
        fallback = self.source.fallback.get(language) or self.source.fallback.get(base, [])
        return list(dict.fromkeys([language, base, *fallback, self.default_language]))

    def text(self, texts: Mapping[str, str], language: str) -> str:
        """Give the best of texts by language; any before none, and empty if there are none."""
        chosen = self.choose(texts, language)
        return texts[chosen] if chosen else ""

    def choose(self, available: Mapping[str, object], language: str) -> str | None:
        """Give the best language among the keys; None only if there are none."""
        for tag in self.chain(language):
            if tag in available:
                return tag
        return next(iter(sorted(available)), None)

    def name(self, language: str) -> str:
        """Give the organisation's name."""
        return self.text(self.source.name, language)

    def tagline(self, language: str) -> str:
        """Give the sentence beside the name, or nothing."""
        return self.text(self.source.tagline or {}, language)

    def postal_address(self, language: str) -> str:
        """Give the postal address, one line each."""
        return self.text(self.source.postal_address, language)

    def sender(self, language: str) -> Mailbox:
        """Give the mailbox that mail comes from."""
        return Mailbox(self.source.sender.address, self.text(self.source.sender.name, language))

    @property
    def mail_domain(self) -> str:
        """Give the domain of our mail, as the wire writes it (an A-label)."""
        domain = self.source.sender.address.rpartition("@")[2]
        return domain.encode("idna").decode("ascii").lower()

    @property
    def fallback(self) -> Mapping[str, list[str]]:
        """Give the languages to try next, by language, as the file says."""
        return self.source.fallback

    @property
    def reply_to(self) -> str:
        """Give the address that answers go to, or nothing."""
        return self.source.sender.reply_to

    @property
    def colours(self) -> dict[str, dict[str, str]]:
        """Give the tokens: `{"light": {"paper": "#…", …}, "dark": {…}}`."""
        found: dict[str, dict[str, str]] = self.source.colours.model_dump()
        return found

    def logo_alt(self, language: str) -> str:
        """Give the logo's text."""
        return self.text(self.source.logo.alt, language) if self.source.logo else ""

    def privacy_url(self, language: str, links: Links) -> str:
        """Give the privacy notice."""
        return links.to_page(language, self.source.privacy.page)

    def imprint_url(self, language: str, links: Links) -> str:
        """Give the imprint."""
        return links.to_page(language, self.source.privacy.imprint)

    def footer_links(self, language: str, links: Links) -> tuple[tuple[str, str], ...]:
        """Give (label, URL) of the links at the foot of pages and mails."""
        return tuple(
            (self.text(link.label, language), _target(link.url, language, links))
            for link in self.source.links
        )

    def look(self, language: str, links: Links) -> Look:
        """Give what makes a mail look like ours."""
        return Look(
            organisation=self.name(language),
            site_url=links.home(language),
            colours=self.colours,
            logo=self.logo,
            logo_alt=self.logo_alt(language),
            postal_address=self.postal_address(language),
            links=self.footer_links(language, links),
        )


def load_site(session: Session, links: Links) -> Site:
    """Give the site as last synced without faults; Refused if it never was."""
    text = _text(session)
    if text is None:
        raise Refused(
            "%(path)s has not been read yet. Run “outreach sync”, and mend what it reports.",
            path=SITE_PATH,
        )
    source = _parsed(text)
    logo = picture_at(session, links, f"content/{source.logo.file}") if source.logo else None
    return Site(source, logo)


def live_languages(session: Session) -> tuple[str, ...]:
    """Give the site's languages; none if it was never synced."""
    text = _text(session)
    return tuple(_parsed(text).languages) if text is not None else ()


def source_order(session: Session) -> tuple[str, ...]:
    """Give the languages that others are translated from; none if the site was never synced."""
    text = _text(session)
    return _source_order(_parsed(text)) if text is not None else ()


def _source_order(source: SiteSource) -> tuple[str, ...]:
    return tuple(dict.fromkeys([source.default_language, *source.languages]))


def _text(session: Session) -> str | None:
    query = select(ContentFile.text).where(ContentFile.path == SITE_PATH)
    return session.execute(query).scalar_one_or_none()


@lru_cache(maxsize=4)
def _parsed(text: str) -> SiteSource:
    return SiteSource.model_validate(tomllib.loads(text))


def _target(url: str, language: str, links: Links) -> str:
    return links.to_page(language, url.removeprefix("page:")) if url.startswith("page:") else url

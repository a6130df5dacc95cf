"""One request to a page of the site: its language, the site's words, and a session."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, cast

from babel import Locale, UnknownLocaleError
from flask import Response, current_app, make_response, render_template, request
from sqlalchemy.orm import Session

from outreach.content.site import Site, load_site
from outreach.errors import NotFound
from outreach.phrases.catalog import Phrases, language_name, phrases
from outreach.web.theme import Theme, theme

if TYPE_CHECKING:
    from outreach.bootstrap import Services
    from outreach.web.assets import Assets

SERVICES, ASSETS = "outreach-services", "outreach-assets"


@dataclass(frozen=True)
class LanguageChoice:
    """A language to switch to."""

    language: str
    name: str
    """In itself, e.g. `Français`."""
    url: str
    current: bool


@dataclass(frozen=True)
class Visit:
    """What a view needs to read and to answer."""

    services: "Services"
    session: Session
    site: Site
    language: str
    now: datetime

    @cached_property
    def t(self) -> Phrases:
        """Give the words of the visitor's language."""
        return phrases(self.language)

    @cached_property
    def theme(self) -> Theme:
        """Give the site's colours."""
        return theme(self.site.colours)

    def text(self, texts: Mapping[str, str]) -> str:
        """Choose a text by language."""
        return self.site.text(texts, self.language)

    def in_words(self, language: str) -> str:
        """Name a language in the visitor's, e.g. `anglais`."""
        try:
            named = Locale.parse(language, sep="-").get_display_name(self.t.locale)
        except (UnknownLocaleError, ValueError):
            return language
        return named or language

    def language_title(self, language: str) -> str:
        """Name a language in the visitor's, where the name stands by itself, e.g. `Anglais`."""
        named = self.in_words(language)
        return named[:1].upper() + named[1:]

    @property
    def spoken(self) -> str:
        """List the site's languages in the visitor's, e.g. `anglais, français et espagnol`."""
        return self.t.listed(self.in_words(language) for language in self.site.languages)

    @property
    def language_names(self) -> list[tuple[str, str]]:
        """Give each language of the site with its name in itself."""
        return [(language, language_name(language)) for language in self.site.languages]

    def country(self, code: str) -> str:
        """Name a country (ISO 3166-1 alpha-2) in the visitor's language."""
        return str(self.t.locale.territories.get(code, code))

    def local(self, url: str) -> str:
        """Turn an address of ours into a path, so that pages work under any host name."""
        base = self.services.links.base_url
        return url[len(base) :] if url.startswith(f"{base}/") else url

    def path(self, *parts: str) -> str:
        """Give the path of a page in this language."""
        return self.local(self.services.links.page(self.language, *parts))

    @property
    def home(self) -> str:
        """Give the path of the first page in this language."""
        return self.local(self.services.links.home(self.language))

    def everywhere(self, *parts: str) -> dict[str, str]:
        """Give the address of a page in every language of the site."""
        links = self.services.links
        if not parts:
            return {language: links.home(language) for language in self.site.languages}
        return {language: links.page(language, *parts) for language in self.site.languages}

    def choices(self, addresses: Mapping[str, str]) -> list[LanguageChoice]:
        """Give the language switch: each language in its own name."""
        return [
            LanguageChoice(
                language,
                language_name(language),
                self.local(addresses.get(language, self.services.links.home(language))),
                language == self.language,
            )
            for language in self.site.languages
        ]

    def show(
        self,
        template: str,
        *,
        addresses: Mapping[str, str] | None = None,
        switch: Mapping[str, str] | None = None,
        written_in: Sequence[str] | None = None,
        status: int = 200,
        **values: object,
    ) -> Response:
        """Answer with a page.

        `addresses`: the page's own, by language (none for a page that nobody should find again);
        `switch`: where the language switch of such a page leads; `written_in`: the languages in
        which its text exists, if not all of them.
        """
        own = addresses or {}
        alternates = {
            language: url
            for language, url in own.items()
            if written_in is None or language in written_in
        }
        chosen = self.site.choose(alternates, self.language) or self.language
        page: dict[str, object] = {
            "choices": self.choices(switch or own),
            "alternates": alternates,
            "canonical": alternates.get(chosen, own.get(self.language, "")),
            "fallback_url": alternates.get(self.site.default_language, ""),
            "public": bool(own),
        }
        body = render_template(
            template, visit=self, t=self.t, asset=assets().url, **self._frame(), **(page | values)
        )
        response = make_response(body, status)
        response.headers["Content-Language"] = self.language
        return response

    def _frame(self) -> dict[str, object]:
        """Give what the frame of every page shows."""
        footer = self.site.footer_links(self.language, self.services.links)
        return {
            "name": self.site.name(self.language),
            "logo": self.site.logo,
            "postal_address": self.site.postal_address(self.language),
            "footer_links": [(label, self.local(url)) for label, url in footer],
            "sections": [
                ("home", self.t("News & events"), self.home),
                ("newsletters", self.t("Newsletters"), self.path("newsletters")),
                ("events", self.t("Events"), self.path("events")),
            ],
        }


def present_services() -> "Services":
    """Give the services that the app was made with."""
    return cast("Services", current_app.extensions[SERVICES])


def assets() -> "Assets":
    """Give the static files of the app."""
    return cast("Assets", current_app.extensions[ASSETS])


@contextmanager
def reading(language: str | None = None) -> Iterator[Visit]:
    """Open a visit that only reads; NotFound if the site does not speak that language.

    Without a language the browser's wishes decide.
    """
    services = present_services()
    with services.database.reading() as session:
        yield enter(services, session, language)


@contextmanager
def writing(language: str | None = None) -> Iterator[Visit]:
    """Open a visit that writes: committed at the end, rolled back on an error."""
    services = present_services()
    with services.database.transaction() as session:
        yield enter(services, session, language)


def enter(services: "Services", session: Session, language: str | None) -> Visit:
    """Begin a visit in one of the site's languages; NotFound for another one."""
    site = load_site(session, services.links)
    chosen = guessed_language(site) if language is None else language
    if chosen not in site.languages:
        raise NotFound("This site does not speak that language.")
    return Visit(services, session, site, chosen, services.clock())


def guessed_language(site: Site) -> str:
    """Choose a language for somebody whose address names none: by path, then by the browser."""
    first = request.path.lstrip("/").partition("/")[0]
    if first in site.languages:
        return first
    spoken = {language.lower(): language for language in site.languages}
    for wished, quality in request.accept_languages:
        tag = wished.lower()
        chosen = spoken.get(tag) or spoken.get(tag.partition("-")[0])
        if chosen and quality > 0:
            return chosen
    return site.default_language

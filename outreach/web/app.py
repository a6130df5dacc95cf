"""The web application, made from Services."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from outreach.mail.markdown import to_html
from outreach.web import (
    articles,
    calendar_feeds,
    calendars,
    confirm,
    errors,
    events,
    feeds,
    joining,
    mailview,
    media,
    news,
    newsletters,
    oneclick,
    partner,
    personal,
    preferences,
    previews,
    registration,
    sandbox,
    seat,
    security,
    signup,
    site,
)
from outreach.web.announced import announcements
from outreach.web.assets import Assets
from outreach.web.counting import Counting
from outreach.web.desk import access
from outreach.web.desk import account as desk_account
from outreach.web.desk import campaign_acts as desk_campaign_acts
from outreach.web.desk import campaign_files as desk_campaign_files
from outreach.web.desk import campaign_report as desk_campaign_report
from outreach.web.desk import campaigns as desk_campaigns
from outreach.web.desk import checks as desk_checks
from outreach.web.desk import editions as desk_editions
from outreach.web.desk import home as desk_home
from outreach.web.desk import log as desk_log
from outreach.web.desk import overview as desk_overview
from outreach.web.desk import partners as desk_partners
from outreach.web.desk import people as desk_people
from outreach.web.desk import proof as desk_proof
from outreach.web.desk import schedule as desk_schedule
from outreach.web.desk import segment_delete as desk_segment_delete
from outreach.web.desk import segment_edit as desk_segment_edit
from outreach.web.desk import segments as desk_segments
from outreach.web.desk import signin as desk_signin
from outreach.web.desk import system as desk_system
from outreach.web.desk import trying as desk_trying
from outreach.web.embed import builder as embed_builder
from outreach.web.embed import oembed
from outreach.web.embed import scripts as embed_scripts
from outreach.web.embed import views as embed
from outreach.web.proxies import TrustedProxies
from outreach.web.ready import Ready
from outreach.web.visit import ASSETS, SERVICES

if TYPE_CHECKING:
    from outreach.bootstrap import Services

ROOMS = (
    site,
    news,
    newsletters,
    articles,
    calendar_feeds,
    calendars,
    events,
    registration,
    seat,
    joining,
    partner,
    signup,
    confirm,
    preferences,
    personal,
    oneclick,
    sandbox,
    mailview,
    previews,
    feeds,
    media,
    embed_builder,
    oembed,
    embed_scripts,
    embed,
    desk_signin,
    desk_home,
    desk_campaigns,
    desk_campaign_acts,
    desk_campaign_report,
    desk_campaign_files,
    desk_editions,
    desk_overview,
    desk_proof,
    desk_account,
    desk_people,
    desk_segments,
    desk_segment_edit,
    desk_segment_delete,
    desk_partners,
    desk_schedule,
    desk_trying,
    desk_checks,
    desk_log,
    desk_system,
)
MOST_BYTES = 256 * 1024
"""Of a form: no page of ours sends more than a few kilobytes."""


class LanguageConverter(BaseConverter):
    """A language tag such as `fr` or `pt-BR`; whether the site speaks it is asked later."""

    regex = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"


class SlugConverter(BaseConverter):
    """The name of a folder of content."""

    regex = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"


class TokenConverter(BaseConverter):
    """One of our signed tokens, or what is left of one."""

    regex = r"[A-Za-z0-9_-]{1,500}"


class ChecksumConverter(BaseConverter):
    """A SHA-256 in hexadecimal."""

    regex = r"[0-9a-f]{64}"


class FileNameConverter(BaseConverter):
    """The name under which something is saved: printable, without a folder."""

    regex = r"[^/\\\x00-\x1f\x7f-\x9f]{1,200}"


CONVERTERS = {
    "language": LanguageConverter,
    "slug": SlugConverter,
    "token": TokenConverter,
    "checksum": ChecksumConverter,
    "filename": FileNameConverter,
}


def create_app(services: "Services", *, ticks: Callable[[], float] = time.monotonic) -> Flask:
    """Make the application; everything it needs comes from `services`.

    `ticks`: seconds that only grow, by which answers age that are kept.
    """
    app = Flask(
        "outreach.web",
        template_folder=str(services.settings.templates.resolve() / "web"),
        static_folder=None,
    )
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_PARTS=100)
    app.extensions[SERVICES] = services
    app.url_map.converters.update(CONVERTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["markdown"] = _markdown(services.settings.base_url)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    errors.install(app)
    https = services.settings.base_url.startswith("https://")
    access.install(app, keys=services.settings.secret_keys, https=https)
    security.protect(app, https=https)
    files = Assets(app.wsgi_app)
    app.extensions[ASSETS] = files
    counting = Counting(services.database, services.clock)
    services.before_close(counting.close)
    proxies = TrustedProxies(files, services.settings.trusted_proxies)
    # Outermost: what is ready depends neither on who asks nor on the way by which they came.
    ready = Ready(proxies, reads=announcements(app), count=counting.add, clock=ticks)
    app.wsgi_app = ready  # type: ignore[method-assign]
    return app


def _markdown(base_url: str) -> Callable[[str], Markup]:
    """Give the filter of prose; links to our own pages work under any host name."""

    def to_page(text: str) -> Markup:
        html = to_html(text).replace(f'href="{base_url}/', 'href="/')
        return Markup(html)  # noqa: S704  (sanitised by to_html)

    return to_page

"""A partner's own page, by a signed link: what comes of its embeds, in total and by month."""

from flask import Blueprint, Response

from outreach.errors import NotFound
from outreach.events import partners
from outreach.events.partner_models import Partner
from outreach.events.partner_totals import Account, Totals, account, as_csv
from outreach.links import Purpose
from outreach.phrases.catalog import Phrases
from outreach.web import charts, errors
from outreach.web.charts import Line, Picture, Series, Words
from outreach.web.saved import saved, separator
from outreach.web.visit import Visit, reading

blueprint = Blueprint("partner", __name__)

CAME_OF_IT = (("registrations", ""), ("outward", "stripes"), ("signups", "dots"))
"""What is drawn in one picture, with the pattern of each; views are too many to stand beside it."""


@blueprint.get("/<language:language>/partner/<token:token>")
def show(language: str, token: str) -> Response:
    """Show it; a partner that has left the file is told so."""
    with reading(language) as visit:
        partner = _partner(visit, token)
        if partner is None:
            return _gone()
        found = account(visit.session, partner, visit.now.date())
        return visit.show(
            "partner.html",
            switch=visit.everywhere("partner", token),
            partner=partner,
            heads=heads(visit.t),
            account=found,
            is_empty=found.ever == Totals(),
            pictures=_pictures(visit.t, found),
            file=visit.path("partner", token, "totals.csv"),
            builder=visit.local(
                visit.services.links.to_builder(language, f"partner={partner.slug}")
            ),
        )


@blueprint.get("/<language:language>/partner/<token:token>/totals.csv")
def file(language: str, token: str) -> Response:
    """Give the same as a file for spreadsheets."""
    with reading(language) as visit:
        partner, t = _partner(visit, token), visit.t
        if partner is None:
            return _gone()
        found = account(visit.session, partner, visit.now.date())
        text = as_csv(found, [t("Month"), *heads(t)], t("In all"), separator(t))
        return saved([text], f"{partner.slug}.csv")


def heads(t: Phrases) -> list[str]:
    """Name what is counted, in the order of `Totals`."""
    return [t("Views"), t("Registration forms"), t("Ways out"), t("Sign-ups")]


def _partner(visit: Visit, token: str) -> Partner | None:
    [number] = visit.services.links.read(Purpose.PARTNER, token)
    return partners.by_id(visit.session, number)


def _gone() -> Response:
    return errors.problem(
        404, NotFound("This partner is not in our list any more, so there is nothing to see here.")
    )


def _pictures(t: Phrases, found: Account) -> list[Picture]:
    """Draw the views, and what came of them, month by month; nothing of what never was."""
    names = dict(zip(("views", "registrations", "outward", "signups"), heads(t), strict=True))
    drawn = []
    if found.ever.views:
        said = t("How often embeds were loaded in each month.")
        words = Words("views", t("Views"), said, t("Month"), "", t.number)
        drawn.append(_columns(t, words, [Series("views", names["views"])], found))
    if found.ever.all[1:] != (0, 0, 0):
        kinds = [Series(key, names[key], pattern) for key, pattern in CAME_OF_IT]
        said = t("Registration forms, ways out and sign-ups in each month.")
        words = Words("outcome", t("What came of them"), said, t("Month"), t("Together"), t.number)
        drawn.append(_columns(t, words, kinds, found))
    return drawn


def _columns(t: Phrases, words: Words, kinds: list[Series], found: Account) -> Picture:
    lines = [
        Line(t.month(month), {each.key: getattr(totals, each.key) for each in kinds})
        for month, totals in found.months.items()
    ]
    return charts.columns(words, kinds, lines, ends=(lines[0].label, lines[-1].label))

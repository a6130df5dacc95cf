"""What the desk asked to be looked at outside: links over the network, letters by SpamAssassin."""

from collections.abc import Iterable, Iterator
from functools import partial
from threading import Event

from outreach.bootstrap import Services
from outreach.errors import OutreachError
from outreach.newsletters.checks import link_rows, spam
from outreach.newsletters.checks.guarded import Rules
from outreach.newsletters.checks.looking import Outcome, look
from outreach.newsletters.checks.rounds import look_at
from outreach.newsletters.compose import desk_for
from outreach.newsletters.queries import edition as find_edition
from outreach.newsletters.sample import sample_mail

AT_ONCE = 8
"""Links that a worker takes on together; it has told of all before others take them for lost."""


def rules_for(services: Services) -> Rules:
    """Give the rules of looking, with the site's address for whoever wonders who asks."""
    site = services.settings.base_url
    return Rules(agent=f"Mozilla/5.0 (compatible; Outreach link check; +{site})")


def look_at_links(services: Services, stop: Event, *, rules: Rules | None = None) -> bool:
    """Look at the links that were asked for; tell whether there were any."""
    database = services.database
    with database.reading() as session:
        if not link_rows.is_due(session, services.clock()):
            return False
    with database.transaction() as session:
        urls = link_rows.claim(session, AT_ONCE, services.clock())
    for _ in answers(services, urls, stop, rules=rules):
        database.breathe()
    return bool(urls)


def answers(
    services: Services, urls: Iterable[str], stop: Event, *, rules: Rules | None = None
) -> Iterator[tuple[str, Outcome]]:
    """Look at links, and write each answer down as it comes; no transaction waits for one."""
    looked = look_at(urls, partial(look, rules=rules or rules_for(services)), stop)
    for url, outcome in looked:
        with services.database.transaction() as session:
            link_rows.record(session, {url: outcome}, services.clock())
        yield url, outcome


def judge_letter(services: Services) -> bool:
    """Let SpamAssassin judge the letter that was asked for first; tell whether there was one."""
    with services.database.reading() as session:
        due = spam.next_due(session, services.clock())
    if due is None:
        return False
    judge(services, *due)
    return True


def judge(services: Services, name: str, language: str) -> None:
    """Let SpamAssassin judge one letter, and write down what it said."""
    now = services.clock()
    sources, mail = "", b""
    with services.database.reading() as session:
        try:
            edition = find_edition(session, name)
            desk = desk_for(session, services.stationery, services.links, edition=edition, now=now)
            sources, mail = sample_mail(desk, edition, language)
        except OutreachError:
            mail = b""
    verdict = spam.judged(mail) if mail else spam.Verdict()
    with services.database.transaction() as session:
        spam.record(session, name, language, sources=sources, verdict=verdict, now=services.clock())

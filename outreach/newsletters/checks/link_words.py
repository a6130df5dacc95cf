"""What is told of a link that does not simply answer, and what to do."""

from outreach.errors import Sentence
from outreach.newsletters.checks.findings import Level
from outreach.newsletters.checks.looking import Outcome
from outreach.newsletters.checks.models import Problem

Told = tuple[Level, Sentence, Sentence]
"""How much it weighs, what is so, what to do."""

GONE = frozenset({404, 410})
_OPEN_IT = Sentence("Open it in your browser. If it works there, all is well.")
_WRITE_ANEW = Sentence("Write the address anew, or take the link out.")

_PROBLEMS: dict[Problem, Told] = {
    Problem.NAME: (
        Level.WARN,
        Sentence("The link %(url)s leads to a name that does not exist on the internet."),
        Sentence("Look for a slip of the pen in the address."),
    ),
    Problem.UNREACHABLE: (Level.WARN, Sentence("The link %(url)s does not answer."), _OPEN_IT),
    Problem.TIMEOUT: (
        Level.WARN,
        Sentence("The link %(url)s took too long to answer."),
        _OPEN_IT,
    ),
    Problem.CERTIFICATE: (
        Level.WARN,
        Sentence("The link %(url)s has no valid certificate: browsers will warn your readers."),
        Sentence("Tell the people of that site, or take the link out."),
    ),
    Problem.PRIVATE: (
        Level.WARN,
        Sentence(
            "The link %(url)s leads into a private network, where readers do not come. It was not "
            "looked at."
        ),
        Sentence("Use the public address of the page."),
    ),
    Problem.PORT: (
        Level.WARN,
        Sentence("The link %(url)s uses an unusual port. It was not looked at."),
        _OPEN_IT,
    ),
    Problem.PASSWORD: (
        Level.FAIL,
        Sentence("The link %(url)s holds a name or a password: every reader would have it."),
        Sentence("Take out what stands before the @."),
    ),
    Problem.SCHEME: (
        Level.WARN,
        Sentence("The link %(url)s leads on to something that is no page of the web."),
        _OPEN_IT,
    ),
    Problem.LOOP: (
        Level.WARN,
        Sentence("The link %(url)s leads on again and again, without an end."),
        _OPEN_IT,
    ),
    Problem.MALFORMED: (
        Level.WARN,
        Sentence("The link %(url)s cannot be understood."),
        _WRITE_ANEW,
    ),
}
NOT_LOOKED_AT: Told = (
    Level.WARN,
    Sentence("Links not looked at within the last hour: %(number)s, first %(url)s."),
    Sentence("Look at the links now: in the desk, or with “outreach check --links”."),
)
NOWHERE: Told = (
    Level.FAIL,
    Sentence("The link %(url)s leads to this computer or into a private network."),
    Sentence("Use the public address of the page."),
)
OURS_GONE: Told = (
    Level.FAIL,
    Sentence("The link %(url)s leads to a page of ours that does not exist."),
    Sentence("Correct the name, or write page:…, article:… or event:… with a name that exists."),
)
OURS_HIDDEN: Told = (
    Level.WARN,
    Sentence("The link %(url)s leads to an edition that has not appeared yet."),
    Sentence("Send that one first, or take the link out."),
)
_SECURE: Told = (
    Level.WARN,
    Sentence("The link %(url)s is not encrypted, and its site can do better."),
    Sentence("Write https instead of http."),
)
_LEADS_ON: Told = (
    Level.WARN,
    Sentence("The link %(url)s leads on to %(final)s."),
    Sentence("Write that address, if it is the page that you mean."),
)
_DEAD: Told = (
    Level.FAIL,
    Sentence("The link %(url)s is dead: its site says that there is no such page (%(status)s)."),
    _WRITE_ANEW,
)
_REFUSED: Told = (
    Level.WARN,
    Sentence("The link %(url)s does not open for us: its site answers with %(status)s."),
    _OPEN_IT,
)
LONGEST = 160
"""Characters of an address that a sentence quotes."""


def filled(told: Told, url: str, **values: object) -> Told:
    """Put the address into what is told."""
    level, sentence, advice = told
    return level, Sentence(sentence.text, {"url": shortened(url), **values}), advice


def of_problem(problem: Problem, url: str) -> Told:
    """Tell why a link gave no answer of its own."""
    return filled(_PROBLEMS[problem], url)


def told_of(url: str, outcome: Outcome, secure: Outcome | None) -> Told | None:
    """Tell what is wrong with how a link answered; None if nothing is.

    `secure`: how its twin with https answered, where the link is written with http.
    """
    if outcome.problem:
        return of_problem(outcome.problem, url)
    if outcome.status >= 400:
        dead = outcome.status in GONE
        return filled(_DEAD if dead else _REFUSED, url, status=outcome.status)
    if secure is not None and not secure.problem and secure.status < 400:
        return filled(_SECURE, url)
    if outcome.final_url and not _same(url, outcome.final_url):
        return filled(_LEADS_ON, url, final=shortened(outcome.final_url))
    return None


def shortened(url: str) -> str:
    """Give an address that fits into a sentence."""
    return url if len(url) <= LONGEST else url[: LONGEST - 1] + "…"


def _same(url: str, final: str) -> bool:
    """Tell whether an address led on to itself, but for a slash or a place within the page."""
    return url.partition("#")[0].rstrip("/") == final.partition("#")[0].rstrip("/")

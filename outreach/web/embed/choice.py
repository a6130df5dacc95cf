"""What somebody chose on the builder page, or in an address of ours that oEmbed asks about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from outreach.audience.models import Topic
from outreach.errors import Refused, Sentence
from outreach.events.partners import known_slugs
from outreach.events.programme import topics
from outreach.phrases.catalog import phrases
from outreach.web.embed.options import Options, Scheme, View, read_options
from outreach.web.embed.snippets import Embed, What, settled
from outreach.web.forms import without_controls
from outreach.web.visit import Visit

SHOWN = 100
"""Characters of what somebody wrote that stand in its field again."""
_ONLY_EVENTS = ("kind", "view", "count", "month")


@dataclass(frozen=True)
class Preview:
    """How the builder page shows what was chosen."""

    component: bool = False
    """As part of a page, not in a frame of its own."""
    phone: bool = False
    """As wide as a phone, not as there is room."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Write what is not usual, for a query."""
        shown = [("preview", "component")] if self.component else []
        return [*shown, *([("width", "phone")] if self.phone else [])]


@dataclass(frozen=True)
class BuilderChoice:
    """What was chosen, as far as it can be; each fault beside its field."""

    embed: Embed
    faults: Mapping[str, Refused]
    """By the name in the query; what has a fault counts as not chosen."""
    written: Mapping[str, str]
    """What stands in the fields that one writes into, faulty or not."""
    preview: Preview = Preview()
    topics: Sequence[Topic] = ()
    """All that could be chosen."""

    def query(self, page_language: str, preview: Preview | None = None) -> str:
        """Write the choice for an address of the builder page, perhaps with another preview."""
        embed = self.embed
        own = [
            *([("what", str(embed.what))] if embed.what is not What.EVENTS else ()),
            *([("language", embed.language)] if embed.language != page_language else ()),
            *(preview or self.preview).pairs,
        ]
        return "&".join(filter(None, (urlencode(own), embed.options.query)))


def read_choice(visit: Visit, asked: MultiDict[str, str]) -> BuilderChoice:
    """Read a query; whatever is wrong in it counts as not chosen, and is told."""
    what = What(wished) if (wished := asked.get("what", "")) in list(What) else What.EVENTS
    language = asked.get("language", "")
    known = topics(visit.session)
    options, faults = _read(visit, what, asked, known)
    return BuilderChoice(
        embed=embed_of(
            visit,
            what,
            language if language in visit.site.languages else visit.language,
            options,
            known,
        ),
        faults=faults,
        written={
            name: without_controls(asked.get(name, ""))[:SHOWN]
            for name in ("accent", "accent_dark", "count", "partner")
        },
        preview=Preview(asked.get("preview") == "component", asked.get("width") == "phone"),
        topics=known,
    )


def embed_of(
    visit: Visit, what: What, language: str, options: Options, known: Sequence[Topic]
) -> Embed:
    """Give a choice the words that stand in its snippets, in the language of the embed.

    The link says no more than what it leads to: where something was chosen, not all of it.
    """
    t, name = phrases(language), {"name": visit.site.name(language)}
    chosen = [each.names for each in known if each.slug in options.topics]
    if what is What.SIGNUP:
        title = Sentence("Sign-up form of %(name)s", name)
        link = Sentence("Subscribe to the newsletter of %(name)s", name)
        if chosen:
            named = t.listed([visit.site.text(each, language) for each in chosen])
            link = Sentence("Subscribe to %(name)s: %(topics)s", {**name, "topics": named})
    else:
        title = link = Sentence("Events of %(name)s", name)
        if not chosen and not options.kinds:
            link = Sentence("All events of %(name)s", name)
    return Embed(what, language, options, t.say(title), t.say(link))


def without_partner(embed: Embed) -> Embed:
    """Give the same for nobody: looking at a preview counts for no partner."""
    return replace(embed, options=replace(embed.options, partner=""))


def _read(
    visit: Visit, what: What, asked: MultiDict[str, str], known_topics: Sequence[Topic]
) -> tuple[Options, dict[str, Refused]]:
    """Read the options again without each that is refused, so that all faults are told at once."""
    left, faults = MultiDict(asked), dict[str, Refused]()
    for name in _unused(what, asked):
        left.poplist(name)
    known = known_slugs(visit.session)
    while True:
        try:
            options = read_options(
                left,
                topics=[topic.slug for topic in known_topics],
                colours=visit.site.colours,
                partners=known,
            )
        except Refused as refused:
            name = str(refused.sentence.values.get("name", "month"))
            faults[name] = refused
            if not left.poplist(name):
                raise
        else:
            active = {topic.slug for topic in known_topics if topic.active}
            if what is What.SIGNUP:
                wished = tuple(each for each in options.topics if each in active)
                options = replace(options, topics=wished)
            return settled(what, options), faults


def _unused(what: What, asked: MultiDict[str, str]) -> tuple[str, ...]:
    """Name what the form does not show, so that nothing unseen is told as a fault."""
    unused = ("month", *(_ONLY_EVENTS if what is What.SIGNUP else ()))
    if asked.get("view", "") in (View.MONTH, View.NEXT):
        unused += ("count",)
    if asked.get("theme", "") in (Scheme.LIGHT, Scheme.DARK):
        unused += ("accent_dark",)
    return unused

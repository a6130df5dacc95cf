"""What a newsletter's files must say: `newsletter.toml`, and one text a language and edition."""

from pydantic import model_validator

from outreach.content.fields import Day, Line, OptionalLine, Slug, Texts, Wrong, YesNo
from outreach.content.source import Part
from outreach.mail.fields import fill

SHORTEST_PREHEADER = 40
LONGEST_PREHEADER = 110
"""MAIL.md B8: what mail programs show beside the subject."""


class NewsletterSource(Part):
    """`newsletter.toml`: a publication."""

    topic: Slug
    name: Texts
    description: Texts | None = None


class EditionSource(Part):
    """The head of an edition in one language."""

    title: Line
    subject: Line
    preheader: Line
    date: Day
    summary: OptionalLine = ""
    on_web: YesNo | None = None

    @model_validator(mode="after")
    def _helpful_preheader(self) -> "EditionSource":
        shown = fill(self.preheader, {})
        if shown == fill(self.subject, {}):
            raise Wrong("Say something else here than in “subject”.", at="preheader")
        if not SHORTEST_PREHEADER <= len(shown) <= LONGEST_PREHEADER:
            raise Wrong(
                "The preheader has %(length)s characters. Mail programs show it well with "
                "%(least)s to %(most)s.",
                at="preheader",
                length=len(shown),
                least=SHORTEST_PREHEADER,
                most=LONGEST_PREHEADER,
            )
        return self

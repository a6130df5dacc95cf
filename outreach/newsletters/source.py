"""What a newsletter's files must say: `newsletter.toml`, and one text a language and edition."""

from pydantic import model_validator

from outreach.content.fields import Day, Line, OptionalLine, Slug, Texts, Wrong, YesNo, said
from outreach.content.source import Part
from outreach.mail.compose import preheader_fault
from outreach.mail.fields import fill


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
        preheader = fill(self.preheader, {})
        if len(preheader) == 1:
            raise Wrong("The preheader has one character: it needs 40 to 110.", at="preheader")
        wrong = preheader_fault(preheader, fill(self.subject, {}))
        if wrong is not None:
            raise said(wrong, at="preheader")
        return self

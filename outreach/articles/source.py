"""What the files of articles and pages must say."""

from pydantic import model_validator

from outreach.content.fields import Day, FileName, Line, OptionalLine, Wrong
from outreach.content.source import Part


class PageSource(Part):
    """The head of a page: a lasting text, such as the privacy notice."""

    title: Line
    summary: Line


class ArticleSource(Part):
    """The head of an article."""

    title: Line
    summary: Line
    date: Day | None = None
    author: OptionalLine = ""
    image: FileName | None = None
    image_alt: OptionalLine | None = None

    @model_validator(mode="after")
    def _described(self) -> "ArticleSource":
        if self.image is not None and self.image_alt is None:
            raise Wrong(
                "Say in “image_alt” what the picture shows, for those who cannot see it. If it "
                'only decorates, write image_alt: "".',
                at="image",
            )
        if self.image is None and self.image_alt:
            raise Wrong("There is no “image” that this describes.", at="image_alt")
        return self

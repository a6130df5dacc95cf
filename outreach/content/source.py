"""What `content/site.toml` must say."""

import re
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from outreach.content.fields import (
    Colour,
    FileName,
    Language,
    LongTexts,
    Slug,
    Texts,
    Wrong,
    shown,
)

TOKENS = (
    "paper",
    "surface",
    "ink",
    "muted",
    "brand",
    "accent",
    "good",
    "warn",
    "bad",
    "border",
)
READ_ON_PAPER = ("ink", "muted", "brand", "accent", "good", "warn", "bad")
LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""

LIGHT = {
    "paper": "#fffdf9",
    "surface": "#f6f0e8",
    "ink": "#221b28",
    "muted": "#645a6b",
    "brand": "#5b2a6a",
    "accent": "#a8481a",
    "good": "#1c6b55",
    "warn": "#7a5200",
    "bad": "#a3242b",
    "border": "#8d8194",
}
DARK = {
    "paper": "#17121b",
    "surface": "#221b28",
    "ink": "#f2ebf4",
    "muted": "#b5a8bd",
    "brand": "#d9aee6",
    "accent": "#f2a877",
    "good": "#7fd1b5",
    "warn": "#f0c36d",
    "bad": "#ff9a9a",
    "border": "#7d7086",
}

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@<>()\[\],;:\\\"]+\.[^\s@.]+")
_TARGET = re.compile(r"page:[a-z0-9][a-z0-9-]{0,63}|https?://[^\s<>\"\\]+")


def _address(value: object) -> str:
    if isinstance(value, str) and len(value) <= 254 and _ADDRESS.fullmatch(value):
        try:
            value.rpartition("@")[2].encode("idna")
        except UnicodeError:
            pass
        else:
            return value
    raise Wrong("“%(value)s” is not a mail address.", value=shown(value))


def _target(value: object) -> str:
    if isinstance(value, str) and _TARGET.fullmatch(value):
        return value
    raise Wrong(
        "“%(value)s” leads nowhere. Write a web address that begins with https://, or a page like "
        "page:privacy.",
        value=shown(value),
    )


MailAddress = Annotated[str, BeforeValidator(_address)]
OptionalMailAddress = Annotated[str, BeforeValidator(lambda value: value and _address(value))]
Target = Annotated[str, BeforeValidator(_target)]


class Part(BaseModel):
    """Any table of a content file: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SenderSource(Part):
    """Who the newsletters come from."""

    address: MailAddress
    name: Texts
    reply_to: OptionalMailAddress = ""


class Light(Part):
    """The colours on a light ground."""

    paper: Colour = LIGHT["paper"]
    surface: Colour = LIGHT["surface"]
    ink: Colour = LIGHT["ink"]
    muted: Colour = LIGHT["muted"]
    brand: Colour = LIGHT["brand"]
    accent: Colour = LIGHT["accent"]
    good: Colour = LIGHT["good"]
    warn: Colour = LIGHT["warn"]
    bad: Colour = LIGHT["bad"]
    border: Colour = LIGHT["border"]


class Dark(Light):
    """The colours on a dark ground."""

    paper: Colour = DARK["paper"]
    surface: Colour = DARK["surface"]
    ink: Colour = DARK["ink"]
    muted: Colour = DARK["muted"]
    brand: Colour = DARK["brand"]
    accent: Colour = DARK["accent"]
    good: Colour = DARK["good"]
    warn: Colour = DARK["warn"]
    bad: Colour = DARK["bad"]
    border: Colour = DARK["border"]


class ColoursSource(Part):
    """The tokens of the look; what is not given keeps the product's own."""

    light: Light = Field(default_factory=Light)
    dark: Dark = Field(default_factory=Dark)


class LogoSource(Part):
    """A picture beside `site.toml`."""

    file: FileName
    alt: Texts


class LinkSource(Part):
    """A link at the foot of every page and mail."""

    url: Target
    label: Texts


class PrivacySource(Part):
    """Which pages are the privacy notice and the imprint."""

    page: Slug = "privacy"
    imprint: Slug = "imprint"


class SiteSource(Part):
    """The whole file."""

    languages: list[Language] = Field(min_length=1)
    default_language: Language
    fallback: dict[Language, list[Language]] = Field(default_factory=dict)
    name: Texts
    tagline: Texts | None = None
    sender: SenderSource
    postal_address: LongTexts
    colours: ColoursSource = Field(default_factory=ColoursSource)
    logo: LogoSource | None = None
    links: list[LinkSource] = Field(default_factory=list)
    privacy: PrivacySource = Field(default_factory=PrivacySource)

    @field_validator("languages", mode="after")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        for one, other in pairwise(sorted(value)):
            if one == other:
                raise Wrong("The language %(language)s stands here twice.", language=one)
        return value

    @model_validator(mode="after")
    def _known_default(self) -> "SiteSource":
        if self.default_language not in self.languages:
            raise Wrong(
                "The default language %(language)s is not one of “languages”.",
                at="default_language",
                language=self.default_language,
            )
        return self

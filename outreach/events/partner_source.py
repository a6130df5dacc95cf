"""What `content/partners.toml` must say."""

import re
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from outreach.content.checking import check, repeated
from outreach.content.documents import Document
from outreach.content.faults import Fault, limited
from outreach.content.fields import Line, Slug, Url, Wrong, shown, web_address
from outreach.content.texts import Reader

PATH = "content/partners.toml"
MOST_ORIGINS = 20
"""They stand in a header of each answer."""
LOOPBACK = frozenset({"localhost", "127.0.0.1"})
"""Without `[::1]`: a policy cannot name it (CSP 3 §2.3.1)."""

_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_USUAL = {"https": 443, "http": 80}


def origin(value: object) -> str:
    """Give an origin as browsers write it (RFC 6454 §6.2), or refuse what is none."""
    if "*" in str(value):
        raise Wrong("Wildcards are not possible. Write each origin by itself.")
    text = web_address(value)
    parts = urlsplit(text)
    if parts.path or parts.query or parts.fragment or text[-1] in "/?#":
        raise Wrong(
            "“%(value)s” is more than an origin. Write it without anything behind the name, like "
            "https://www.example.org.",
            value=shown(value),
        )
    scheme, name = parts.scheme, _ascii(parts.hostname or "")
    try:
        port = parts.port
    except ValueError:
        port, name = None, ""
    if not _NAME.fullmatch(name) or parts.netloc.endswith(":") or port == 0:
        raise Wrong(
            "“%(value)s” is not an origin. Write it like https://www.example.org.",
            value=shown(value),
        )
    if scheme != "https" and name not in LOOPBACK:
        raise Wrong("“%(value)s” must begin with https://.", value=shown(value))
    return f"{scheme}://{name}" + (f":{port}" if port and port != _USUAL[scheme] else "")


def _ascii(name: str) -> str:
    """Give a name as the wire writes it; nothing if it has no such form."""
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _once(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(values))


Origins = Annotated[
    list[Annotated[str, BeforeValidator(origin)]],
    Field(min_length=1, max_length=MOST_ORIGINS),
    AfterValidator(_once),
]


class PartnerSource(BaseModel):
    """One partner of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    name: Line
    url: Url | None = None
    origins: Origins | None = None
    """Where alone its embeds may stand; anywhere without it. An empty list would say neither."""


class PartnersSource(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partners: list[PartnerSource] = Field(default_factory=list)


def read_partners(reader: Reader) -> tuple[Document | None, list[PartnerSource], list[Fault]]:
    """Give the file and its partners in their order, or all its faults; no file means none."""
    if PATH not in reader.tree.files:
        return None, [], []
    document, unread = reader.document(PATH)
    if document is None or unread:
        return None, [], list(unread)
    source, faults = check(document, PartnersSource)
    if source is not None:
        slugs = (partner.slug for partner in source.partners)
        faults = repeated(document, "partners", slugs, "There are two partners “%(slug)s”.")
    if source is None or faults:
        return None, [], limited(PATH, faults)
    return document, source.partners, []

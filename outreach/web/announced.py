"""Which views give answers that are kept, and what they read of the query of an address."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar
from urllib.parse import unquote_plus

from flask import Flask
from werkzeug.exceptions import HTTPException

Names: TypeAlias = frozenset[str]
"""Of what a view reads."""
View = TypeVar("View", bound=Callable[..., Any])

READS = "outreach_reads"
"""Under this name a view has its `Names`."""


def announced(*names: str) -> Callable[[View], View]:
    """Say of a view that its answers are kept, and all that it reads of the query.

    Whatever else a query holds (`utm_source`, `fbclid`, anything) is taken away before the view is
    asked. So it makes neither another answer nor another address that this is kept under.
    """

    def mark(view: View) -> View:
        setattr(view, READS, frozenset(names))
        return view

    return mark


def is_announced(view: Callable[..., Any]) -> bool:
    """Tell whether it was said of a view that its answers are kept."""
    return hasattr(view, READS)


def announcements(app: Flask) -> Callable[[str], Names | None]:
    """Give a function that tells by a path what its view reads; None where nothing is announced."""
    routes = app.url_map.bind("")

    def reads(path: str) -> Names | None:
        try:
            endpoint, _ = routes.match(path, method="GET")
        except HTTPException:
            return None
        return getattr(app.view_functions[endpoint], READS, None)

    return reads


def reduced(query: str, names: Names) -> str:
    """Leave of a query what has one of these names, as it stands there."""
    if not (query and names):
        return ""
    pairs = query.split("&")
    return "&".join(pair for pair in pairs if unquote_plus(pair.partition("=")[0]) in names)

"""Markdown → safe HTML, and Markdown → plain prose."""


def to_html(markdown: str, *, heading_shift: int = 0) -> str:
    """Give sanitised HTML; raw HTML in the Markdown shows as text. Personal fields stay open."""
    raise NotImplementedError


def to_text(markdown: str, *, width: int = 78) -> str:
    """Give prose wrapped at `width`, with whole link targets that are never broken."""
    raise NotImplementedError

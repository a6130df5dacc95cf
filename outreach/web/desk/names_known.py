"""Names of languages and countries that a form understands, for fields that suggest them."""

from collections.abc import Callable
from functools import lru_cache

from outreach.audience.import_columns import country_named, language_named
from outreach.audience.labels import separated
from outreach.content.fields import Wrong
from outreach.phrases.catalog import is_language, phrases
from outreach.web.desk.segment_form import RuleForm, numbered


def _language_named(text: str) -> str:
    """Read a language that segments know: of rare ones there are names but no rules."""
    tag = language_named(text)
    if not is_language(tag):
        raise Wrong("This is not a language.")
    return tag


_READS: dict[str, Callable[[str], str]] = {"country": country_named, "language": _language_named}


def suggested_names(rule: RuleForm | None, language: str) -> dict[str, tuple[str, ...]]:
    """Give the names for those conditions of a form that ask for them, by kind."""
    kinds = {item.kind for _, item in numbered(rule)} if rule else set()
    return {kind: names_known(kind, language) for kind in _READS if kind in kinds}


@lru_cache(maxsize=32)
def names_known(kind: str, language: str) -> tuple[str, ...]:
    """Give the names of all countries, or languages, as a language writes them, in its order."""
    locale, read = phrases(language).locale, _READS[kind]
    found = locale.territories if kind == "country" else locale.languages
    names = [name for code, name in found.items() if len(code) == 2 and _is_read(read, name, code)]
    return tuple(sorted(names, key=str.casefold))


def _is_read(read: Callable[[str], str], name: str, code: str) -> bool:
    """Tell whether a name is understood as what it names, also among others in a list."""
    try:
        return separated(name) == [name] and read(name) == code
    except Wrong:
        return False

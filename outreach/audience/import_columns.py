"""What the columns of a list mean: their names in three languages, and the values in them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from outreach.audience.forms import checked_language, checked_name, checked_text
from outreach.audience.import_lines import DELIMITERS, Lines
from outreach.audience.labels import MOST_TAGS, checked_label, checked_labels, separated
from outreach.content.fields import Wrong, shown
from outreach.delivery.addresses import ParsedAddress, parse_address
from outreach.errors import Refused
from outreach.times import is_zone

NAMES: dict[str, str] = {
    "address": "address email emailaddress mail mailaddress subscriberemail primaryemail "
    "emailprimary courriel adresse adresseemail adressemail adresseelectronique "
    "adressecourriel correo correoelectronico direccion direcciondecorreo "
    "direcciondecorreoelectronico direccionemail",
    "first_name": "firstname first forename givenname fname prenom prenoms nombre nombres "
    "nombredepila primernombre",
    "last_name": "lastname last surname familyname lname nom nomdefamille apellido apellidos",
    "full_name": "name fullname displayname nomcomplet nombrecompleto nombreyapellidos",
    "language": "language lang locale preferredlanguage langue langues languepreferee "
    "idioma lengua idiomapreferido",
    "country": "country countrycode pays codepays pais codigodepais codigopais",
    "organisation": "organisation organization organizacion company employer currentemployer "
    "institution societe entreprise association empresa entidad institucion",
    "organisation_type": "organisationtype organizationtype typeoforganisation typeoforganization "
    "orgtype companytype typeorganisation typedorganisation typedestructure "
    "tipodeorganizacion tipoorganizacion tipodeentidad",
    "tags": "tags tag labels label keywords etiquettes etiquette motscles motcle "
    "etiquetas etiqueta palabrasclave",
    "time_zone": "timezone tz fuseauhoraire zonahoraria husohorario",
    "status": "status state subscriptionstatus etat statut estado",
}
"""By field: the names of its column, without accents, blanks and signs."""

_FIELD_OF = {name: field for field, names in NAMES.items() for name in names.split()}

_WELCOME = (
    " subscribed confirmed active enabled abonne abonnee confirme inscrit actif suscrito "
    "confirmado activo habilitado yes 1 true "
)
"""What a status may say; whatever else another tool wrote there, they are not to be mailed."""

_COUNTRY_NAMES = {"uk": "GB", "usa": "US", "drc": "CD", "rdc": "CD"}
_LOCALES = ("en", "fr", "es")
_PLAIN_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_NEUTRALISED = re.compile(r"'[=+\-@\t\r]")


@dataclass(frozen=True)
class Columns:
    """Where each field stands."""

    fields: dict[int, str]
    ignored: tuple[str, ...]
    width: int


def read_header(lines: Lines) -> tuple[str, Columns]:
    """Read the first line: give the delimiter and the columns. Refused if it names none."""
    first = lines.next()
    if first is not None and re.fullmatch(r"sep=.", first.text):
        first = lines.next()
    if first is None:
        raise Refused("The file is empty.")
    if first.fault is not None:
        raise Refused(
            "The first line must name the columns, but it cannot be read: %(fault)s",
            fault=first.fault,
        )
    best: tuple[str, Columns] | None = None
    for delimiter in DELIMITERS:
        lines.put_back(first)
        cells = next(lines.records(delimiter)).cells
        columns = _columns(cells)
        if best is None or len(columns.fields) > len(best[1].fields):
            best = delimiter, columns
    if best is None or "address" not in best[1].fields.values():
        raise Refused(
            "The first line must name the columns, and one of them must be the e-mail address: "
            "address, email, courriel, correo…"
        )
    _refuse_repetition(best[1])
    return best


def plain(text: str) -> str:
    """Give a name without accents, case, blanks and signs, so that its spellings meet."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum() and not unicodedata.combining(sign))


def profile(values: dict[str, str]) -> dict[str, str]:
    """Check the values of a line but the address; Wrong names the first that cannot be taken."""
    checked: dict[str, str] = {}
    full = values.pop("full_name", "")
    if full and not values.get("first_name") and not values.get("last_name"):
        values["first_name"], _, values["last_name"] = full.strip().partition(" ")
    for field, value in values.items():
        if not value:
            continue
        try:
            found = _CHECKS[field](value)
        except Wrong as error:
            raise Wrong(
                "%(field)s “%(value)s”: %(fault)s",
                field=field,
                value=shown(value),
                fault=error.sentence,
            ) from error
        if found:
            checked[field] = found
    return checked


def address(text: str) -> ParsedAddress:
    """Read an address as `parse_address` does, but each domain of a list only once."""
    local, _, domain = text.rpartition("@")
    if not _PLAIN_LOCAL.fullmatch(local) or len(text) > 200:
        return parse_address(text)
    try:
        known = _at_domain(domain)
    except Refused:
        return parse_address(text)
    whole = f"{local}@{known.address.rpartition('@')[2]}"
    return ParsedAddress(whole, whole.casefold(), known.domain)


def language_named(text: str) -> str:
    """Give the tag of a language that is written as a tag or as its name; Wrong if it is none."""
    tag = text.replace("_", "-")
    try:
        return checked_language(tag)
    except Wrong:
        found = _languages().get(plain(text))
        if found is None:
            raise
        return found


def country_named(text: str) -> str:
    """Give the code of a country that is written as a code or as its name; Wrong if it is none."""
    name = plain(text)
    found = _countries().get(name)
    if found is None:
        raise Wrong("We do not know this country. Write its name or its code, like ZA.")
    return found


@lru_cache(4096)
def _at_domain(domain: str) -> ParsedAddress:
    return parse_address(f"somebody@{domain}")


def cell(text: str) -> str:
    """Give a cell without blanks around it, and without the mark that our export puts first."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and _NEUTRALISED.match(text) else text


def _columns(cells: Sequence[str]) -> Columns:
    fields: dict[int, str] = {}
    ignored = []
    for index, name in enumerate(cells):
        field = _FIELD_OF.get(plain(name))
        if field is not None:
            fields[index] = field
        elif name.strip():
            ignored.append(shown(name.strip()))
    return Columns(fields, tuple(ignored), len(cells))


def _refuse_repetition(columns: Columns) -> None:
    for field, number in Counter(columns.fields.values()).items():
        if number > 1:
            raise Refused(
                "%(number)s columns seem to hold the same thing (%(field)s). "
                "Remove or rename all but one.",
                number=number,
                field=field,
            )


def _time_zone(text: str) -> str:
    if not is_zone(text):
        raise Wrong("There is no such time zone. Write it like Europe/Paris.")
    return text


def _organisation(text: str) -> str:
    return checked_text(text, 200)


def _organisation_type(text: str) -> str:
    return checked_label(text)


def _tags(text: str) -> str:
    """Give the tags as labels, between semicolons."""
    found = checked_labels(separated(text))
    if len(found) > MOST_TAGS:
        raise Wrong("These are too many values: at most %(most)s.", most=MOST_TAGS)
    return ";".join(found)


def _status(text: str) -> str:
    if f" {plain(text)} " not in _WELCOME:
        raise Wrong("Whoever has this status is not to be mailed.")
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "first_name": lru_cache(4096)(checked_name),
    "last_name": checked_name,
    "language": lru_cache(1024)(language_named),
    "country": lru_cache(1024)(country_named),
    "organisation": lru_cache(4096)(_organisation),
    "organisation_type": lru_cache(1024)(_organisation_type),
    "tags": lru_cache(4096)(_tags),
    "time_zone": _time_zone,
    "status": _status,
}


@lru_cache(1)
def _languages() -> dict[str, str]:
    named: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in Locale(locale).languages.items():
            if "_" not in code:
                named.setdefault(plain(name), code)
    return named


@lru_cache(1)
def _countries() -> dict[str, str]:
    named = dict(_COUNTRY_NAMES)
    for locale in _LOCALES:
        for code, name in Locale(locale).territories.items():
            if len(code) == 2 and code.isalpha():
                named.setdefault(plain(name), code)
                named.setdefault(code.lower(), code)
    return named

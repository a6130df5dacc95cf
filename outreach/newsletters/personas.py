"""As whom an edition is tested: invented people that show the traps, or a real subscriber."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.audience.queries import by_address
from outreach.errors import Sentence
from outreach.phrases.catalog import phrases

SUBSCRIBER = "subscriber"
"""In the place of a persona's key: somebody who exists."""


@dataclass(frozen=True)
class Reader:
    """Whose words stand in the personal fields of a test."""

    key: str
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, or empty."""
    language: str = ""
    """What they want to read; empty for the invented, who read everything."""
    number: int = 0
    """The subscriber's id; 0 for the invented."""

    @property
    def name(self) -> str:
        """Give the whole name, or nothing."""
        return f"{self.first_name} {self.last_name}".strip()

    def values(self, language: str) -> Mapping[str, str]:
        """Give the personal fields as a letter in that language says them."""
        territories: Mapping[str, str] = phrases(language).locale.territories
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "organisation": self.organisation,
            "country": territories.get(self.country, self.country),
        }


@dataclass(frozen=True)
class Persona:
    """Somebody invented, and what they are good for."""

    reader: Reader
    shows: Sentence


PERSONAS = {
    one.reader.key: one
    for one in (
        Persona(
            Reader("full", "Amina", "Diallo", "Femmes et Mines Sénégal", "SN"),
            Sentence("Every field is filled in."),
        ),
        Persona(
            Reader("empty"),
            Sentence("No field is filled in: the fallbacks of your text are shown."),
        ),
        Persona(
            Reader(
                "long",
                "Marie-Élisabeth “Lili” Zoë Françoise Ñusta",
                "D'Aubigné-O’Connor & Żółkiewska-Fernández de la Vega y Quintanilla",
                'Réseau "Mines & Droits": l’association des femmes <de la région> des Grands Lacs',
                "CD",
            ),
            Sentence("A very long name with accents, quotation marks and special signs."),
        ),
        Persona(
            Reader("script", "ليلى", "المنصوري", "شبكة النساء والتعدين", "MA"),
            Sentence("A name in another script, written from right to left."),
        ),
    )
}
"""By key."""
NOBODY, SOMEBODY = PERSONAS["empty"].reader, PERSONAS["full"].reader
"""Whoever looks at an edition sees its fallbacks, or every field filled in."""


def reader(session: Session, wish: str) -> Reader:
    """Give a persona by key, or a subscriber by address.

    NotFound if nobody has subscribed with the address, Refused if it is none.
    """
    if wish in PERSONAS:
        return PERSONAS[wish].reader
    person = by_address(session, wish)
    return Reader(
        SUBSCRIBER,
        person.first_name,
        person.last_name,
        person.organisation,
        person.country,
        language=person.language,
        number=person.id,
    )

"""Which language a recipient gets, and why: a pure rule, decided once at fan-out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from outreach.campaigns.models import ExclusionReason, LanguageReason, Missing

Chains = Mapping[str, Sequence[str]]
"""The languages to try next, by language, as in `[fallback]` of `content/site.toml`."""


@dataclass(frozen=True)
class Languages:
    """The languages that a campaign speaks, and where the others turn to."""

    available: frozenset[str]
    default: str
    chains: Chains = field(default_factory=dict)
    missing: Mapping[str, Missing] = field(default_factory=dict)
    """What becomes of those whose language is missing; who is not named here falls back."""

    def choose(self, wanted: str) -> tuple[str, LanguageReason] | None:
        """Choose for one recipient; None if they get nothing (`why_none` says why)."""
        chosen = choose(wanted, self.available, self.chains, self.default)
        if chosen is None or chosen[1] is not LanguageReason.FALLBACK:
            return chosen
        return chosen if self._fate(wanted) is Missing.FALL_BACK else None

    def why_none(self, wanted: str) -> ExclusionReason:
        """Say why somebody gets nothing."""
        return _LEFT_OUT[self._fate(wanted)]

    def _fate(self, wanted: str) -> Missing:
        """Find what staff have decided about a language, or about the one that it belongs to."""
        decided = {language.lower(): fate for language, fate in self.missing.items()}
        tags = _shortened(wanted.lower())
        return next((decided[tag] for tag in tags if tag in decided), Missing.FALL_BACK)


_LEFT_OUT = {
    Missing.FALL_BACK: ExclusionReason.NO_LANGUAGE,
    Missing.HOLD: ExclusionReason.HELD_BACK,
    Missing.WAIT: ExclusionReason.AWAITING,
}


def choose(
    wanted: str, available: Collection[str], chains: Chains, default: str
) -> tuple[str, LanguageReason] | None:
    """Choose a language: the wanted one, its base, the first of its chain, the default.

    Tags are shortened from the end (RFC 4647 §3.4) and compared without regard to case. None if
    not even the default is available.
    """
    present = {language.lower(): language for language in available}
    exact, *bases = _shortened(wanted.lower())
    if exact in present:
        return present[exact], LanguageReason.EXACT
    for base in bases:
        if base in present:
            return present[base], LanguageReason.BASE
    for language in (*_chain((exact, *bases), chains), default):
        if language.lower() in present:
            return present[language.lower()], LanguageReason.FALLBACK
    return None


def _shortened(tag: str) -> Iterator[str]:
    """Give a tag and its ever shorter beginnings: zh-hant-tw, zh-hant, zh."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


def _chain(tags: Sequence[str], chains: Chains) -> Sequence[str]:
    """Give the chain of the longest of these tags that has one."""
    by_tag = {language.lower(): chain for language, chain in chains.items()}
    return next((by_tag[tag] for tag in tags if tag in by_tag), ())

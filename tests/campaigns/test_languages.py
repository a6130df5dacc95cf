"""The rule by which a recipient gets a language."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.languages import Languages, choose
from outreach.campaigns.models import ExclusionReason, LanguageReason, Missing

EXACT, BASE, FALLBACK = LanguageReason.EXACT, LanguageReason.BASE, LanguageReason.FALLBACK
CHAINS = {"fr": ["en"], "ca": ["es", "fr"], "pt-BR": ["es"]}
TAGS = st.sampled_from(["en", "fr", "fr-CA", "es", "ca", "pt", "pt-BR", "zh-Hant-TW", "zh", "DE"])


@pytest.mark.parametrize(
    ("wanted", "available", "chosen"),
    [
        ("fr", ["en", "fr"], ("fr", EXACT)),
        ("fr-CA", ["en", "fr"], ("fr", BASE)),
        ("fr-CA", ["en", "fr", "fr-CA"], ("fr-CA", EXACT)),
        ("FR-ca", ["en", "fr-CA"], ("fr-CA", EXACT)),
        ("zh-Hant-TW", ["en", "zh-Hant", "zh"], ("zh-Hant", BASE)),
        ("ca", ["en", "fr", "es"], ("es", FALLBACK)),
        ("ca", ["en", "fr"], ("fr", FALLBACK)),
        ("ca-ES", ["en", "fr"], ("fr", FALLBACK)),
        ("pt-BR", ["en", "es"], ("es", FALLBACK)),
        ("de", ["en", "fr"], ("en", FALLBACK)),
        ("de", ["fr"], None),
        ("en", [], None),
    ],
)
def test_the_nearest_language_is_chosen_and_why(
    wanted: str, available: Collection[str], chosen: tuple[str, LanguageReason] | None
) -> None:
    assert choose(wanted, available, CHAINS, "en") == chosen


@given(wanted=TAGS, available=st.sets(TAGS), default=TAGS)
def test_what_is_chosen_is_available_and_an_own_language_is_never_passed_over(
    wanted: str, available: set[str], default: str
) -> None:
    chosen = choose(wanted, available, CHAINS, default)
    if wanted in available:
        assert chosen == (wanted, EXACT)
    elif chosen is None:
        assert default not in available
    else:
        assert chosen[0] in available
        assert chosen[1] is not EXACT


@pytest.mark.parametrize(
    ("wanted", "chosen", "reason"),
    [
        ("fr", None, ExclusionReason.AWAITING),
        ("fr-CA", None, ExclusionReason.AWAITING),
        ("FR", None, ExclusionReason.AWAITING),
        ("es", None, ExclusionReason.HELD_BACK),
        ("de", ("en", FALLBACK), ExclusionReason.NO_LANGUAGE),
        ("en-GB", ("en", BASE), ExclusionReason.NO_LANGUAGE),
    ],
)
def test_staff_decide_what_becomes_of_those_whose_language_is_missing(
    wanted: str, chosen: tuple[str, LanguageReason] | None, reason: ExclusionReason
) -> None:
    missing = {"fr": Missing.WAIT, "es": Missing.HOLD, "en": Missing.HOLD}
    languages = Languages(frozenset({"en"}), "en", CHAINS, missing)
    assert languages.choose(wanted) == chosen
    assert languages.why_none(wanted) is reason or chosen is not None

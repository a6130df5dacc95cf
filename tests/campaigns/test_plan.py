"""The plan that staff see before anything is frozen."""

from datetime import timedelta

from outreach.audience.models import SubscriptionState
from outreach.campaigns.fanout import Progress, fan_out_page
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import ExclusionReason, LanguageReason
from outreach.campaigns.plan import Plan, language_plan
from tests.campaigns.conftest import CHAINS, Place

SPOKEN = Languages(frozenset({"en", "fr"}), "en", CHAINS)


def plan(place: Place, languages: Languages = SPOKEN) -> Plan:
    return language_plan(place.session, place.topic, place.occasion, languages, place.now)


def test_recipients_are_counted_by_language_and_reason(place: Place) -> None:
    for language in ("fr", "fr", "fr-CA", "en", "es", "de"):
        place.add(language)
    found = plan(place)
    assert found.recipients == {
        ("en", LanguageReason.EXACT): 1,
        ("en", LanguageReason.FALLBACK): 2,
        ("fr", LanguageReason.EXACT): 2,
        ("fr", LanguageReason.BASE): 1,
    }
    assert found.total == 6
    assert found.by_language == {"en": 3, "fr": 3}
    assert found.left_out == {}


def test_whoever_is_left_out_is_counted_with_the_reason(place: Place) -> None:
    place.add()
    place.add(state=SubscriptionState.PENDING)
    place.add(paused_until=place.now + timedelta(days=1))
    place.add(paused_until=place.now - timedelta(days=1))
    place.suppress(place.add())
    found = plan(place)
    assert found.total == 2
    assert found.left_out == {
        ExclusionReason.SUPPRESSED: 1,
        ExclusionReason.PAUSED: 1,
        ExclusionReason.UNCONFIRMED: 1,
    }


def test_whoever_left_the_topic_or_everything_is_not_even_left_out(place: Place) -> None:
    place.add(state=SubscriptionState.UNSUBSCRIBED)
    place.add(left_at=place.now)
    found = plan(place)
    assert (found.total, found.left_out) == (0, {})


def test_a_language_that_nothing_leads_to_leaves_people_out(place: Place) -> None:
    place.add("de")
    place.add("fr")
    found = plan(place, Languages(frozenset({"fr"}), "en", CHAINS))
    assert found.by_language == {"fr": 1}
    assert found.left_out == {ExclusionReason.NO_LANGUAGE: 1}


def test_fan_out_does_what_the_plan_said(place: Place) -> None:
    for language in ("fr", "fr-CA", "en", "es"):
        place.add(language)
    place.suppress(place.add("fr"))
    before = plan(place)
    campaign = place.sending("en", "fr")
    while fan_out_page(place.session, campaign.id, now=place.now) is Progress.MORE:
        pass
    assert plan(place).left_out == {
        ExclusionReason.ALREADY_REACHED: before.total,
        ExclusionReason.SUPPRESSED: 1,
    }

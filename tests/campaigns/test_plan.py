"""The plan that staff see before anything is frozen."""

from datetime import date, timedelta

from sqlalchemy import select

from outreach.audience.involvement import involve
from outreach.audience.models import Part, SubscriptionState
from outreach.campaigns.fanout import Progress, fan_out_page
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign, Exclusion, ExclusionReason, LanguageReason, Missing
from outreach.campaigns.plan import Plan, Segment, language_plan
from outreach.delivery.models import Delivery, Occasion
from tests.campaigns.conftest import CHAINS, Place

DAY = date(2026, 12, 1)
SPOKEN = Languages(frozenset({"en", "fr"}), "en", CHAINS)


def plan(place: Place, languages: Languages = SPOKEN, *, by_zone: bool = False) -> Plan:
    segment = Segment(place.topic.id, place.occasion.id)
    return language_plan(place.session, segment, languages, place.now, by_zone=by_zone)


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


def test_who_takes_part_in_the_event_is_left_out(place: Place) -> None:
    people = [place.add("en") for _ in range(4)]
    for person, slug, on in (
        (people[0], "talk", DAY),
        (people[1], "talk", DAY + timedelta(days=7)),
        (people[2], "other", DAY),
    ):
        involve(place.session, person.id, slug, on, part=Part.REGISTERED, at=place.now)
    segment = Segment(place.topic.id, place.occasion.id, without_event="talk", without_on=DAY)
    found = language_plan(place.session, segment, SPOKEN, place.now)
    assert (found.total, found.left_out) == (3, {ExclusionReason.REGISTERED: 1})
    campaign = place.sending("en", without_event="talk", without_on=DAY)
    fan_out(place, campaign)
    assert mailed(place, campaign) == {person.id for person in people[1:]}
    [left_out] = place.session.query(Exclusion).all()
    assert (left_out.subscriber_id, left_out.reason) == (people[0].id, ExclusionReason.REGISTERED)


def test_only_whom_an_occasion_has_reached_can_be_meant(place: Place) -> None:
    invited = [place.add("en") for _ in range(2)]
    fan_out(place, place.sending("en"))
    place.add("en")
    follow_up = Occasion(name="follow-up:talk")
    place.session.add(follow_up)
    place.session.flush()
    reached = place.occasion.id
    segment = Segment(place.topic.id, follow_up.id, reached_by=(reached,))
    found = language_plan(place.session, segment, SPOKEN, place.now)
    assert (found.total, found.left_out) == (2, {})
    campaign = place.sending("en", occasion=follow_up, reached_by=(reached,))
    fan_out(place, campaign)
    assert mailed(place, campaign) == {person.id for person in invited}


def fan_out(place: Place, campaign: Campaign) -> None:
    """Plan the whole campaign."""
    while fan_out_page(place.session, campaign.id, now=place.now) is Progress.MORE:
        pass


def mailed(place: Place, campaign: Campaign) -> set[int]:
    """Give the people who get a campaign."""
    query = select(Delivery.recipient).where(Delivery.batch_id == campaign.batch_id)
    return set(place.session.scalars(query))


def test_who_waits_or_is_held_back_is_counted_and_gets_it_once_the_translation_is_there(
    place: Place,
) -> None:
    for language in ("en", "fr", "fr", "es"):
        place.add(language)
    missing = {"fr": Missing.WAIT, "es": Missing.HOLD}
    found = plan(place, Languages(frozenset({"en"}), "en", CHAINS, missing))
    assert found.by_language == {"en": 1}
    assert found.left_out == {ExclusionReason.HELD_BACK: 1, ExclusionReason.AWAITING: 2}
    assert found.languages == {"en": 1, "fr": 2, "es": 1}
    first = place.sending(languages=Languages(frozenset({"en"}), "en", CHAINS, missing))
    while fan_out_page(place.session, first.id, now=place.now) is Progress.MORE:
        pass
    reasons = place.session.scalars(select(Exclusion.reason).order_by(Exclusion.reason)).all()
    assert reasons == [
        ExclusionReason.HELD_BACK,
        ExclusionReason.AWAITING,
        ExclusionReason.AWAITING,
    ]
    later = plan(place, Languages(frozenset({"en", "fr", "es"}), "en", CHAINS))
    assert later.by_language == {"es": 1, "fr": 2}
    assert later.left_out == {ExclusionReason.ALREADY_REACHED: 1}


def test_time_zones_of_the_recipients_are_counted_where_they_are_asked_for(place: Place) -> None:
    place.add(time_zone="Europe/Paris")
    place.add()
    place.add(time_zone="America/Lima", paused_until=place.now + timedelta(days=1))
    assert plan(place).zones == {}
    assert plan(place, by_zone=True).zones == {"Europe/Paris": 1, "": 1}

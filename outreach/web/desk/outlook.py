"""What a schedule would come to, in words: who gets what, what to know first, what to be asked."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from outreach.campaigns.collisions import collisions, public_holidays
from outreach.campaigns.languages import choose
from outreach.campaigns.models import CampaignState, LanguageReason
from outreach.campaigns.plan import Plan, Prospect, language_plan
from outreach.newsletters.models import Edition
from outreach.newsletters.prospect import edition_prospect
from outreach.newsletters.tested import untested
from outreach.times import is_zone, same_wall_time, zone
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.schedule_form import Asked


@dataclass(frozen=True)
class MissingLanguage:
    """A language of the site that the edition lacks."""

    language: str
    name: str
    people: int
    """Who want it."""
    instead: str
    """The name of the language that they get if they fall back; empty if there is none."""
    fate: str


@dataclass(frozen=True)
class Outlook:
    """An edition, what staff have chosen, and what that comes to."""

    desk: DeskVisit
    edition: Edition
    asked: Asked

    @cached_property
    def prospect(self) -> Prospect:
        """Give to whom it would go, in which languages."""
        visit = self.desk.visit
        return edition_prospect(
            visit.session,
            visit.services.links,
            edition=self.edition,
            topic=self.asked.topic,
            missing=self.asked.missing,
            segment=self.asked.segment,
        )

    @cached_property
    def plan(self) -> Plan:
        """Count who would get what."""
        visit, prospect = self.desk.visit, self.prospect
        return language_plan(
            visit.session,
            prospect.segment,
            prospect.languages,
            visit.now,
            by_zone=self.asked.local_time,
        )

    @property
    def by_language(self) -> list[tuple[str, int]]:
        """Give the languages that would be sent, by their names, and how many get each."""
        visit = self.desk.visit
        return [(visit.in_words(tag), count) for tag, count in self.plan.by_language.items()]

    @property
    def instead(self) -> list[tuple[str, str, int]]:
        """Give how many get a language that is not theirs: the one they read, the one they get."""
        found = Counter[tuple[str, str]]()
        in_words = self.desk.visit.in_words
        for wanted, count in self.plan.languages.items():
            chosen = self.prospect.languages.choose(wanted)
            if chosen is not None and chosen[1] is LanguageReason.FALLBACK:
                found[in_words(wanted), in_words(chosen[0])] += count
        return [(*pair, count) for pair, count in sorted(found.items())]

    @property
    def missing(self) -> list[MissingLanguage]:
        """Give the languages of the site that the edition lacks."""
        visit, languages = self.desk.visit, self.prospect.languages
        wanted = Counter[str]()
        for tag, count in self.plan.languages.items():
            wanted[_base(tag)] += count
        return [
            MissingLanguage(
                language=tag,
                name=visit.in_words(tag),
                people=wanted[_base(tag)],
                instead=visit.in_words(next_one) if (next_one := self._instead(tag)) else "",
                fate=str(self.asked.missing.get(tag, "fall back")),
            )
            for tag in visit.site.languages
            if tag not in languages.available
        ]

    def _instead(self, tag: str) -> str:
        languages = self.prospect.languages
        found = choose(tag, languages.available, languages.chains, languages.default)
        return found[0] if found else ""

    @property
    def fingerprint(self) -> str:
        """Give what changes as soon as texts or rule change, or a colleague schedules the same."""
        return fingerprint(self.edition, self.prospect)

    def hours(self, send_at: datetime) -> list[str]:
        """Say, of everybody's own time, when the first and the last get it, by staff's clocks."""
        if not self.asked.local_time:
            return []
        t, own, now = self.desk.t, self.asked.zone, self.desk.visit.now
        zones = [there for there in self.plan.zones if is_zone(there)]
        times = [max(now, same_wall_time(send_at, own, there)) for there in (own, *zones)]
        unknown = sum(count for there, count in self.plan.zones.items() if not is_zone(there))
        said = [
            t(
                "The first get it on %(first)s, the last on %(last)s.",
                first=t.moment(min(times), own),
                last=t.moment(max(times), own),
            )
        ]
        if unknown:
            said.append(
                t.many(
                    "Of one person the time zone is not known: they get it at that time in "
                    "%(zone)s.",
                    "Of %(number)s people the time zone is not known: they get it at that time in "
                    "%(zone)s.",
                    unknown,
                    zone=own,
                )
            )
        return said

    def warnings(self, send_at: datetime) -> list[str]:
        """Give what staff should know before they confirm."""
        return [
            *self._earlier(),
            *self._untested(),
            *self._late(send_at),
            *self._collisions(send_at),
            *self._holidays(send_at),
        ]

    def _earlier(self) -> list[str]:
        """Tell of campaigns of the same edition that are yet to reach people."""
        desk, unfinished = self.desk, (CampaignState.SCHEDULED, CampaignState.PAUSED)
        return [
            desk.t(
                "This edition is scheduled already: campaign %(number)s, %(when)s. Nobody gets it "
                "twice, but two campaigns are seldom what one wants.",
                number=each.id,
                when=desk.t.moment(each.send_at, each.zone),
            )
            for each in self.prospect.earlier
            if each.state in unfinished
        ]

    def _untested(self) -> list[str]:
        """Tell of languages that nobody has been sent as a test as they are now."""
        visit, t = self.desk.visit, self.desk.t
        languages, last = untested(visit.session, self.edition)
        if not languages:
            return []
        if last is None:
            return [t("This edition has not been tested yet.")]
        named = t.listed(visit.in_words(each) for each in languages)
        return [t("The text as it is now has not been tested in: %(languages)s.", languages=named)]

    def _late(self, send_at: datetime) -> list[str]:
        """Tell of those who are past that time of day already where they are."""
        if not self.asked.local_time:
            return []
        now = self.desk.visit.now
        late = sum(
            count
            for there, count in self.plan.zones.items()
            if is_zone(there) and same_wall_time(send_at, self.asked.zone, there) < now
        )
        if not late:
            return []
        return [
            self.desk.t.many(
                "Where one person is, that time is past already: they get it at once.",
                "Where %(number)s people are, that time is past already: they get it at once.",
                late,
            )
        ]

    def _collisions(self, send_at: datetime) -> list[str]:
        visit, t = self.desk.visit, self.desk.t
        hours = visit.services.settings.collision_hours
        found = collisions(
            visit.session,
            self.prospect.segment,
            send_at,
            occasion_id=self.edition.occasion_id,
            hours=hours,
        )
        return [
            t.many(
                "One of these people also gets “%(title)s” within %(hours)s hours: %(when)s.",
                "%(number)s of these people also get “%(title)s” within %(hours)s hours: %(when)s.",
                each.people,
                title=each.campaign.title,
                hours=hours,
                when=t.moment(each.campaign.send_at, each.campaign.zone),
            )
            for each in found
        ]

    def _holidays(self, send_at: datetime) -> list[str]:
        visit, t = self.desk.visit, self.desk.t
        day = send_at.astimezone(zone(self.asked.zone)).date()
        segment = self.prospect.segment
        found = public_holidays(visit.session, segment, day, visit.language, visit.now)
        return [
            t.many(
                "%(day)s is a public holiday in %(country)s (%(name)s), where one of them lives.",
                "%(day)s is a public holiday in %(country)s (%(name)s), where %(number)s of them "
                "live.",
                each.people,
                day=t.day(day),
                country=visit.country(each.country),
                name=each.name,
            )
            for each in found
        ]


def fingerprint(edition: Edition, prospect: Prospect) -> str:
    """Give it for the texts, the campaigns and the rule as they are now."""
    known = ",".join(f"{each.id}" for each in prospect.earlier)
    rule = prospect.segment.rule
    told = f"{edition.sources_checksum} {known} {rule}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _base(tag: str) -> str:
    return tag.lower().partition("-")[0]

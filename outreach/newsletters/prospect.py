"""What scheduling an edition would send, and to whom, before anything is frozen."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from outreach.audience.segment_rows import rule_of
from outreach.audience.segment_rows import segment as find_segment
from outreach.audience.topics import topic as find_topic
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Missing
from outreach.campaigns.plan import Prospect, Segment
from outreach.campaigns.queries import has_begun, of_occasion
from outreach.content.site import load_site
from outreach.links import Links
from outreach.newsletters.models import Edition


def edition_prospect(
    session: Session,
    links: Links,
    *,
    edition: Edition,
    topic: str | None,
    missing: Mapping[str, Missing],
    segment: str = "",
) -> Prospect:
    """Give it for the subscribers of a topic, or (None) of the newsletter's own.

    `segment`: the slug of a segment, for those of them alone whom it selects.
    """
    whose = find_topic(session, topic or edition.newsletter.topic)
    row = find_segment(session, segment) if segment else None
    site = load_site(session, links)
    spoken = frozenset(translation.language for translation in edition.translations)
    begun = has_begun(session, edition.occasion_id)
    return Prospect(
        title=edition.name,
        topic=whose,
        segment=Segment(
            whose.id,
            edition.occasion_id if begun else None,
            rule=rule_of(row) if row else None,
        ),
        languages=Languages(spoken, site.default_language, site.fallback, missing),
        earlier=of_occasion(session, edition.occasion_id),
        named=row.names if row else {},
    )

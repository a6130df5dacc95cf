"""Every row of the product, imported in one place (for Alembic and the tests)."""

from outreach.articles import models as articles
from outreach.audience import models as audience
from outreach.campaigns import models as campaigns
from outreach.campaigns import report_models as reports
from outreach.content import models as content
from outreach.db import models as db
from outreach.db.rows import Base
from outreach.delivery import models as delivery
from outreach.events import models as events
from outreach.events import partner_models as partners
from outreach.events import registration_models as registrations
from outreach.newsletters import models as newsletters
from outreach.newsletters.checks import models as checks
from outreach.staff import models as staff

MODELS = (
    db,
    content,
    delivery,
    staff,
    audience,
    campaigns,
    reports,
    events,
    registrations,
    partners,
    articles,
    newsletters,
    checks,
)
METADATA = Base.metadata

"""What a test knew of a real subscriber is forgotten: in time, or as soon as they are gone."""

import json
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber
from outreach.delivery.models import Batch, Delivery
from outreach.delivery.personal import SANDBOX
from outreach.newsletters.models import EditionTest

KEPT = timedelta(days=14)
PAGE = 20


def forget_readers(session: Session, now: datetime) -> int:
    """Take a subscriber's words out of the mails of old tests; give how many tests, a page at most.

    What still waits goes out with the fallbacks of its text.
    """
    gone = ~select(Subscriber.id).where(Subscriber.id == EditionTest.subscriber).exists()
    tests = session.scalars(
        select(EditionTest)
        .where(EditionTest.subscriber.is_not(None), or_(EditionTest.at < now - KEPT, gone))
        .order_by(EditionTest.id)
        .limit(PAGE)
        .with_for_update(skip_locked=True)
    ).all()
    for test in tests:
        topic = session.get_one(Batch, test.batch_id).list_number
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(test.mails))
            .values(fields=json.dumps({SANDBOX: topic}))
            .execution_options(synchronize_session=False)
        )
        test.subscriber = None
    return len(tests)

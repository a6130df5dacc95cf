"""The demo lets its visitor into the desk."""

from outreach.bootstrap import boot
from outreach.demo.prepare import ADMIN, open_desk, prepare
from outreach.settings import Settings
from outreach.staff import passwords, people
from outreach.staff.models import Role


def test_the_demo_has_one_admin_with_a_new_password_each_time(settings: Settings) -> None:
    services = boot(settings)
    prepare(services)
    first, second = open_desk(services), open_desk(services)
    with services.database.reading() as session:
        [admin] = people.everybody(session)
        assert (admin.address, admin.role) == (ADMIN, Role.ADMIN)
        assert passwords.is_right(admin.password, second.password)
        assert not passwords.is_right(admin.password, first.password)
    services.close()

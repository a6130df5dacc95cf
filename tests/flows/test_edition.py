"""One edition, from its files to three inboxes, to a changed mind, to a farewell."""

from email.message import EmailMessage

from sqlalchemy import func, select

from outreach.audience import ledger
from outreach.audience.models import Consent
from outreach.campaigns import fanout, queries, schedule
from outreach.campaigns.models import Campaign, CampaignState
from outreach.mail.check import lint
from tests.flows.installation import Installation, html_of, link_in, text_of

PEOPLE = {"alice@example.org": "en", "amina@example.org": "fr", "ana@example.org": "es"}


def report(site: Installation, campaign_id: int) -> queries.Report:
    with site.services.database.reading() as session:
        return queries.report(session, queries.campaign(session, campaign_id))


def state(site: Installation, campaign_id: int) -> CampaignState:
    with site.services.database.reading() as session:
        return CampaignState(queries.campaign(session, campaign_id).state)


def write_next_edition(site: Installation, slug: str) -> None:
    """Write another edition in three languages, as staff would: files."""
    folder = site.home / "content" / "newsletters" / "wrm" / slug
    folder.mkdir()
    for language, greeting in {"en": "Dear", "fr": "Bonjour", "es": "Hola"}.items():
        (folder / f"{language}.md").write_text(
            f"---\ntitle: Third {language}\nsubject: Third letter in {language}\n"
            "preheader: What happened since the last letter, told in a few short sections.\n"
            f"date: 2026-11-20\n---\n\n{greeting} [[ first_name | friend ]],\n\n## News\n\nText.\n"
        )


def assert_faultless(mails: dict[str, EmailMessage], site: Installation) -> None:
    for path in sorted(site.catcher.folder.glob("*.eml")):
        raw = path.read_bytes().split(b"\r\n", 2)[2]  # without the catcher's own two lines
        assert lint(raw) == [], path.name
    assert mails


def test_an_edition_reaches_everybody_in_their_language_and_they_stay_in_charge(
    installation: Installation,
) -> None:
    site = installation
    for address, language in PEOPLE.items():
        welcome = site.confirmed(address, language, first_name=address.split("@")[0].title())
        assert welcome["Content-Language"] == language
        assert f"/{language}/preferences/" in link_in(welcome, "/preferences/")
        assert link_in(welcome, "/newsletters/wrm/2020-07")

    # Scheduled for tomorrow: nothing leaves before its hour.
    first = site.schedule("wrm/2020-07", hours=24)
    site.work()
    assert site.new_mail() == {}
    assert state(site, first) is CampaignState.SCHEDULED

    site.wait(hours=24)
    site.work()
    mails = site.new_mail()
    assert {address: str(mail["Content-Language"]) for address, mail in mails.items()} == PEOPLE
    assert "Amina" in text_of(mails["amina@example.org"])
    assert 'lang="fr"' in html_of(mails["amina@example.org"])
    assert state(site, first) is CampaignState.SENT
    assert (report(site, first).planned, report(site, first).sent) == (3, 3)
    assert_faultless(mails, site)

    # Once more to the same people: nobody gets it twice.
    again = site.schedule_now("wrm/2020-07")
    site.work()
    assert site.new_mail() == {}
    assert report(site, again).sent == 0

    # Amina would rather read Spanish; her next edition is in Spanish.
    page = link_in(mails["amina@example.org"], "/preferences/")
    answer = site.client.post(page, data={"topics": "news", "language": "es", "paused_until": ""})
    assert answer.status_code == 303
    write_next_edition(site, "2026-11")
    assert not site.sync().faults
    second = site.schedule_now("wrm/2026-11")
    site.work()
    mails = site.new_mail()
    assert mails["amina@example.org"]["Content-Language"] == "es"
    assert report(site, second).sent == 3

    # Ana leaves by one click while the next edition is queued: hers is withdrawn, others' not.
    write_next_edition(site, "2026-12")
    site.sync()
    third = site.schedule_now("wrm/2026-12")
    hold_after_fan_out(site, third)
    one_click(site, mails["ana@example.org"])
    with site.services.database.transaction() as session:
        schedule.resume(session, queries.campaign(session, third), site.watch.now)
    site.work()
    assert set(site.new_mail()) == {"alice@example.org", "amina@example.org"}
    final = report(site, third)
    assert (final.planned, final.sent, final.cancelled) == (3, 2, 1)

    with site.services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 4
        assert ledger.verify(session).whole


def hold_after_fan_out(site: Installation, campaign_id: int) -> None:
    """Start the campaign and fan it out, but pause it before anything is sent."""
    now = site.watch.now
    with site.services.database.transaction() as session:
        schedule.start_due(session, now)
    with site.services.database.transaction() as session:
        fanout.fan_out_page(session, campaign_id, size=500, now=now)
    with site.services.database.transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        schedule.pause(session, campaign, now)
    assert report(site, campaign_id).waiting == 3


def one_click(site: Installation, mail: EmailMessage) -> None:
    """Do what a mail program does when its user presses "unsubscribe" (RFC 8058 §3.2)."""
    target = str(mail["List-Unsubscribe"]).partition("<http://127.0.0.1:8000")[2].partition(">")[0]
    before = site.client.get(target)
    assert before.status_code == 200
    answer = site.client.post(target, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_campaign_without_anybody_ends_by_itself(installation: Installation) -> None:
    campaign = installation.schedule_now("wrm/2020-07")
    installation.work()
    empty = report(installation, campaign)
    assert (empty.planned, empty.planned_final) == (0, True)
    assert state(installation, campaign) is CampaignState.SENT

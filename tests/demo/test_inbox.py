"""The demo's catcher and inbox."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from outreach.demo.catcher import Catcher
from outreach.demo.home import DemoHome, free_port
from outreach.demo.inbox import Demo, Sample, create_inbox
from outreach.settings import Settings


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    """Run a catcher on a free port."""
    running = Catcher(tmp_path / "mail", port=free_port(21_000))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(catcher: Catcher) -> FlaskClient:
    """Visit the inbox over the catcher's folder; sending says the edition's name."""
    demo = Demo(
        folder=catcher.folder,
        site_url="http://127.0.0.1:8000",
        samples=lambda: [Sample("wrm/2020-07", "2nd WRM Newsletter")],
        send=lambda edition: f"sent {edition}",
    )
    return create_inbox(demo).test_client()


def send(catcher: Catcher, subject: str = "Voilà l’été") -> None:
    message = EmailMessage()
    message["From"], message["To"] = "news@example.org", "amina@example.org"
    message["Subject"], message["Date"] = subject, "Mon, 23 Nov 2026 09:00:00 +0000"
    message.set_content("Bonjour\n.\nà vous\n")
    message.add_alternative("<p>Bonjour <script>alert(1)</script></p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", catcher.port) as server:
        server.send_message(message)


def test_a_mail_that_is_sent_can_be_read_as_html_text_and_source(
    catcher: Catcher, client: FlaskClient
) -> None:
    send(catcher)
    assert "Voilà l’été" in client.get("/").text
    assert "à vous" in client.get("/mails/1?view=text").text
    assert "Delivered-To: amina@example.org" in client.get("/mails/1?view=source").text
    assert "<p>Bonjour" in client.get("/mails/1/html").text


def test_the_mails_own_html_runs_no_script_and_stands_in_no_other_frame(
    catcher: Catcher, client: FlaskClient
) -> None:
    send(catcher)
    policy = client.get("/mails/1/html").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy


def test_a_hostile_subject_is_shown_as_text(catcher: Catcher, client: FlaskClient) -> None:
    send(catcher, "<img src=x onerror=alert(1)>")
    assert "&lt;img src=x" in client.get("/").text
    assert "<img" not in client.get("/").text


def test_the_button_sends_the_sample_and_says_so(client: FlaskClient) -> None:
    answer = client.post("/send", data={"edition": "wrm/2020-07"}, follow_redirects=True)
    assert "sent wrm/2020-07" in answer.text


def test_a_mail_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/mails/9").status_code == 404
    assert client.get("/mails/9/html").status_code == 404


def test_a_catcher_that_starts_again_goes_on_counting(tmp_path: Path) -> None:
    (tmp_path / "000007.eml").write_bytes(b"Subject: x\r\n\r\n")
    catcher = Catcher(tmp_path, port=free_port(21_100))
    catcher.start()
    send(catcher)
    catcher.stop()
    assert sorted(path.name for path in tmp_path.glob("*.eml")) == ["000007.eml", "000008.eml"]


def test_the_demos_settings_are_complete_and_keep_their_secret(tmp_path: Path) -> None:
    home = DemoHome(tmp_path)
    first = home.settings(site_port=8000, smtp_port=2525)
    second = home.settings(site_port=8003, smtp_port=2525)
    assert isinstance(first, Settings)
    assert first.secret_keys == second.secret_keys
    assert second.base_url == "http://127.0.0.1:8003"
    assert home.env_file.stat().st_mode & 0o777 == 0o600


def test_two_demos_at_once_never_share_a_port() -> None:
    first = free_port(21_200)
    assert free_port(21_200, taken={first}) > first

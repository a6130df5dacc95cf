"""The demo's inbox: caught mail as HTML, text and source, and a button that sends the sample."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path
from typing import cast

from flask import Flask, Response, abort, current_app, redirect, render_template, request, url_for

SHOWN = 200
"""Mails on the first page; older ones stay in the folder."""

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src *; "
    "style-src 'unsafe-inline'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Caught:
    """One mail as the list shows it."""

    number: int
    recipient: str
    sender: str
    subject: str
    language: str
    date: datetime | None


@dataclass(frozen=True)
class Sample:
    """An edition that the visitor may send."""

    name: str
    title: str


@dataclass(frozen=True)
class Demo:
    """What the inbox page needs of the running demo."""

    folder: Path
    site_url: str
    samples: Callable[[], list[Sample]]
    send: Callable[[str], str]
    """Schedules an edition now and says what will happen."""


def create_inbox(demo: Demo) -> Flask:
    """Make the inbox as a small web application of its own."""
    app = Flask("outreach.demo")
    app.config["demo"] = demo
    app.add_url_rule("/", "mails", _mails)
    app.add_url_rule("/count", "count", _count)
    app.add_url_rule("/mails/<int:number>", "mail", _mail)
    app.add_url_rule("/mails/<int:number>/html", "html", _html)
    app.add_url_rule("/send", "send", _send, methods=["POST"])
    app.after_request(_secure)
    return app


def _demo() -> Demo:
    return cast("Demo", current_app.config["demo"])


def _mails() -> str:
    demo = _demo()
    wanted = request.args.get("to", "")
    mails = [mail for mail in _latest(demo.folder) if not wanted or mail.recipient == wanted]
    return render_template(
        "mails.html",
        mails=mails,
        wanted=wanted,
        samples=demo.samples(),
        said=request.args.get("said", ""),
        site_url=demo.site_url,
        count=_number_of_mails(demo.folder),
    )


def _count() -> dict[str, int]:
    return {"count": _number_of_mails(_demo().folder)}


def _mail(number: int) -> str:
    raw = _read(number)
    message = BytesParser(policy=policy.default).parsebytes(raw)
    text = message.get_body(("plain",))
    return render_template(
        "mail.html",
        number=number,
        message=message,
        caught=_caught(number, raw),
        text=text.get_content() if text else "",
        has_html=message.get_body(("html",)) is not None,
        source=raw.decode("utf-8", "replace"),
        view=request.args.get("view", "html"),
    )


def _html(number: int) -> Response:
    message = BytesParser(policy=policy.default).parsebytes(_read(number))
    part = message.get_body(("html",))
    if part is None:
        abort(404)
    return Response(part.get_content(), content_type="text/html; charset=utf-8")


def _send() -> Response:
    said = _demo().send(request.form.get("edition", ""))
    return cast("Response", redirect(url_for("mails", said=said), 303))


def _secure(response: Response) -> Response:
    inside = request.endpoint == "html"
    response.headers["Content-Security-Policy"] = _MAIL_POLICY if inside else _PAGE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _read(number: int) -> bytes:
    path = _demo().folder / f"{number:06}.eml"
    if not path.exists():
        abort(404)
    return path.read_bytes()


def _number_of_mails(folder: Path) -> int:
    return sum(1 for _ in folder.glob("[0-9]*.eml"))


def _latest(folder: Path) -> list[Caught]:
    paths = sorted(folder.glob("[0-9]*.eml"), reverse=True)[:SHOWN]
    return [_caught(int(path.stem), path.read_bytes()) for path in paths]


def _caught(number: int, raw: bytes) -> Caught:
    headers = BytesHeaderParser(policy=policy.default).parsebytes(raw)
    date = headers["Date"]
    return Caught(
        number=number,
        recipient=str(headers.get("Delivered-To", "")),
        sender=str(headers.get("From", "")),
        subject=str(headers.get("Subject", "")),
        language=str(headers.get("Content-Language", "")),
        date=date.datetime if date else None,
    )

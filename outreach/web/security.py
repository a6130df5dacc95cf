"""Headers of every answer: strict by default; a mail’s own HTML and embeds have their own."""

from collections.abc import Sequence

from flask import Flask, Response, request

STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FETCHING = f"{STRICT}; connect-src 'self'"
"""Of the desk, and of what partners choose in: our own script fetches parts of the page anew."""
PERMISSIONS = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=(), browsing-topics=()"
)


def mail_policy(own: str) -> str:
    """Give the policy of the route that shows a mail's own HTML (CALENDAR.md §4).

    Links open in the whole window; nothing runs, nothing is sent, nothing is loaded but pictures
    of ours. The letter keeps our origin, so that the page around it can measure it; that is safe
    because nothing in it can run: `sandbox` without `allow-scripts`, and no source of scripts.
    `own`: our origin, for browsers in which a sandboxed page has none that 'self' could mean.
    """
    return (
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox "
        "allow-top-navigation-by-user-activation; "
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' {own}; "
        "form-action 'none'; frame-ancestors 'self'; base-uri 'none'"
    )


def proof_policy(own: str) -> str:
    """Give the policy of the desk's previews: as that of a mail, but no link leaves the frame.

    A link opens in a tab of its own, which is no frame of ours any more.
    """
    return (
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' {own}; "
        "form-action 'none'; frame-ancestors 'self'; base-uri 'none'"
    )


def embed_policy(origins: Sequence[str]) -> str:
    """Give the policy of what stands in frames of other sites (CALENDAR.md §4).

    `origins`: where alone it may stand; anywhere if there are none.
    """
    ancestors = " ".join(origins) or "*"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {ancestors}"
    )


def protect(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer of the app."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"
        is_desk = request.path == "/desk" or request.path.startswith("/desk/")
        headers.setdefault("Content-Security-Policy", FETCHING if is_desk else STRICT)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Referrer-Policy", "strict-origin")
        headers["Permissions-Policy"] = PERMISSIONS
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if is_desk or "token" in (request.view_args or {}):  # the address is a secret (MAIL.md §9)
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cache-Control"] = "no-store"
            headers["X-Robots-Tag"] = "noindex, nofollow"
        elif "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-cache" if response.status_code < 400 else "no-store"
        return response

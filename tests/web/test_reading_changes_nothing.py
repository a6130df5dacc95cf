"""No GET, HEAD or OPTIONS of any address changes a row; the totals in `hits` are the exception."""

from tests.web.visitor import LANGUAGES, Visitor


def everything(site: Visitor, start: list[str]) -> set[str]:
    """Open every address that can be reached by links; give them."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = site.client.get(path, buffered=True)
        assert answer.status_code < 400, f"{path}: {answer.status_code}"
        assert "Set-Cookie" not in answer.headers
        if answer.mimetype == "text/html":
            waiting += site.links_of(answer.text)
        if answer.headers.get("Location", "").startswith("/"):
            waiting.append(answer.headers["Location"])
    return seen


def test_no_address_that_can_be_opened_changes_a_row(site: Visitor) -> None:
    ana, bea = site.subscriber("ana@example.org", "es"), site.subscriber("bea@example.org", "fr")
    site.sign_up("cy@example.org", "en")
    site.client.post(site.leave_path(bea), data={"button": "leave"})
    site.watch.wait(hours=2)
    personal = [
        site.confirm_path(address)
        for address in ("ana@example.org", "bea@example.org", "cy@example.org")
    ]
    for number in (ana, bea):
        personal.append(site.leave_path(number))
        for language in LANGUAGES:
            personal.append(site.preferences_path(number, language))
            personal.append(site.personal_path(number, language))
            personal.append(site.preferences_path(number, language) + "?done=left")
    site.register("dora@example.org")
    personal += [site.seat_path("dora@example.org"), site.join_path("dora@example.org")]
    personal.append(f"{site.seat_path('dora@example.org')}/cancel")
    personal.append("/en/events/open-hour/registered")
    personal += site.tried_paths()
    extra = ["/", "/healthz", "/robots.txt", "/en/events/open-hour/poster.png"]
    extra += [
        f"/{language}/{page}/sent" for language in LANGUAGES for page in ("subscribe", "link")
    ]
    extra += ["/embed/en/events", "/embed/fr/events.json?view=month", "/embed/v1.schema.json"]
    extra += ["/embed/en/signup", "/embed/es/signup.json"]
    before = site.dump()
    seen = everything(site, [*extra, *personal])
    for path in seen:
        assert site.client.head(path, buffered=True).status_code < 400, path
        assert site.client.options(path, buffered=True).status_code < 500, path
    assert site.dump() == before
    assert len(seen) > 90
    rules = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("desk_")
    }
    assert rules <= endpoints(site, seen)


def endpoints(site: Visitor, paths: set[str]) -> set[str]:
    """Give the routes that the paths lead to."""
    routes = site.app.url_map.bind("127.0.0.1")
    found = set()
    for path in paths:
        if not path.startswith("/static/"):
            found.add(routes.match(path.partition("?")[0], method="GET")[0])
    return found

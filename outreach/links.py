"""Every address of ours that a mail or a page may carry, and the tokens inside.

A token is base64url(numbers ‖ HMAC-SHA256[:16]); it is computed, never stored, and names rows by
their ids. The purpose is part of what is signed, so a token made for one thing opens no other.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from urllib.parse import quote, urlencode

from outreach.errors import BadToken

MAC_BYTES = 16
"""128 bits (MAIL.md U2)."""
PREVIEWED = timedelta(days=14)
"""How long the preview of an edition can be opened."""


class Purpose(StrEnum):
    """What a token opens."""

    CONFIRM = "confirm"
    """(subscriber, sign-up number): confirms what was asked for in one sign-up."""
    UNSUBSCRIBE = "unsubscribe"
    """(subscriber, topic, batch): one-click; leads to the choices, never to name or address."""
    PREFERENCES = "preferences"
    """(subscriber,): topics, language, pause; safe in a mail that gets forwarded."""
    PERSONAL = "personal"
    """(subscriber,), expires within an hour: address and data."""
    BOUNCE = "bounce"
    """(delivery,): the envelope sender."""
    SEAT = "seat"
    """(registration,): confirm, change or cancel a registration."""
    JOIN = "join"
    """(registration, join number): the waiting page, the meeting, the recording."""
    REGISTER = "register"
    """(subscriber,): a registration form that is filled in."""
    PASSWORD = "password"  # noqa: S105  (what a link is for)
    """(staff, password number), expires: choose a password."""
    BROWSER = "browser"
    """(staff,): a browser in which somebody has been signed in before."""
    RSVP = "rsvp"
    """(registration,): where a calendar's reply goes."""
    SANDBOX = "sandbox"
    """(topic, message): the pages behind the links of a test; they change nothing."""
    PARTNER = "partner"
    """(partner,): the totals of one partner."""
    PREVIEW = "preview"
    """(edition,), expires: an edition that has not appeared yet."""


@dataclass(frozen=True)
class Links:
    """Makes and reads our links. `keys`: the present secret first, then earlier ones."""

    base_url: str
    keys: tuple[str, ...]

    def token(self, purpose: Purpose, *numbers: int, expires: datetime | None = None) -> str:
        """Sign non-negative numbers; with `expires`, the token is good until that second."""
        extra = () if expires is None else (int(expires.timestamp()),)
        payload = _pack((*numbers, *extra))
        mac = _mac(self._signers[0], purpose, payload, expiring=expires is not None)
        return _encode(payload + mac)

    def read(self, purpose: Purpose, token: str) -> tuple[int, ...]:
        """Give the numbers of a token that does not expire; BadToken if we did not make it."""
        return _unpack(self._verified(purpose, token, expiring=False))

    def read_expiring(self, purpose: Purpose, token: str, now: datetime) -> tuple[int, ...]:
        """Give the numbers of a token made with `expires`; BadToken if forged or too old."""
        *numbers, expires = _unpack(self._verified(purpose, token, expiring=True))
        if now >= datetime.fromtimestamp(expires, UTC):
            raise BadToken("This link has expired. Ask for a new one; it takes a minute.")
        return tuple(numbers)

    def to_unsubscribe(self, *, subscriber: int, topic: int, batch: int) -> str:
        """Give the one-click URL (RFC 8058), at most 75 characters for any sane host."""
        return f"{self.base_url}/u/{self.token(Purpose.UNSUBSCRIBE, subscriber, topic, batch)}"

    def to_preferences(self, language: str, *, subscriber: int) -> str:
        """Give the preference page of one subscriber."""
        token = self.token(Purpose.PREFERENCES, subscriber)
        return f"{self._preferences(language)}/{token}"

    def to_personal_data(self, language: str, *, subscriber: int, now: datetime) -> str:
        """Give the preference page with address and data, good for an hour."""
        token = self.token(Purpose.PERSONAL, subscriber, expires=now + timedelta(hours=1))
        return self.page(language, "personal", token)

    def to_confirm(self, language: str, *, subscriber: int, signup: int) -> str:
        """Give the page with the one button that confirms a sign-up."""
        return self.page(language, "confirm", self.token(Purpose.CONFIRM, subscriber, signup))

    def to_edition(self, language: str, newsletter: str, edition: str) -> str:
        """Give the web view of an edition."""
        return self.page(language, "newsletters", newsletter, edition)

    def to_article(self, language: str, slug: str) -> str:
        """Give the page of an article."""
        return self.page(language, "articles", slug)

    def to_page(self, language: str, slug: str) -> str:
        """Give a page such as the privacy notice."""
        return self.page(language, "pages", slug)

    def to_event(self, language: str, slug: str) -> str:
        """Give the page of an event."""
        return self.page(language, "events", slug)

    def to_event_file(self, language: str, slug: str) -> str:
        """Give an event as a calendar file to download."""
        return self.page(language, "events", f"{slug}.ics")

    def to_calendar(
        self, language: str, *, topic: str = "", kind: str = "", form: str = "ics"
    ) -> str:
        """Give a feed of events: all, or those of a topic and of a kind.

        `form`: `ics`, `json` (JSON Feed), `atom` or `rss`.
        """
        chosen = [*(("topic", topic) if topic else ()), *(("kind", kind) if kind else ())]
        *folders, name = ["events", *chosen]
        return self.page(language, *folders, f"{name}.{form}")

    def to_events(self, language: str) -> str:
        """Give the list of events."""
        return self.page(language, "events")

    def to_embed(self, language: str, what: str, query: str = "") -> str:
        """Give what a frame shows: `events` or `signup`, with the options of its query."""
        return with_query(f"{self.base_url}/embed/{language}/{what}", query)

    def to_embed_data(self, language: str, what: str, query: str = "") -> str:
        """Give the JSON that the component reads: of `events` or `signup`."""
        return with_query(f"{self.base_url}/embed/{language}/{what}.json", query)

    def to_embed_script(self, name: str) -> str:
        """Give a script for other sites: `v1.js` (the component) or `v1-frame.js` (the loader)."""
        return f"{self.base_url}/embed/{name}"

    def to_oembed(self, url: str, form: str) -> str:
        """Give where oEmbed tells of a page of ours (oembed.com §2); `form`: `json` or `xml`."""
        return f"{self.base_url}/oembed?{urlencode({'url': url, 'format': form})}"

    def to_builder(self, language: str, query: str = "") -> str:
        """Give the page on which a partner puts an embed together."""
        return with_query(self.page(language, "embed"), query)

    def to_partner(self, language: str, *, partner: int) -> str:
        """Give the page on which a partner sees its own totals."""
        return self.page(language, "partner", self.token(Purpose.PARTNER, partner))

    def to_register(self, language: str, slug: str, *, subscriber: int = 0) -> str:
        """Give the registration form of an event, filled in for a subscriber."""
        own = (self.token(Purpose.REGISTER, subscriber),) if subscriber else ()
        return self.page(language, "events", slug, "register", *own)

    def to_seat(self, language: str, *, registration: int) -> str:
        """Give the page of one registration: confirm, change, cancel."""
        return self.page(language, "seat", self.token(Purpose.SEAT, registration))

    def to_join(self, language: str, *, registration: int, number: int) -> str:
        """Give one registrant's own way into the meeting; `number` is what a revocation raises."""
        return self.page(language, "join", self.token(Purpose.JOIN, registration, number))

    def to_password(self, *, staff: int, number: int, expires: datetime) -> str:
        """Give the page on which somebody of staff chooses a password."""
        token = self.token(Purpose.PASSWORD, staff, number, expires=expires)
        return f"{self.base_url}/desk/password/{token}"

    def to_sandbox_unsubscribe(self, *, topic: int, message: int) -> str:
        """Give what stands in a test for the one-click URL: it answers alike and changes nothing.

        `message`: from whose row the page knows its language.
        """
        return f"{self.base_url}/test/{self.token(Purpose.SANDBOX, topic, message)}"

    def to_sandbox_preferences(self, *, topic: int, message: int) -> str:
        """Give what stands in a test for the preference page."""
        return f"{self.to_sandbox_unsubscribe(topic=topic, message=message)}/choices"

    def to_preview(self, language: str, *, edition: int, now: datetime) -> str:
        """Give the page of an edition that has not appeared, open for `PREVIEWED` from now."""
        token = self.token(Purpose.PREVIEW, edition, expires=now + PREVIEWED)
        return self.page(language, "preview", token)

    def to_subscribe(self, language: str) -> str:
        """Give the sign-up page."""
        return self.page(language, "subscribe")

    def to_newsletters(self, language: str) -> str:
        """Give the archive of newsletters."""
        return self.page(language, "newsletters")

    def to_media(self, checksum: str, name: str) -> str:
        """Give a picture or a download, by the checksum of its bytes (hex) and its file name."""
        return f"{self.base_url}/media/{checksum}/{quote(name)}"

    def page(self, language: str, *path: str) -> str:
        """Give a public page: `/<language>/` and the path."""
        return "/".join((self.base_url, language, *(quote(part, safe="") for part in path)))

    def home(self, language: str) -> str:
        """Give the first page in one language."""
        return f"{self.base_url}/{language}/"

    @lru_cache(maxsize=64)  # noqa: B019  (a handful of Links live as long as their process)
    def _preferences(self, language: str) -> str:
        return self.page(language, "preferences")

    @cached_property
    def _signers(self) -> Sequence[hmac.HMAC]:
        secrets = [hashlib.sha256(b"links:" + key.encode()).digest() for key in self.keys]
        return [hmac.new(secret, digestmod="sha256") for secret in secrets]

    def _verified(self, purpose: Purpose, token: str, *, expiring: bool) -> bytes:
        raw = _decode(token)
        payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        for signer in self._signers:
            if hmac.compare_digest(mac, _mac(signer, purpose, payload, expiring=expiring)):
                return payload
        raise BadToken(
            "This link is not complete. Open it again from the mail, or ask for a new one."
        )


def with_query(url: str, query: str) -> str:
    """Give an address that asks for something (more); the same where that is nothing."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def _mac(signer: hmac.HMAC, purpose: Purpose, payload: bytes, *, expiring: bool) -> bytes:
    """Sign with a copy of what has taken in the key: two thirds of the time of `hmac.digest`."""
    signing = signer.copy()
    signing.update(_SCOPES[purpose, expiring] + payload)
    return signing.digest()[:MAC_BYTES]


_SCOPES = {
    (purpose, expiring): f"{purpose.value}:{'expiring' if expiring else 'lasting'}:".encode()
    for purpose in Purpose
    for expiring in (False, True)
}


def _pack(numbers: Sequence[int]) -> bytes:
    """Write numbers one after the other, seven bits a byte, the high bit meaning "more follows"."""
    packed = bytearray()
    for number in numbers:
        rest = number
        while rest > 0x7F:
            packed.append(rest & 0x7F | 0x80)
            rest >>= 7
        packed.append(rest)
    return bytes(packed)


def _unpack(packed: bytes) -> tuple[int, ...]:
    numbers, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(value)
            value, shift = 0, 0
    return tuple(numbers)


def _encode(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode("ascii")


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _decode(token: str) -> bytes:
    """Undo `_encode`; whatever cannot be one of ours comes back as bytes that no key verifies."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return bytes(MAC_BYTES)
    return raw if len(raw) > MAC_BYTES and _encode(raw) == token else bytes(MAC_BYTES)

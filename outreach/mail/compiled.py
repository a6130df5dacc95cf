"""The message on the wire: serialised once, with places where each recipient's words go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from outreach.mail.compose import Composed


@dataclass(frozen=True)
class Mailbox:
    """An address and the name shown beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Headers:
    """What the headers of a message say, the same for every recipient."""

    sender: Mailbox
    reply_to: str = ""
    bulk: bool = False
    list_id: tuple[str, str] | None = None
    """Name and identifier, e.g. ("News", "news.example.org")."""
    list_archive: str = ""
    list_help: str = ""
    """A URL, or a `mailto:`."""
    feedback_id: str = ""


def compile_message(composed: Composed, headers: Headers) -> bytes:
    """Serialise a message; Refused where a header holds what no header may hold."""
    raise NotImplementedError


class CompiledMessage:
    """A compiled message, ready to be written for many recipients."""

    fields: frozenset[str]
    """Every value that `write` uses: personal fields, links and, for bulk, `unsubscribe_url`."""

    @classmethod
    def load(cls, content: bytes) -> "CompiledMessage":
        """Read what `compile_message` gave."""
        raise NotImplementedError

    def write(
        self, *, to: Mailbox, message_id: str, date: datetime, values: Mapping[str, str]
    ) -> bytes:
        """Give the message for one recipient: CRLF, lines of at most 998 bytes, not dot-stuffed.

        `message_id` is without angle brackets. Names and values were written by strangers:
        what no header may hold is left out of them. A bad address is Refused.
        """
        raise NotImplementedError


def needs_smtputf8(address: str) -> bool:
    """Tell whether the part before the @ is not ASCII, so that the server must offer SMTPUTF8."""
    return not address.rpartition("@")[0].isascii()

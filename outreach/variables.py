"""Every environment variable that is read, with its default and its meaning."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable, as the documentation lists it."""

    name: str
    default: str | None
    """What holds where it is not set; None where it must be set."""
    meaning: str


VARIABLES = (
    Variable(
        "OUTREACH_HOME", ".", "The folder that holds `content/`, `templates/` and `subscribers/`."
    ),
    Variable(
        "DATABASE_URL",
        "sqlite:///instance/outreach.sqlite",
        "Where rows are kept: `sqlite:///PATH` (beneath the home if relative) or "
        "`postgresql://user:password@host/name`.",
    ),
    Variable(
        "MAIL_URL",
        None,
        "How mail leaves: `smtp://user:password@host:587` (STARTTLS), "
        "`smtps://user:password@host:465`, `smtp+plain://127.0.0.1:2525` (without encryption, on "
        "this machine only) or `maildir:PATH`.",
    ),
    Variable(
        "MAILBOX_URL",
        "",
        "The incoming mailbox: `imaps://user:password@host/FOLDER` or `maildir:PATH`. "
        "Without it nobody can unsubscribe by mail, only on the web.",
    ),
    Variable(
        "MAILBOX_ADDRESS",
        "",
        "The address of that mailbox, e.g. `in@news.example.org`; it must accept "
        "`in+anything@news.example.org`.",
    ),
    Variable(
        "SECRET_KEY",
        None,
        "At least 32 characters; signs the links in mails. Make one with "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`.",
    ),
    Variable(
        "SECRET_KEY_PREVIOUS", "", "Earlier keys, separated by spaces: their links go on working."
    ),
    Variable(
        "SUPPRESSION_KEY",
        "",
        "Key of the hash that remains of an erased or suppressed address. Never change it. "
        "If empty it is derived from `SECRET_KEY`, which then must not change either.",
    ),
    Variable(
        "BASE_URL", None, "Where subscribers reach the site, e.g. `https://news.example.org`."
    ),
    Variable(
        "TRUSTED_PROXIES",
        "",
        "Addresses or networks, separated by spaces, whose `X-Forwarded-*` headers are believed.",
    ),
    Variable("MAIL_CONNECTIONS", "8", "SMTP connections a worker, 1 to 64."),
    Variable(
        "MAIL_PER_CONNECTION", "100", "Messages over one connection before a new one is made."
    ),
    Variable(
        "MAIL_PER_SECOND", "0", "The most messages a second over all workers; 0 for no limit."
    ),
    Variable("MAIL_PER_HOUR", "0", "The most messages an hour over all workers; 0 for no limit."),
    Variable("SIGNUPS_PER_HOUR", "20", "The most forms sent in an hour from one network address."),
    Variable(
        "JOIN_OPENS_MINUTES",
        "15",
        "How long before an event its registrants can join it, in minutes, 0 to 1440.",
    ),
    Variable(
        "OFFER_HOURS",
        "24",
        "How long a seat that came free is kept for the next one on the wait list, 1 to 168 hours.",
    ),
    Variable(
        "REGISTRANTS_KEPT_DAYS",
        "180",
        "Days after an event until its registrants’ data is purged, where its file says nothing.",
    ),
    Variable(
        "GRACE_SECONDS",
        "60",
        "How long what is sent at once from the desk can still be taken back, 0 to 3600 seconds.",
    ),
    Variable(
        "CANARY_SIZE",
        "50",
        "How many people of each language get a campaign first, 0 (no first wave) to 1000.",
    ),
    Variable(
        "CANARY_PERCENT",
        "10",
        "The percentage of the first wave that may fail before a campaign holds, 0 to 100.",
    ),
    Variable(
        "COLLISION_HOURS",
        "24",
        "Within how many hours of another campaign to the same people the desk warns, 0 (never) "
        "to 720.",
    ),
    Variable(
        "STAFF_ZONE", "UTC", "The time zone in which commands show times, e.g. `Europe/Paris`."
    ),
    Variable("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Variable("LOG_JSON", "no", "`yes` writes each log line as JSON."),
)

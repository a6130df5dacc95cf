"""How often a series takes place, in the words of each language."""

from datetime import datetime

import pytest

from outreach.events.recurrence import Series
from outreach.events.rule_words import in_words
from outreach.phrases.catalog import phrases

FIRST = datetime(2026, 1, 14, 15)
"""A Wednesday."""


def said(rule: str, language: str = "en") -> str:
    """Say a rule of a series that begins on a Wednesday."""
    return in_words(Series(FIRST, "Europe/Paris", rule), phrases(language))


@pytest.mark.parametrize(
    ("rule", "en", "fr", "es"),
    [
        ("FREQ=DAILY", "Every day", "Chaque jour", "Cada día"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days", "Tous les 3 jours", "Cada 3 días"),
        ("FREQ=WEEKLY", "Every Wednesday", "Chaque mercredi", "Cada miércoles"),
        (
            "FREQ=WEEKLY;BYDAY=TH,MO",
            "Every Monday and Thursday",
            "Chaque lundi et jeudi",
            "Cada lunes y jueves",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2",
            "Every 2 weeks on Wednesday",
            "Toutes les 2 semaines, le mercredi",
            "Cada 2 semanas, el miércoles",
        ),
        (
            "FREQ=MONTHLY;BYDAY=2WE;UNTIL=20270101T000000Z",
            "Every second Wednesday of the month",
            "Chaque deuxième mercredi du mois",
            "Cada segundo miércoles del mes",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR;COUNT=12",
            "Every last Friday of the month",
            "Chaque dernier vendredi du mois",
            "Cada último viernes del mes",
        ),
        (
            "FREQ=MONTHLY",
            "On day 14 of every month",
            "Le 14 de chaque mois",
            "El día 14 de cada mes",
        ),
        (
            "FREQ=YEARLY",
            "Every year on 14 January",
            "Chaque année, le 14 janvier",
            "Cada año, el 14 de enero",
        ),
    ],
)
def test_a_usual_rule_is_said_in_three_languages(rule: str, en: str, fr: str, es: str) -> None:
    assert (said(rule), said(rule, "fr"), said(rule, "es")) == (en, fr, es)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;BYDAY=WE",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=WEEKLY;BYMONTH=1",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=1MO",
        "FREQ=YEARLY;INTERVAL=4",
    ],
)
def test_nothing_is_said_rather_than_something_half_true(rule: str) -> None:
    assert said(rule) == ""

"""The site: languages and their fallbacks, and how mails look."""

import pytest

from outreach.content.site import Site, load_site
from outreach.content.source import DARK, LIGHT
from outreach.errors import Refused
from outreach.mail.colour import contrast
from tests.writing import SITE, Home, picture, text


def site_of(home: Home) -> Site:
    """Sync and load."""
    assert home.faults() == []
    with home.database.reading() as session:
        return load_site(session, home.links)


def test_languages_are_tried_exact_base_fallback_default(home: Home) -> None:
    site = site_of(home)
    assert site.chain("fr-CA") == ["fr-CA", "fr", "es", "en"]
    assert site.chain("fr") == ["fr", "es", "en"]
    assert site.chain("es") == ["es", "en"]
    assert site.chain("de") == ["de", "en"]
    assert site.chains == {"en": ["en"], "fr": ["fr", "es", "en"], "es": ["es", "en"]}


def test_a_missing_text_falls_back_and_never_fails(home: Home) -> None:
    site = site_of(home)
    assert site.name("fr") == "Femmes et mines"
    assert site.name("es") == "Women and Mines"
    assert site.text({"pt": "Olá"}, "fr") == "Olá"
    assert site.text({}, "fr") == ""
    assert site.tagline("en") == ""
    assert site.choose({}, "en") is None


def test_a_site_that_was_never_read_says_what_to_do(home: Home) -> None:
    with home.database.reading() as session, pytest.raises(Refused, match="outreach sync"):
        load_site(session, home.links)


def test_the_look_has_logo_links_and_every_colour(home: Home) -> None:
    home.write("content/logo.png", picture())
    home.write("content/pages/privacy/en.md", text())
    more = '\n[logo]\nfile = "logo.png"\n\n[logo.alt]\nen = "Emblem"\n'
    more += (
        '\n[[links]]\nurl = "page:privacy"\n\n[links.label]\nen = "Privacy"\nfr = "Vie privée"\n'
    )
    more += '\n[colours.light]\nbrand = "#5b2a6b"\n'
    home.write("content/site.toml", SITE + more)
    look = site_of(home).look("fr", home.links)
    assert look.organisation == "Femmes et mines"
    assert look.logo
    assert (look.logo.width, look.logo_alt) == (64, "Emblem")
    assert look.links == (("Vie privée", home.links.to_page("fr", "privacy")),)
    assert look.colours == {"light": {**LIGHT, "brand": "#5b2a6b"}, "dark": DARK}
    assert look.postal_address == "1 Street, Town"


def test_the_sender_and_its_domain_come_from_the_file(home: Home) -> None:
    home.write("content/site.toml", SITE.replace("news@example.org", "news@münchen.example"))
    site = site_of(home)
    assert site.sender("fr").name == "Women and Mines"
    assert site.reply_to == "desk@example.org"
    assert site.mail_domain == "xn--mnchen-3ya.example"


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

"""The scripts of partners' pages, for ever there: `/embed/v1.js` and `/embed/v1-frame.js`."""

from pathlib import Path

from flask import Blueprint, Response

from outreach.web.feeds import public_answer
from outreach.web.ready import keep

blueprint = Blueprint("embed_scripts", __name__)

FOLDER = Path(__file__).parent / "scripts"
COMPONENT = (FOLDER / "v1.js").read_bytes()
LOADER = (FOLDER / "v1-frame.js").read_bytes()
_SCRIPT = "text/javascript; charset=utf-8"


@blueprint.get("/embed/v1.js")
def component() -> Response:
    """Give the script of `<outreach-events>` and `<outreach-signup>`."""
    return keep(public_answer(COMPONENT, _SCRIPT))


@blueprint.get("/embed/v1-frame.js")
def loader() -> Response:
    """Give the script that makes frames as high as what they show."""
    return keep(public_answer(LOADER, _SCRIPT))

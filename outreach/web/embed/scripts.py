"""The scripts of partners' pages, for ever there: `/embed/v1.js` and `/embed/v1-frame.js`."""

from pathlib import Path

from flask import Blueprint, Response

from outreach.web.announced import announced
from outreach.web.feeds import public_answer

blueprint = Blueprint("embed_scripts", __name__)

FOLDER = Path(__file__).parent / "scripts"
COMPONENT = (FOLDER / "v1.js").read_bytes()
LOADER = (FOLDER / "v1-frame.js").read_bytes()
_SCRIPT = "text/javascript; charset=utf-8"


@blueprint.get("/embed/v1.js")
@announced()
def component() -> Response:
    """Give the script of `<outreach-events>` and `<outreach-signup>`."""
    return public_answer(COMPONENT, _SCRIPT)


@blueprint.get("/embed/v1-frame.js")
@announced()
def loader() -> Response:
    """Give the script that makes frames as high as what they show."""
    return public_answer(LOADER, _SCRIPT)

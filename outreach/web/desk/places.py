"""Where something is dealt with in the desk; empty where no room answers: no link is dead."""

from flask import current_app
from werkzeug.exceptions import HTTPException

CAMPAIGN = "/campaigns/<int(max=9223372036854775807):number>"
"""The address of a campaign, as routes of the desk write it: no number is too large for a row."""


def campaign(number: int) -> str:
    """Give the page of a campaign."""
    return _answered(f"/desk/campaigns/{number}")


def edition(name: str) -> str:
    """Give the page of an edition such as `wrm/2020-07`."""
    return _answered(f"/desk/editions/{name}")


def checks(name: str) -> str:
    """Give what was found in an edition."""
    return _answered(f"/desk/editions/{name}/checks")


def _answered(path: str) -> str:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return ""
    return path

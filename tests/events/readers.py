"""Readers of calendars that are not ours: ical.js and node-ical, in a process of their own."""

import json
import subprocess
from typing import Any

import pytest

from tests.install_parsers import BIN, FOLDER, INSTALLED, node_environ

javascript = pytest.mark.skipif(
    not INSTALLED.exists(), reason="the calendar readers are not here: make parsers"
)


def read(**asked: object) -> dict[str, Any]:
    """Let the readers in JavaScript read zones and calendars."""
    done = subprocess.run(
        [str(BIN / "node"), "read.mjs"],
        input=json.dumps(asked),
        cwd=FOLDER,
        env=node_environ() | {"TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer

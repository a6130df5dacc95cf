"""Installs the calendar readers in JavaScript that the tests ask; says so where it cannot."""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "parsers"
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
LOCK = FOLDER / "package-lock.json"
BIN = Path(sys.executable).parent


def node_environ() -> dict[str, str]:
    """Give an environment in which `node` and `npm` are those of the wheel beside Python."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


def main() -> int:
    """Install what the lock says, unless it is there already; fail only in CI."""
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return 0
    print("Installing the calendar readers ical.js and node-ical for the tests…")
    quiet = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
    run = subprocess.run(
        [str(BIN / "npm"), "ci", *quiet], cwd=FOLDER, env=node_environ(), check=False
    )
    if run.returncode == 0 and INSTALLED.exists():
        INSTALLED.touch()
        return 0
    print("NO CALENDAR READERS: npm could not install them, so their tests will be skipped.")
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes sure that a Chromium is there for the browser tests; says so plainly where it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def find_chromium() -> str | None:
    """Give the path of the system's Chromium, if there is one."""
    return next((place for place in PLACES if Path(place).exists()), shutil.which("chromium"))


def main() -> int:
    """Find or install Chromium; fail only in CI."""
    if find_chromium():
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium (Debian's package) for the browser tests…")
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(
                ["apt-get", *arguments], env=environ, check=False, stdout=subprocess.DEVNULL
            )
    if find_chromium():
        return 0
    print("NO BROWSER: there is no Chromium here, so the browser tests will be skipped.")
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())

"""Where the demo keeps its things, and the settings that it makes for itself."""

import os
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from outreach.errors import Refused
from outreach.settings import Settings

FIRST_PORTS = {"site": 8000, "inbox": 8001, "smtp": 2525}


@dataclass(frozen=True)
class DemoHome:
    """The demo's own folder: database, caught mail and settings, apart from everything real."""

    home: Path

    @property
    def folder(self) -> Path:
        """Give the folder; deleting it starts the demo anew."""
        return self.home / "instance" / "demo"

    @property
    def mail(self) -> Path:
        """Give the folder of caught mail."""
        return self.folder / "mail"

    @property
    def env_file(self) -> Path:
        """Give the settings file that `outreach --demo …` reads."""
        return self.home / "instance" / "demo.env"

    def write_settings(self, *, site_port: int, smtp_port: int) -> dict[str, str]:
        """Write the settings for these ports; the secret of an earlier demo is kept."""
        earlier = dotenv_values(self.env_file) if self.env_file.exists() else {}
        values = {
            "OUTREACH_HOME": str(self.home),
            "DATABASE_URL": f"sqlite:///{self.folder / 'outreach.sqlite'}",
            "MAIL_URL": f"smtp+plain://127.0.0.1:{smtp_port}",
            "SECRET_KEY": earlier.get("SECRET_KEY") or secrets.token_urlsafe(48),
            "BASE_URL": f"http://127.0.0.1:{site_port}",
            "LOG_LEVEL": "WARNING",
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        self.env_file.touch(mode=0o600)
        self.env_file.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
        return values

    def settings(self, *, site_port: int, smtp_port: int) -> Settings:
        """Write the settings file and read it back as settings."""
        return Settings.from_environ(self.write_settings(site_port=site_port, smtp_port=smtp_port))


def demo_home() -> DemoHome:
    """Find the folder with the sample content; Refused with the way out if it is not here."""
    home = Path(os.environ.get("OUTREACH_HOME", ".")).resolve()
    if not (home / "content" / "site.toml").exists():
        raise Refused(
            "There is no content/site.toml in %(folder)s. Run the demo in the project's folder, "
            "or set OUTREACH_HOME to it.",
            folder=home,
        )
    return DemoHome(home)


def free_port(first: int, *, taken: Collection[int] = ()) -> int:
    """Give the first free port on loopback, from `first` upwards, that is not `taken`."""
    for port in range(first, first + 100):
        if port not in taken and _is_free(port):
            return port
    raise Refused("No port from %(first)s to %(last)s is free.", first=first, last=first + 99)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

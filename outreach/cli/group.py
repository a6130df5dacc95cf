"""Processes that belong together: started, kept alive within bounds, ended in order."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event

from outreach import log

logger = log.logger("serve")

MOST_DEATHS, WITHIN_SECONDS = 5, 60.0
"""A process that dies more often than this is not started again."""
PAUSE_BEFORE_RESTART = 1.0
GRACE_SECONDS = 12.0
"""A little more than each process takes for an orderly end."""


@dataclass
class Member:
    """One process of the group."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it, in our own process group: Ctrl-C reaches all."""
        self.process = subprocess.Popen(  # noqa: S603  (our own command line)
            self.command, env=dict(self.environ)
        )

    def died(self, moment: float) -> bool:
        """Tell whether it has died since the last look, and remember when."""
        if self.process is None or self.process.poll() is None:
            return False
        logger.warning("process died", process=self.name, code=self.process.returncode)
        self.process = None
        self.deaths = [death for death in self.deaths if moment - death < WITHIN_SECONDS]
        self.deaths.append(moment)
        return True

    def hopeless(self) -> bool:
        """Tell whether it dies too often."""
        return len(self.deaths) > MOST_DEATHS


class ProcessGroup:
    """Runs some commands side by side."""

    def __init__(self, commands: Mapping[str, Sequence[str]], environ: Mapping[str, str]) -> None:
        self.members = [Member(name, command, environ) for name, command in commands.items()]

    def run(self, stop: Event) -> bool:
        """Keep all alive until `stop` is set, then end all; False if one would not stay alive."""
        try:
            for member in self.members:
                member.start()
            while not stop.wait(0.2):
                if not self._tend(stop):
                    return False
            return True
        finally:
            self.end()

    def end(self) -> None:
        """Ask all to end; what has not ended in time is killed."""
        running = [member.process for member in self.members if member.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.exception("process did not end in time", process=process.pid)
                process.kill()
                process.wait()

    def _tend(self, stop: Event) -> bool:
        """Start again what has died; False if that is hopeless."""
        for member in self.members:
            if not member.died(time.monotonic()):
                continue
            if member.hopeless():
                logger.error("process dies again and again", process=member.name)
                return False
            if not stop.wait(PAUSE_BEFORE_RESTART):
                member.start()
        return True

"""The README's commands do what it says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent


def test_the_demo_runs_the_whole_flow_without_a_person(tmp_path: Path) -> None:
    out = tmp_path / "received"
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "outreach.cli", "demo", "--once", "--out", str(out)],
        cwd=REPOSITORY,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads((out / "summary.json").read_text())
    assert summary["planned"] == summary["sent"] == len(list(out.glob("*.eml"))) >= 10
    assert set(summary["by_language"]) == {"en", "fr", "es"}
    assert sum(summary["by_language"].values()) == summary["sent"]


def test_every_make_target_that_the_readme_names_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    named = set(re.findall(r"`?make ([a-z]+)`?", (REPOSITORY / "README.md").read_text()))
    assert named >= {"demo", "test", "setup", "check"}
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target

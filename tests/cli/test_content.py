"""Content files from the command line."""

from pathlib import Path

import pytest

from outreach.cli.content import show_report
from outreach.content.faults import Fault
from outreach.errors import Sentence
from outreach.sync import SyncReport
from tests.cli.conftest import Command

EDITION = "content/newsletters/wrm/2020-07"


@pytest.mark.usefixtures("database")
def test_a_sync_of_the_sample_finds_no_fault_and_a_second_one_changes_nothing(
    outreach: Command,
) -> None:
    first = outreach("sync")
    assert (first.exit_code, first.stderr) == (0, "")
    second = outreach("sync")
    assert "Changed: 0   Faults: 0" in second.stdout


@pytest.mark.usefixtures("filled")
def test_faults_are_told_with_path_and_line_and_the_other_files_are_live(
    outreach: Command, home: Path
) -> None:
    french, english = home / EDITION / "fr.md", home / EDITION / "en.md"
    french.write_text(french.read_text().replace("subject:", "subjet:", 1))
    english.write_text(english.read_text() + "\nOne more thing.\n")
    result = outreach("sync")
    assert result.exit_code == 1
    path, line, sentence = result.stderr.splitlines()[0].split(":", 2)
    assert path == f"{EDITION}/fr.md"
    assert int(line) > 0
    assert sentence.strip()
    assert "Changed: 1" in result.stdout


@pytest.mark.usefixtures("filled")
def test_a_missing_translation_is_listed_and_is_no_fault(outreach: Command, home: Path) -> None:
    (home / EDITION / "es.md").unlink()
    result = outreach("sync")
    assert result.exit_code == 0
    assert f"Not translated yet: {EDITION}: missing es\n" in result.stdout


@pytest.mark.usefixtures("filled")
def test_what_lacks_several_languages_is_one_line(outreach: Command, home: Path) -> None:
    for language in ("es", "fr"):
        (home / EDITION / f"{language}.md").unlink()
    lines = [line for line in outreach("sync").stdout.splitlines() if "Not translated" in line]
    assert lines[0] == f"Not translated yet: {EDITION}: missing es, fr"
    assert lines[-1].endswith("Not translated yet: 2")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "schedule", "wrm/2020-08", "--now"),
        ("preview", "wrm/2020-08", "--out", "somewhere"),
    ],
)
def test_a_new_edition_with_faults_is_refused_with_all_of_them(
    outreach: Command, home: Path, words: tuple[str, ...]
) -> None:
    new = home / "content/newsletters/wrm/2020-08"
    new.mkdir()
    text = (home / EDITION / "en.md").read_text()
    (new / "en.md").write_text(text.replace("subject:", "subjet:", 1))
    assert outreach("sync").exit_code == 1
    result = outreach(*words)
    assert result.exit_code == 1
    assert "has faults" in result.stderr or "have faults" in result.stderr
    assert "content/newsletters/wrm/2020-08/en.md, line" in result.stderr
    assert "Did you mean “subject”?" in result.stderr


@pytest.mark.usefixtures("filled")
def test_an_edition_that_was_never_written_is_not_called_faulty(outreach: Command) -> None:
    assert "There is no edition" in outreach("preview", "wrm/1999-01", "--out", "x").stderr


def test_what_was_told_before_is_not_told_again(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = (Fault("content/a.md", line, Sentence("Wrong.")) for line in (1, 2))
    told = show_report(SyncReport((old,), (), ("content/pages/a/fr.md",)))
    capsys.readouterr()
    show_report(SyncReport((old, new), ("content/a.md",), ("content/pages/a/fr.md",)), told)
    said = capsys.readouterr()
    assert said.err == "content/a.md:2: Wrong.\n"
    assert said.out == "Changed: 1   Faults: 2   Not translated yet: 1\n"


@pytest.mark.usefixtures("filled")
def test_editions_are_listed_with_their_languages(outreach: Command) -> None:
    line = next(line for line in outreach("editions").stdout.splitlines() if "wrm/2020-07" in line)
    assert "draft" in line
    assert "en, fr, es" in line
    assert "behind" not in line


@pytest.mark.usefixtures("filled")
def test_editions_tell_what_is_missing_and_what_is_behind(outreach: Command, home: Path) -> None:
    (home / EDITION / "es.md").unlink()
    english = home / EDITION / "en.md"
    text = english.read_text().replace("second newsletter", "newsletter")
    english.write_text(f"{text}\nOne more thing.\n")
    assert outreach("sync").exit_code == 0
    line = next(line for line in outreach("editions").stdout.splitlines() if "wrm/2020-07" in line)
    assert "en, fr (2 behind en), es (missing)" in line


@pytest.mark.usefixtures("filled")
def test_a_preview_has_each_language_as_html_text_and_mail(
    outreach: Command, tmp_path: Path
) -> None:
    out = tmp_path / "preview"
    result = outreach("preview", "wrm/2020-07", "--out", str(out))
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{language}.{kind}" for language in ("en", "es", "fr") for kind in ("html", "txt", "eml")
    )
    assert len(result.stdout.splitlines()) == 9


@pytest.mark.usefixtures("filled")
def test_an_edition_that_does_not_exist_is_refused(outreach: Command, tmp_path: Path) -> None:
    result = outreach("preview", "wrm/1999-01", "--out", str(tmp_path / "preview"))
    assert result.exit_code == 1
    assert "wrm/1999-01" in result.stderr

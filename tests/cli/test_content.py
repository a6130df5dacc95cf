"""Content files from the command line."""

from pathlib import Path

import pytest

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
    assert f"Not translated yet: {EDITION}/es.md" in result.stdout


@pytest.mark.usefixtures("filled")
def test_editions_are_listed_with_their_languages(outreach: Command) -> None:
    line = next(line for line in outreach("editions").stdout.splitlines() if "wrm/2020-07" in line)
    assert "draft" in line
    assert "en, es, fr" in line


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

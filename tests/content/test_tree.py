"""What lies under `content/` is read without trusting it."""

import os

import pytest
from sqlalchemy import select

from outreach.content.models import MediaFile
from outreach.content.tree import read_tree
from tests.writing import Home, edition, picture, text


def test_a_link_out_of_the_content_is_refused_and_not_read(home: Home) -> None:
    home.write("secret.md", text("Secret"))
    home.write("content/pages/one/en.md", text())
    (home.path / "content/pages/one/fr.md").symlink_to(home.path / "secret.md")
    (home.path / "content/pages/two").symlink_to(home.path)
    faults = home.faults()
    assert [path for path, _, _ in faults] == ["content/pages/one/fr.md", "content/pages/two"]
    assert all("link to another place" in said for _, _, said in faults)


def test_a_pipe_does_not_make_the_sync_wait(home: Home) -> None:
    home.write("content/pages/one/en.md", text())
    os.mkfifo(home.path / "content/pages/one/fr.md")
    assert home.fault_of("content/pages/one/fr.md")[0] == 1


def test_hidden_files_and_copies_of_editors_are_passed_over(home: Home) -> None:
    home.write("content/pages/one/en.md", text())
    for name in (".DS_Store", "en.md~", ".en.md.swp", "#en.md#", "Thumbs.db", ".git/config"):
        home.write(f"content/pages/one/{name}", "x")
    assert home.faults() == []


def test_a_misspelt_folder_is_told_with_the_name_that_was_meant(home: Home) -> None:
    home.write("content/artcles/one/en.md", text())
    line, said = home.fault_of("content/artcles")
    assert (line, "Did you mean “articles”?" in said) == (1, True)


def test_names_that_cannot_be_in_an_address_are_told(home: Home) -> None:
    home.write("content/articles/My Article/en.md", text())
    assert "small letters" in home.fault_of("content/articles/My Article")[1]


def test_a_file_name_that_is_no_text_is_told(home: Home) -> None:
    folder = os.fsencode(home.path / "content/pages/one")
    home.write("content/pages/one/en.md", text())
    try:
        with open(folder + b"/caf\xe9.md", "wb") as file:
            file.write(b"x")
    except OSError:
        pytest.skip("this file system knows only names in UTF-8")
    [(path, line, said)] = home.faults()
    assert path.startswith("content/pages/one/caf")
    assert (line, "ordinary letters" in said) == (1, True)


def test_a_name_in_decomposed_letters_is_found_by_the_composed_one(home: Home) -> None:
    home.write("content/pages/one/cafe\u0301.png", picture())
    home.write("content/pages/one/en.md", text(body='{{ image("café.png", alt="x") }}\n'))
    assert home.faults() == []


def test_a_text_cannot_show_what_lies_beside_another_text(home: Home) -> None:
    home.write("content/pages/other/images/a.png", picture())
    home.write("content/pages/other/en.md", text())
    for name in ("../other/images/a.png", "/content/pages/other/images/a.png", "a.png"):
        home.write("content/pages/one/en.md", text(body=f'{{{{ image("{name}", alt="") }}}}\n'))
        assert home.fault_of("content/pages/one/en.md")[0] == 6


def test_folders_too_deep_are_told(home: Home) -> None:
    home.write("content/pages/one/en.md", text())
    home.write("content/pages/one/" + "a/" * 5 + "b.png", picture())
    assert "too deep" in home.faults()[0][2]


def test_a_home_without_content_is_told_and_nothing_breaks(home: Home) -> None:
    empty = home.path / "empty"
    empty.mkdir()
    assert read_tree(empty).files == {}


def test_what_is_in_a_home_beside_the_content_is_never_read(home: Home) -> None:
    home.write("secret.png", picture())
    home.write(
        "content/newsletters/letter/july/en.md",
        edition(body='{{ image("../../../../secret.png", alt="") }}\n'),
    )
    assert home.faults()
    with home.database.reading() as session:
        assert session.scalars(select(MediaFile.path)).all() == []

"""A folder is listed once for all logs in it, until something in it changes."""

from __future__ import annotations

import os
from pathlib import Path

from errwatch.sources.folders import KEPT, YOUNG, Folders

LONG_AGO = 10**18


def aged(folder: Path) -> Path:
    """As if nothing had been renamed, made or deleted in it for long."""
    os.utime(folder, ns=(LONG_AGO, LONG_AGO))
    return folder


def test_it_is_listed_once_until_it_changes(tmp_path: Path) -> None:
    (tmp_path / "app.log.1").touch()
    folders = Folders(lambda: LONG_AGO + YOUNG)
    first = folders(aged(tmp_path))
    assert [one.name for one in first.parts["app.log"]] == ["app.log.1"]
    assert folders(tmp_path) is first
    (tmp_path / "app.log.2").touch()
    assert {one.name for one in folders(tmp_path).parts["app.log"]} == {"app.log.1", "app.log.2"}


def test_a_change_in_the_same_moment_is_seen(tmp_path: Path) -> None:
    folders = Folders(lambda: LONG_AGO + YOUNG - 1)
    folders(aged(tmp_path))
    (tmp_path / "app.log.1").touch()
    assert list(folders(aged(tmp_path)).parts) == ["app.log"]


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    folders = Folders()
    assert folders(tmp_path / "logs").inodes == {}
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log.1.gz").touch()
    assert set(folders(tmp_path / "logs").packed) == {"app.log.1", "app.log"}


def test_not_more_folders_are_remembered_than_need_be(tmp_path: Path) -> None:
    folders = Folders(lambda: LONG_AGO + YOUNG)
    paths = [tmp_path / str(number) for number in range(KEPT + 1)]
    for path in paths:
        path.mkdir()
    first = folders(aged(paths[0]))
    for path in paths[1:KEPT]:
        folders(aged(path))
    assert folders(paths[0]) is first
    folders(aged(paths[KEPT]))
    assert folders(paths[0]) is first, "it was asked for last"
    assert folders(paths[2]) is folders(paths[2])

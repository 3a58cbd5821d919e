"""Which files beside a log may have had its name before."""

from __future__ import annotations

import os
from pathlib import Path

from errwatch.sources.folders import listed
from errwatch.sources.siblings import packed_siblings, siblings


def test_earlier_parts_and_known_files_are_found(tmp_path: Path) -> None:
    for number, name in enumerate(("app.log", "app.log.1", "kept", "other", "app.log.2.gz")):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, ns=(number, number))
    kept = (tmp_path / "kept").stat().st_ino
    found = siblings(listed(tmp_path), tmp_path / "app.log", [kept])
    assert [(each.path.name, each.rotated) for each in found] == [
        ("app.log.1", True),
        ("kept", False),
    ]


def test_a_file_deleted_since_the_folder_was_listed_is_none(tmp_path: Path) -> None:
    (tmp_path / "app.log.1").touch()
    folder = listed(tmp_path)
    (tmp_path / "app.log.1").unlink()
    assert siblings(folder, tmp_path / "app.log", ()) == []


def test_compressed_parts_are_found_by_their_names_alone(tmp_path: Path) -> None:
    for name in ("app.log", "app.log.2.gz", "app.log.gz", "app-20260131.log.xz", "other.log.1.gz"):
        (tmp_path / name).touch()
    folder = listed(tmp_path)
    given_again = (tmp_path / "app.log.2.gz").stat().st_ino
    assert siblings(folder, tmp_path / "app.log", [given_again]) == []
    found = {one.path.name for one in packed_siblings(folder, tmp_path / "app.log")}
    assert found == {"app.log.2.gz", "app.log.gz", "app-20260131.log.xz"}

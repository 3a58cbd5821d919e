"""Which files beside a log may have had its name before."""

from __future__ import annotations

import os
from pathlib import Path

from errwatch.sources.siblings import of_entry, siblings


def test_earlier_parts_and_known_files_are_found(tmp_path: Path) -> None:
    for number, name in enumerate(("app.log", "app.log.1", "kept", "other", "app.log.2.gz")):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, ns=(number, number))
    kept = (tmp_path / "kept").stat().st_ino
    found = siblings(tmp_path / "app.log", [kept])
    assert [(each.path.name, each.rotated) for each in found] == [
        ("app.log.1", True),
        ("kept", False),
    ]


def test_a_file_deleted_since_the_folder_was_listed_is_none(tmp_path: Path) -> None:
    (tmp_path / "app.log.1").touch()
    with os.scandir(tmp_path) as entries:
        (entry,) = entries
    (tmp_path / "app.log.1").unlink()
    assert of_entry(entry, "app.log", ()) is None

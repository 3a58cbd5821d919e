"""What is new among the files that inputs name."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from errwatch.sources.expand import key_of
from errwatch.sources.folders import YOUNG
from errwatch.sources.lookout import Lookout
from tests.sources.nobody import nobody

LONG_AGO = 10**18


def looking(*inputs: Path | str) -> Lookout:
    return Lookout([str(one) for one in inputs], now=lambda: LONG_AGO + YOUNG)


def names(found: tuple[list[Path], object]) -> list[str]:
    return sorted(path.name for path in found[0])


def test_rotated_and_compressed_parts_are_not_followed_by_themselves(tmp_path: Path) -> None:
    live = ["app.log", "worker-1.log", "worker.log", "single.log.1"]
    rotated = ["app.log.1", "app.log-20260131", "app-2026-01-31.log", "app.log.old", "app.log.3.gz"]
    for name in live + rotated:
        (tmp_path / name).write_bytes(gzip.compress(b"") if name.endswith("gz") else b"")
    lookout = looking(tmp_path)
    assert names(lookout.look([])) == sorted(live)
    (tmp_path / "app.log").unlink()
    assert names(lookout.look([])) == [], "its part is none without it either"


def test_each_file_is_brought_once(tmp_path: Path) -> None:
    lookout = looking(tmp_path, f"{tmp_path}/*.log", tmp_path / "b.log")
    (tmp_path / "a.log").touch()
    assert names(lookout.look([])) == ["a.log", "b.log"], "what is named need not exist"
    (tmp_path / "c.log").touch()
    (tmp_path / "b.log").touch()
    assert names(lookout.look([])) == ["c.log"]
    assert lookout.look([]) == ([], [])


def test_what_is_followed_under_another_name_is_not_new(tmp_path: Path) -> None:
    (tmp_path / "a.log").touch()
    (tmp_path / "soft.log").symlink_to("a.log")
    lookout = looking(tmp_path)
    assert names(lookout.look([])) == ["a.log"]
    assert names(lookout.look([key_of(tmp_path / "a.log")])) == []
    (tmp_path / "soft.log").unlink()
    (tmp_path / "soft.log").touch()
    assert names(lookout.look([key_of(tmp_path / "a.log")])) == ["soft.log"]


def test_a_folder_in_which_nothing_changed_is_not_listed_again(tmp_path: Path) -> None:
    (tmp_path / "a.log").touch()
    os.utime(tmp_path, ns=(LONG_AGO, LONG_AGO))
    lookout = looking(tmp_path)
    assert names(lookout.look([])) == ["a.log"]
    (tmp_path / "b.log").touch()
    os.utime(tmp_path, ns=(LONG_AGO, LONG_AGO))  # as if it were not there
    assert names(lookout.look([])) == []
    os.utime(tmp_path)
    assert names(lookout.look([])) == ["b.log"]


def test_below_a_folder_that_did_not_change_itself(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "a.log").touch()
    for folder in (tmp_path, tmp_path / "deep", tmp_path / "deep" / "er"):
        os.utime(folder, ns=(LONG_AGO, LONG_AGO))
    lookout = looking(tmp_path)
    lookout.look([])
    (tmp_path / "deep" / "er" / "b.log").touch()
    assert names(lookout.look([])) == ["b.log"]


def test_what_cannot_be_read_is_said_until_it_can(folder: Path) -> None:
    log = folder / "a.log"
    log.touch(0o000)
    os.utime(folder, ns=(LONG_AGO, LONG_AGO))
    lookout = looking(folder)
    with nobody():
        for _ in range(2):
            found, failures = lookout.look([])
            assert (found, len(failures)) == ([], 1)
            assert "permission denied" in str(failures[0])
    log.chmod(0o644)
    assert lookout.look([]) == ([log], [])

"""What may befall the state while the real watcher writes to it."""

from __future__ import annotations

import os
import resource
import shutil
import time

import pytest

from tests.faults.watched import Watched, until, writer, written
from tests.faults.writer import ERROR

OPTIONS = ("--files", "2", "--rate", "2000", "--rotate", "3", "--keep", "50")


def test_others_use_the_state_all_the_time(watched: Watched) -> None:
    """Scans that save, reports, and watchers that want to be the second one."""
    watched.ready()
    service = writer(watched.logs, *OPTIONS, "--seconds", "30")
    scans = 0
    while service.poll() is None:
        log = watched.folder / f"other{scans}.txt"
        log.write_text(ERROR.format(number=scans))
        scans += 1
        assert watched.run("scan", log.name).returncode in (0, 1)
        assert watched.run("report").returncode == 0
        second = watched.once()
        assert second.returncode == 3
        assert "watched already" in second.stderr
    watched.counts(written(service) + scans)
    assert "locked" not in watched.said
    assert "another process held it" not in watched.said
    assert watched.stop() < 2


def test_the_disk_is_full_and_has_room_again(watched: Watched) -> None:
    """Nothing that the watcher writes may be longer than it is by now; then it may again."""
    watched.ready()
    service = writer(watched.logs, *OPTIONS, "--seconds", "15")
    until(lambda: watched.total() > 20, "it counts")
    pid, free = watched.process.pid, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    for _ in range(3):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        time.sleep(2)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, free)
        time.sleep(1)
    watched.counts(written(service))
    assert "reading stops until the state can be written" in watched.said
    assert "can be written again; nothing was lost" in watched.said
    assert watched.stop() < 2


@pytest.mark.parametrize("replaced", [False, True])
def test_the_state_is_taken_away_and_put_back(watched: Watched, replaced: bool) -> None:
    """It says so and stops, rather than count into the void; nothing is lost by that."""
    watched.ready()
    service = writer(watched.logs, *OPTIONS, "--seconds", "8")
    until(lambda: watched.total() > 20, "it counts")
    aside = watched.folder / "aside.db"
    other = watched.folder / "other.db"
    other.touch()
    os.link(watched.state, aside)
    if replaced:
        other.rename(watched.state)
    else:
        watched.state.unlink()
    assert watched.process.wait(30) == 2
    assert "while it was in use" in watched.said
    assert replaced == watched.state.exists()
    assert not replaced or watched.state.stat().st_size == 0, "nothing was written to it"
    aside.replace(watched.state)
    expected = written(service)
    watched.start()
    watched.counts(expected)
    assert watched.stop() < 2


def test_a_damaged_state_is_refused_and_a_copy_goes_on(watched: Watched) -> None:
    watched.ready()
    service = writer(watched.logs, *OPTIONS, "--seconds", "8")
    until(lambda: watched.total() > 20, "it counts")
    copy = watched.folder / "copy.db"
    assert watched.run("state", "backup", str(copy)).returncode == 0
    watched.kill()
    size = watched.state.stat().st_size
    watched.state.write_bytes(os.urandom(size))
    assert watched.once().returncode == 2
    assert watched.state.stat().st_size == size, "nothing was written to it"
    for beside in watched.folder.glob("state.db-*"):
        beside.unlink()
    shutil.copyfile(copy, watched.state)
    expected = written(service)
    assert watched.once().returncode == 0
    assert watched.total() == expected

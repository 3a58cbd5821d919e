"""A fix runs beside the watching, and not on without it."""

from __future__ import annotations

import subprocess
import sys

from errwatch.daemon.child import Child
from tests.sources.test_command import gone

WATCHER = """
import sys, time
from errwatch.daemon.child import Child
child = Child(["sleep", "600"])
print(child._process.pid, flush=True)
time.sleep(600)
"""


def test_it_ends_when_the_watcher_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", WATCHER], stdout=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        pid = int(watcher.stdout.readline())
        watcher.kill()
    assert gone(pid)


def test_its_exit_code_is_its_own() -> None:
    child = Child([sys.executable, "-c", "raise SystemExit(7)"])
    assert child._process.wait() == 7
    assert child.exit_code == 7

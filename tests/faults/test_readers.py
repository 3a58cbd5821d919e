"""Who reads the state for hours, or may not write it any more, costs no line."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from tests.faults.test_load import storm
from tests.faults.watched import Watched, until, writer, written

OPTIONS = ("--files", "2", "--rate", "1000", "--rotate", "3", "--keep", "50")
ISSUES = 300
"""So many that a list of them fills a pipe."""


def test_a_list_in_a_pager_hinders_nobody(watched: Watched) -> None:
    """As `errwatch issues list | less` that nobody scrolls."""
    watched.ready()
    storm(watched.logs / "many.log", ISSUES)
    watched.counts(ISSUES)
    pager = subprocess.Popen(
        watched.command("issues", "list"),
        cwd=watched.folder,
        env=watched.environment,
        stdout=subprocess.PIPE,
        pipesize=4096,
    )
    assert pager.stdout is not None
    try:
        assert pager.stdout.read(1)
        service = writer(watched.logs, *OPTIONS, "--seconds", "10")
        watched.counts(ISSUES + written(service))
        assert pager.poll() is None, "it waits for somebody to scroll"
        assert "cannot be written" not in watched.said
        assert "another process held it" not in watched.said
    finally:
        pager.kill()
        pager.communicate()
    assert watched.stop() < 2


def test_a_transaction_that_is_left_open_is_told_and_loses_nothing(watched: Watched) -> None:
    """A foreign reader: where the log is not written ahead, it keeps everybody from writing."""
    watched.ready()
    service = writer(watched.logs, *OPTIONS, "--seconds", "15")
    until(lambda: watched.total() > 5, "it counts")
    with closing(sqlite3.connect(watched.state, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM issues").fetchall()
        time.sleep(10)
    watched.counts(written(service))
    wal = watched.state.with_name("state.db-wal")
    assert not wal.exists() or wal.stat().st_size < 64 * 1024 * 1024
    assert watched.stop() < 2


class Bound(Watched):
    """Permissions bind it, though it runs as root."""

    def command(self, *arguments: str) -> list[str]:
        bounds = "--bounding-set=-dac_override,-dac_read_search"
        return ["setpriv", bounds, *super().command(*arguments)]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root")
def test_a_state_that_may_not_be_written_any_more_and_may_again(watched: Watched) -> None:
    watched = Bound(watched.folder)
    watched.ready()
    service = writer(watched.logs, *OPTIONS, "--seconds", "12")
    try:
        until(lambda: watched.total() > 5, "it counts")
        for _ in range(2):
            watched.state.chmod(0o400)
            watched.folder.chmod(0o500)
            time.sleep(2)
            watched.folder.chmod(0o700)
            watched.state.chmod(0o600)
            time.sleep(1)
        watched.counts(written(service))
        assert "reading stops until the state can be written" in watched.said
        assert "can be written again; nothing was lost" in watched.said
        assert watched.stop() < 2
    finally:
        watched.folder.chmod(0o700)
        watched.process.kill()
        watched.process.wait()

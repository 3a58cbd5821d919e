"""The power is cut: the state is what it was at some commit before, and reading goes on there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.eyes import Eyes
from errwatch.pipeline import scan
from errwatch.sources.expand import expand
from errwatch.sources.fleet import Fleet
from errwatch.store.sqlite import SqliteStore
from errwatch.watcher import Watcher
from tests.sources.test_archives import pack

EYES = Eyes(load_rules(config.resource("rules.toml").read_text("utf-8"), "rules.toml"))
STEPS = 6


def read(folder: Path) -> None:
    with SqliteStore(folder / "state.db") as store:
        scan(expand([str(folder / "app.log")], store, None).sources, EYES, store=store)


@pytest.mark.parametrize("synced", range(STEPS))
def test_going_back_to_any_commit_loses_and_doubles_nothing(tmp_path: Path, synced: int) -> None:
    """What a disk has lost that promised too much, or a journal mode that promises less."""
    copies = []
    for step in range(STEPS):
        with (tmp_path / "app.log").open("a") as log:
            log.writelines(
                f"2026-11-20 10:0{step}:{n:02},000 ERROR app: order {n} failed\n" for n in range(9)
            )
        read(tmp_path)
        copies.append((tmp_path / "state.db").read_bytes())
    (tmp_path / "state.db").write_bytes(copies[synced])
    read(tmp_path)
    with SqliteStore(tmp_path / "state.db") as store:
        (issue,) = store.issues()
    assert (issue.count, sum(issue.buckets.values())) == (STEPS * 9, STEPS * 9)


@pytest.mark.parametrize("synced", range(4))
def test_a_watcher_goes_on_at_the_last_copy_that_reached_the_disk(
    tmp_path: Path, synced: int
) -> None:
    """As with `synchronous = NORMAL`: what was committed later is gone, though the log was rotated
    and its part compressed since."""
    log, state, copies = tmp_path / "app.log", tmp_path / "state.db", list[bytes]()
    log.touch()
    for step in range(4):
        with log.open("a") as out:
            out.writelines(
                f"2026-11-20 10:0{step}:{n:02},000 ERROR app: {n} failed\n" for n in range(9)
            )
        watch(log, state)
        copies.append(state.read_bytes())
    log.rename(tmp_path / "app.log.1")
    pack(tmp_path / "app.log.1")
    log.write_text("2026-11-20 10:09:00,000 ERROR app: 9 failed\n")
    watch(log, state)
    state.write_bytes(copies[synced])
    watch(log, state)
    with SqliteStore(state) as store:
        assert sum(issue.count for issue in store.issues()) == 4 * 9 + 1


def watch(log: Path, state: Path) -> None:
    """Until nothing is left."""
    with SqliteStore(state) as store:
        fleet = Fleet([str(log)], store, from_start=True, clock=lambda: 0.0)
        told: list[str] = []
        watcher = Watcher(
            fleet,
            EYES,
            store,
            clock=lambda: 0.0,
            now=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC),
            announce=lambda _issue: None,
            tell=told.append,
        )
        while watcher.cycle():
            pass
        watcher.finish()
        fleet.close()
    assert told == []

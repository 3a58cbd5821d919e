"""The power is cut: the state is what it was at some commit before, and reading goes on there."""

from __future__ import annotations

from pathlib import Path

import pytest

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.pipeline import Eyes, scan
from errwatch.sources.expand import expand
from errwatch.store.sqlite import SqliteStore

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

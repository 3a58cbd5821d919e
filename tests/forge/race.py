"""What one of several processes does: publish the fix that the state has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from errwatch.config import load
from errwatch.publishing import publish_fix
from errwatch.wiring import Wiring
from errwatch.wiring.publishing import Publishing


def publish_often(folder: Path, environment: dict[str, str], times: int) -> list[str]:
    """What each time came to."""
    project = load(folder, environment)
    came: list[str] = []
    for _ in range(times):
        repository = Wiring(project).repository()
        shop = Publishing(project, environment, came.append).shop(
            repository, dry_run=False, again=False
        )
        with Wiring(project).store() as store:
            [issue] = store.issues()
            [fix] = store.fixes()
            now = datetime.now(UTC)
            done = publish_fix(fix, issue, shop.repository, shop.press, store, now=now)
        came.append(type(done).__name__)
    return came

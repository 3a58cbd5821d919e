"""`errwatch state`."""

from __future__ import annotations

from tests.cli.conftest import Cli


def test_back_up_check_and_restore(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text("2026-11-20 10:00:00,000 ERROR app: order 1 failed\n")
    cli("scan", "app.log")
    assert cli("state", "backup", "copy.db").returncode == 0
    state = cli.home / "state.db"
    state.write_bytes(state.read_bytes()[:-4096])
    done = cli("state", "check")
    assert (done.returncode, "is damaged" in done.stderr) == (2, True)
    done = cli("state", "restore", "copy.db")
    assert (done.returncode, "state.db.old-1" in done.stderr) == (0, True)
    assert "sound" in cli("state", "check").stderr
    assert [issue["count"] for issue in cli.json("issues", "list")["issues"]] == [1]

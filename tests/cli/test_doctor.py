"""`errwatch doctor`: what is in order, and what to do where something is not."""

from __future__ import annotations

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from errwatch.model.check import Condition
from errwatch.store.checkup import checkup
from tests.cli.conftest import Cli
from tests.cli.test_watch import watching
from tests.servers.loki import LokiServer
from tests.sources.nobody import nobody


def checks(cli: Cli, **variables: str) -> list[dict[str, Any]]:
    done = cli("doctor", "--format", "json", **variables)
    document = json.loads(done.stdout)
    assert document["schema"] == "errwatch.doctor/1"
    bad = any(check["condition"] == "bad" for check in document["checks"])
    assert done.returncode == (3 if bad else 0)
    found: list[dict[str, Any]] = document["checks"]
    return found


def one(found: list[dict[str, Any]], name: str, words: str) -> dict[str, Any]:
    return next(check for check in found if check["name"] == name and words in check["found"])


def test_a_fresh_machine_is_in_order_and_nothing_is_made(cli: Cli) -> None:
    found = checks(cli)
    assert {check["condition"] for check in found} <= {"good", "warning"}
    assert one(found, "state", "not there yet")
    assert not (cli.home / "state.db").exists()


def test_no_key_is_shown(cli: Cli) -> None:
    done = cli("doctor", ANTHROPIC_API_KEY="sk-ant-not-to-be-seen")
    assert "ANTHROPIC_API_KEY: set" in done.stdout
    assert "not-to-be-seen" not in done.stdout + done.stderr


def test_a_sound_state(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text("2026-11-20 10:00:00,000 ERROR app: oh\n")
    cli("scan", "app.log")
    assert one(checks(cli), "state", "sound")["condition"] == "good"


@pytest.mark.parametrize("damage", [b"not a state", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_state_is_bad(cli: Cli, damage: bytes) -> None:
    (cli.home / "state.db").write_bytes(damage)
    check = next(check for check in checks(cli) if check["condition"] == "bad")
    assert check["name"] == "state"
    assert check["advice"]


def test_an_input_that_is_not_there_and_a_rule_that_has_ended(cli: Cli) -> None:
    (cli.cwd / "errwatch.toml").write_text(
        'inputs = ["none.log"]\n[[ignore]]\nreason = "old"\nuntil = 2020-01-01\nmessage = "x"\n'
    )
    found = checks(cli)
    assert one(found, "inputs", "none.log: ")["condition"] == "bad"
    assert one(found, "rules", "ended on 2020-01-01")["condition"] == "warning"


def test_says_who_watches(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text("")
    with watching(cli, "app.log") as process:
        assert one(checks(cli), "watcher", f"process {process.pid} since")
    assert one(checks(cli), "watcher", "none is running")


def test_a_repository(cli: Cli) -> None:
    cli.git("init", "-q", "-b", "main")
    cli.git("commit", "-q", "--allow-empty", "-m", "begin")
    assert one(checks(cli), "repository", str(cli.cwd))["condition"] == "good"


def test_whether_loki_answers_and_has_something_to_say(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text("")
    (cli.cwd / "errwatch.toml").write_text("""inputs = ["app.log", 'loki:{app="api"}']\n""")
    assert "LOKI_ADDR" in one(checks(cli), "inputs", "loki:")["found"]
    with LokiServer(tenant="shop") as loki:
        refused = one(checks(cli, LOKI_ADDR=loki.address), "inputs", "loki:")
        assert (refused["condition"], "no org id" in refused["found"]) == ("bad", True)
        for tenant, condition in {"other": "warning", "shop": "good"}.items():
            loki.entries = [(time.time_ns() - 10**9, {"app": "api"}, "INFO fine")]
            found = checks(cli, LOKI_ADDR=loki.address, LOKI_ORG_ID=tenant)
            assert one(found, "inputs", "loki:")["condition"] == condition
            assert one(found, "inputs", "1 files of app.log")["condition"] == "good"


def test_a_folder_that_may_not_be_written() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o500)
        with nobody():
            *_, check = checkup(Path(folder) / "deeper" / "state.db")
    assert check.condition is Condition.BAD
    assert "ERRWATCH_STATE" in check.advice


def test_settings_that_make_no_sense_are_told_and_where_to_look(cli: Cli) -> None:
    (cli.cwd / "errwatch.toml").write_text("inputs = 3\n")
    (only,) = checks(cli)
    assert only["condition"] == "bad"
    assert "errwatch.toml: inputs: input should be a list" in only["found"]
    assert "docs/settings.md" in only["advice"]


def test_without_git_it_says_to_install_it(cli: Cli) -> None:
    found = checks(cli, PATH="/nowhere")
    assert "install git" in one(found, "repository", "git is not installed")["advice"]


def test_whatever_is_not_good_says_what_to_do(cli: Cli) -> None:
    """For who comes for the first time, with a wrong address, a wrong key and no channel."""
    (cli.cwd / "errwatch.toml").write_text(
        """inputs = ["none.log", 'loki:{app="api"}']\n[[notify]]\nname = "a"\nvariable = "A"\n"""
    )
    (cli.home / "state.db").write_bytes(b"no state")
    found = checks(cli, LOKI_ADDR="http://127.0.0.1:9", PATH="/nowhere")
    troubled = [check for check in found if check["condition"] != "good"]
    assert {"inputs", "state", "notify", "repository"} <= {check["name"] for check in troubled}
    assert all(check["advice"] for check in troubled)

"""`[[source]]` tables with settings of their own, and `--service`."""

from __future__ import annotations

import time

import pytest

from errwatch.config import load
from errwatch.model.levels import Level
from errwatch.wiring.choice import Choice
from tests.cli.conftest import Cli
from tests.servers.loki import LokiServer

SETTINGS = """
inputs = ["main.log"]

[[source]]
name = "shop"
input = "shop.log"
min_level = "warning"
service = "checkout"

[[source]]
name = "mail"
command = ["cat", "mail.log"]
restarts = 0
"""


def prepare(cli: Cli) -> None:
    (cli.cwd / "errwatch.toml").write_text(SETTINGS)
    for name in ("main", "shop", "mail"):
        (cli.cwd / f"{name}.log").write_text(
            f"2026-11-20 10:00:00,000 WARNING app: {name} is slow\n"
            f"2026-11-20 10:00:01,000 ERROR app: {name} is down\n"
        )


def titles(cli: Cli) -> set[str]:
    return {issue["title"] for issue in cli.json("issues", "list")["issues"]}


WATCH = ("watch", "--once", "--from", "start")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (WATCH, {"main is down", "mail is down", "shop is down", "shop is slow"}),
        ((*WATCH, "--service", "checkout"), {"shop is down", "shop is slow"}),
        ((*WATCH, "--service", "mail"), {"mail is down"}),
        (
            (*WATCH, "--service", "mail", "--service", "checkout"),
            {"mail is down", "shop is down", "shop is slow"},
        ),
        ((*WATCH, "--min-level", "error"), {"main is down", "mail is down", "shop is down"}),
        (("scan", "--exit-zero"), {"main is down", "shop is down", "shop is slow"}),
        (("scan", "--exit-zero", "shop.log"), {"shop is down", "shop is slow"}),
    ],
)
def test_what_is_read_and_what_counts(
    cli: Cli, arguments: tuple[str, ...], found: set[str]
) -> None:
    prepare(cli)
    done = cli(*arguments)
    assert done.returncode == 0, done.stderr
    assert titles(cli) == found


def test_a_service_that_is_nowhere(cli: Cli) -> None:
    prepare(cli)
    done = cli("watch", "--service", "billing")
    assert done.returncode == 2
    assert "--service billing: no input has it" in done.stderr


def test_a_service_of_loki(cli: Cli) -> None:
    with LokiServer() as loki:
        now = time.time_ns()
        loki.entries = [
            (now - 10**9, {"app": "shop", "service_name": name}, f"ERROR {name} is down")
            for name in ("cart", "mail")
        ]
        options = ("--service", "cart", "--interval", "5")
        done = cli(*WATCH, 'loki:{app="shop"}', *options, LOKI_ADDR=loki.address)
        assert done.returncode == 0, done.stderr
    assert titles(cli) == {"cart is down"}


@pytest.mark.parametrize("table", ['name = "x"', 'name = "x"\ninput = "a"\ncommand = ["b"]'])
def test_a_source_is_an_input_or_a_command(cli: Cli, table: str) -> None:
    (cli.cwd / "errwatch.toml").write_text(f"[[source]]\n{table}\n")
    done = cli("scan")
    assert done.returncode == 2
    assert "name either a command or an input" in done.stderr


def test_how_often_a_service_is_asked(cli: Cli) -> None:
    (cli.cwd / "errwatch.toml").write_text(
        "[[source]]\nname = 'a'\ninput = 'docker:a'\ninterval = 30\n"
        "[[source]]\nname = 'b'\ninput = 'docker:b'\nmin_level = 'info'\n[loki]\nerrors_only=true"
    )
    choice = Choice(load(cli.cwd, {}))
    ways = choice.ways(min_level=None, interval=None, once=False)
    assert [ways(name).interval for name in ("docker:a", "docker:b", "docker:c")] == [30, 60, 60]
    assert [ways(name).sought is None for name in ("docker:a", "docker:b")] == [False, True]
    ways = choice.ways(min_level=Level.WARNING, interval=5, once=True)
    assert [ways(name).interval for name in ("docker:a", "docker:b")] == [5, 5]
    assert ways("docker:b").sought is not None
    assert not ways("docker:a").tail


def test_times_without_a_zone_are_in_that_of_their_source(cli: Cli) -> None:
    (cli.cwd / "errwatch.toml").write_text(
        'timezone = "Asia/Tokyo"\n'
        '[[source]]\nname = "shop"\ninput = "shop.log"\ntimezone = "America/New_York"\n'
    )
    seen = {}
    for name in ("shop.log", "mail.log"):
        (cli.cwd / name).write_text(f"2026-11-20 10:00:00,000 ERROR app: {name[:4]} failed\n")
        (issue,) = cli.json("scan", name)["issues"]
        seen[name] = issue["first_seen"][:16]
    assert seen == {"shop.log": "2026-11-20T15:00", "mail.log": "2026-11-20T01:00"}
    assert cli("scan", "shop.log", ERRWATCH_TIMEZONE="Mars/Olympus").returncode == 2

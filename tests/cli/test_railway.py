"""`scan`, `watch` and `doctor` of Railway, from the command line."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_doctor import checks, one
from tests.cli.test_watch import total
from tests.servers.railway import (
    ACCOUNT_TOKEN,
    PROJECT,
    PROJECT_TOKEN,
    Deployed,
    Log,
    RailwayServer,
)
from tests.servers.railway_cli import Deployed as DeployedCli
from tests.servers.railway_cli import RailwayCli


@pytest.fixture
def railway() -> Iterator[RailwayServer]:
    with RailwayServer() as server:
        now = time.time_ns()
        server.logs = [Log(now - (300 - i) * 10**9, f"ERROR order {i} failed") for i in range(250)]
        server.logs.append(Log(now - 10**9, "ERROR mail bounced", service="s-worker"))
        build = ("npm ERR! missing script: build",)
        server.deployments = [Deployed("d-0", "FAILED", now - 60 * 10**9, build=build)]
        yield server


def project(railway: RailwayServer) -> dict[str, str]:
    return {"RAILWAY_API_URL": railway.address, "RAILWAY_TOKEN": PROJECT_TOKEN}


def account(railway: RailwayServer) -> dict[str, str]:
    return {"RAILWAY_API_URL": railway.address, "RAILWAY_API_TOKEN": ACCOUNT_TOKEN}


def test_scan_and_watch_count_the_same_lines_once(cli: Cli, railway: RailwayServer) -> None:
    named = ("watch", "railway:api", "--from", "start", "--once")
    first = cli(*named, **project(railway))
    assert first.returncode == 0, first.stderr
    assert "order" in first.stdout
    assert total(cli) == 251
    second = cli("scan", "railway:api", **project(railway))
    assert second.returncode == 1, second.stderr
    assert total(cli) == 251


def test_without_inputs_it_is_the_project_at_hand(cli: Cli, railway: RailwayServer) -> None:
    assert cli("scan").returncode == 2
    assert cli("scan", **project(railway)).returncode == 1
    assert total(cli) == 252


def test_service_narrows_it(cli: Cli, railway: RailwayServer) -> None:
    (cli.cwd / "errwatch.toml").write_text('inputs = ["railway:"]\n')
    options = ("--from", "start", "--once", "--service", "worker")
    done = cli("watch", *options, **project(railway))
    assert done.returncode == 0, done.stderr
    assert total(cli) == 1
    done = cli("watch", *options[:-1], "mail", **project(railway))
    assert done.returncode == 3
    assert "no service is called mail; there is api, worker" in done.stderr


def test_settings_say_project_and_environment(cli: Cli, railway: RailwayServer) -> None:
    (cli.cwd / "errwatch.toml").write_text(
        f'[railway]\nproject = "{PROJECT}"\nenvironment = "production"\n'
    )
    assert cli("scan", **account(railway)).returncode == 1
    assert total(cli) == 252
    done = cli("scan", **account(railway), ERRWATCH_RAILWAY_ENVIRONMENT="live")
    assert done.returncode == 3
    assert "no environment is called live; there is production, staging" in done.stderr


def test_refusal_is_an_exit_code_and_a_line(cli: Cli, railway: RailwayServer) -> None:
    known = {"RAILWAY_API_URL": railway.address, "RAILWAY_TOKEN": "not-to-be-seen"}
    for command in (("scan", "railway:api"), ("watch", "railway:api", "--once")):
        done = cli(*command, **known)
        assert done.returncode == 3
        assert "Project Token not found; RAILWAY_TOKEN must be a project token" in done.stderr
        assert "not-to-be-seen" not in done.stderr + done.stdout
    done = cli("scan", "railway:api", PATH="/nowhere")
    assert done.returncode == 2
    assert "set RAILWAY_TOKEN" in done.stderr


def test_command_line_of_railway(cli: Cli) -> None:
    deployed = DeployedCli("d-1", "SUCCESS", time.time_ns() - 600 * 10**9)
    deployed.say(time.time_ns() - 10 * 10**9, "ERROR order failed", level="error")
    program = RailwayCli(cli.home, [deployed])
    program.install()
    path = {"PATH": f"{cli.home}:{cli.environment['PATH']}"}
    done = cli("watch", "--from", "start", "--once", **path)
    assert done.returncode == 0, done.stderr
    assert total(cli) == 1
    (cli.cwd / "errwatch.toml").write_text('inputs = ["railway:"]\n')
    found = one(checks(cli, **path), "railway", "is logged in")
    assert (found["condition"], "RAILWAY_TOKEN" in found["advice"]) == ("warning", True)


def test_doctor_says_what_is_found(cli: Cli, railway: RailwayServer) -> None:
    railway.budget = 1000
    (cli.cwd / "errwatch.toml").write_text('inputs = ["railway:api"]\n')
    found = checks(cli, **project(railway))
    assert one(found, "inputs", "railway:api: answers")["condition"] == "good"
    check = one(found, "railway", "project token: shop, environment production")
    assert check["condition"] == "good"
    assert "services api, worker" in check["found"]
    assert "of 1,000 questions are left" in check["found"]
    cut_off = {"RAILWAY_API_URL": "http://127.0.0.1:9", "RAILWAY_TOKEN": PROJECT_TOKEN}
    assert one(checks(cli, **cut_off), "railway", "cannot be asked")["condition"] == "bad"


def test_doctor_says_what_to_do_with_a_token(cli: Cli, railway: RailwayServer) -> None:
    swapped = {
        "RAILWAY_TOKEN": ACCOUNT_TOKEN,
        "RAILWAY_API_TOKEN": PROJECT_TOKEN,
    }
    right = {"RAILWAY_TOKEN": "RAILWAY_API_TOKEN", "RAILWAY_API_TOKEN": "RAILWAY_TOKEN"}
    known = {"RAILWAY_API_URL": railway.address, "RAILWAY_PROJECT_ID": PROJECT}
    for variable, secret in swapped.items():
        check = one(checks(cli, **known, **{variable: secret}), "railway", "")
        assert check["condition"] == "bad"
        assert check["advice"].endswith(f"set {right[variable]} in its place")
        check = one(checks(cli, **known, **{variable: "deleted"}), "railway", "")
        assert "that was not deleted" in check["advice"]
    check = one(checks(cli, **account(railway)), "railway", "RAILWAY_PROJECT_ID")
    assert check["condition"] == "bad"

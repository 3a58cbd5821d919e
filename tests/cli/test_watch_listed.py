"""`errwatch watch` on containers and the journal, of scripts that behave as the real tools do."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_watch import announced, total, watching
from tests.servers.containers import Containers
from tests.servers.journal import Journal

OURS = "/usr/bin/python3 -m errwatch watch journal:shop.service"


@dataclass(frozen=True)
class Tools(Cli):
    """Scripts in the place of the tools."""

    @property
    def environment(self) -> dict[str, str]:
        found = super().environment
        return found | {"PATH": f"{self.home}{os.pathsep}{found['PATH']}"}


@pytest.fixture
def tools(cli: Cli) -> Tools:
    return Tools(cli.home, cli.cwd)


@pytest.fixture
def shop(tools: Tools) -> Containers:
    containers = Containers(tools.home)
    containers.install()
    return containers


@pytest.mark.parametrize("name", ["docker:shop", "kubectl:shop"])
def test_a_container_survives_kills_and_counts_once(
    tools: Tools, shop: Containers, name: str
) -> None:
    for trouble in ("disk is on fire", "mail was refused", "cart has no owner"):
        with watching(tools, name, "--from", "start") as process:
            shop.say(time.time_ns(), f"ERROR {trouble}")
            shop.say(time.time_ns(), f"ERROR {trouble}")
            assert trouble in announced(process)
            process.kill()
    shop.say(time.time_ns(), "ERROR last of all failed")
    assert tools("watch", name, "--once").returncode == 0
    assert total(tools) == 7
    assert tools("scan", name).returncode == 1
    assert total(tools) == 7


def test_docker_that_is_killed_is_started_again_and_counts_once(
    tools: Tools, shop: Containers
) -> None:
    with watching(tools, "docker:shop", "--from", "start") as process:
        shop.say(time.time_ns(), "ERROR disk is on fire")
        assert "disk" in announced(process)
        os.kill(int((tools.home / "docker.pid").read_text()), signal.SIGKILL)
        shop.say(time.time_ns(), "ERROR mail was refused")
        assert "mail" in announced(process)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert "docker:shop: docker ended with -9" in told
    assert total(tools) == 2


@pytest.mark.usefixtures("shop")
def test_docker_says_why_it_cannot(tools: Tools) -> None:
    done = tools("watch", "docker:nope", "--once")
    assert done.returncode == 3
    assert "No such container: nope" in done.stderr
    assert tools("watch", "docker:--privileged").returncode == 2


@pytest.fixture
def journal(tools: Tools) -> Journal:
    journal = Journal(tools.home)
    journal.install()
    return journal


def test_journal_is_read_once_and_never_what_errwatch_says(tools: Tools, journal: Journal) -> None:
    with watching(tools, "journal:shop.service", "--from", "start") as process:
        journal.say("it came from us", SYSLOG_IDENTIFIER="errwatch")
        journal.say("it came from us", _PID=str(process.pid), _CMDLINE=OURS)
        journal.say(list(b"the disk \xff is on fire"))
        assert "is on fire" in announced(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    journal.say("the mail was refused")
    assert tools("watch", "journal:shop.service", "--once").returncode == 0
    assert total(tools) == 2


def test_journal_survives_kills_while_its_clock_goes_back(tools: Tools, journal: Journal) -> None:
    hour, now = 3600, time.time()
    for back, trouble in enumerate(("disk is on fire", "mail was refused", "cart has no owner")):
        with watching(tools, "journal:shop.service", "--from", "start") as process:
            journal.say(f"the {trouble}", at=now - back * hour)
            assert trouble in announced(process)
            process.kill()
    journal.say("a letter was lost", at=now - 12 * hour)
    assert tools("watch", "journal:shop.service", "--once").returncode == 0
    assert total(tools) == 4
    assert "--no-tail" in journal.asked[0]

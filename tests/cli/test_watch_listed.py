"""`errwatch watch docker:NAME` and `journal:UNIT`, of scripts that behave as the real tools do."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_watch import announced, append, total, watching
from tests.servers.journal import Journal

DOCKER = """#!/usr/bin/env python3
import datetime, os, sys, time
parent = os.getppid()
arguments = sys.argv[1:]
if arguments[-1] != "shop":
    sys.exit("Error response from daemon: No such container: " + arguments[-1])
since = [one for one in arguments if one.startswith("--since=")][0][8:]
seconds, _, nanos = since.partition(".")
first = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
first = first.strftime("%Y-%m-%dT%H:%M:%S.") + nanos + "Z"
log = open(sys.path[0] + "/log")
while True:
    line = log.readline()
    if line and line.split()[0] >= first:  # inclusive
        (sys.stderr if "ERROR" in line else sys.stdout).write(line)
        sys.stdout.flush()
        sys.stderr.flush()
    elif not line:
        if "--follow" not in arguments or os.getppid() != parent:
            break
        time.sleep(0.02)
"""

OURS = "/usr/bin/python3 -m errwatch watch journal:shop.service"
PIDS = "open(sys.path[0] + '/pid', 'w').write(str(os.getpid()))\n"


@dataclass(frozen=True)
class Tools(Cli):
    """Scripts in the place of the tools."""

    @property
    def environment(self) -> dict[str, str]:
        found = super().environment
        return found | {"PATH": f"{self.home}{os.pathsep}{found['PATH']}"}

    @property
    def log(self) -> Path:
        return self.home / "log"

    def install(self, name: str, script: str) -> None:
        (self.home / name).write_text(script)
        (self.home / name).chmod(0o755)
        self.log.write_text("")


@pytest.fixture
def tools(cli: Cli) -> Tools:
    return Tools(cli.home, cli.cwd)


def line(text: str) -> str:
    now = time.time_ns()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9))
    return f"{stamp}.{now % 10**9:09}Z {text}\n"


def test_docker_survives_kills_and_counts_once(tools: Tools) -> None:
    tools.install("docker", DOCKER)
    for trouble in ("disk is on fire", "mail was refused", "cart has no owner"):
        with watching(tools, "docker:shop", "--from", "start") as process:
            append(tools.log, 2 * line(f"ERROR {trouble}"))
            assert trouble in announced(process)
            process.kill()
    append(tools.log, line("ERROR last of all failed"))
    assert tools("watch", "docker:shop", "--once").returncode == 0
    assert total(tools) == 7
    assert tools("scan", "docker:shop").returncode == 1
    assert total(tools) == 7


def test_docker_that_is_killed_is_started_again_and_counts_once(tools: Tools) -> None:
    tools.install("docker", DOCKER)
    (tools.home / "docker").write_text(DOCKER.replace("parent =", PIDS + "parent ="))
    with watching(tools, "docker:shop", "--from", "start") as process:
        append(tools.log, line("ERROR disk is on fire"))
        assert "disk" in announced(process)
        os.kill(int((tools.home / "pid").read_text()), signal.SIGKILL)
        append(tools.log, line("ERROR mail was refused"))
        assert "mail" in announced(process)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert "docker:shop: docker ended with -9" in told
    assert total(tools) == 2


def test_docker_says_why_it_cannot(tools: Tools) -> None:
    tools.install("docker", DOCKER)
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

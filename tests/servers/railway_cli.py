"""A `railway` that behaves as the real command line does where its output is no terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.railway import moment

SCRIPT = r"""#!/usr/bin/env python3
import json, re, sys
from datetime import datetime
from pathlib import Path

state = json.loads((Path(__file__).parent / "railway.json").read_text())
words = [word for word in sys.argv[1:] if not word.startswith("--")]
flags = dict(word.partition("=")[::2] for word in sys.argv[1:] if word.startswith("--"))
with (Path(__file__).parent / "railway.asked").open("a") as asked:
    print(json.dumps(sys.argv[1:]), file=asked)


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(1)


def nanoseconds(text):
    day, fraction = re.fullmatch(r"(.{19})\.(\d{9})Z", text).groups()
    return int(datetime.fromisoformat(day + "+00:00").timestamp()) * 10**9 + int(fraction)


if state["failure"]:
    fail(state["failure"])
if "--project" in flags and "--environment" not in flags:
    fail("--environment is required when using --project")
if flags.get("--service", state["service"]).lower() != state["service"]:
    fail("Service '%s' not found" % flags["--service"])
if flags.get("--environment", "production") != "production":
    fail("Environment \"%s\" not found." % flags["--environment"])
if words == ["status"]:
    print(json.dumps({"id": "p-shop", "name": "shop"}, indent=2))
    sys.exit()
deployments = sorted(state["deployments"], key=lambda one: one["createdAt"], reverse=True)
if words == ["deployment", "list"]:
    named = [{key: one[key] for key in ("id", "status", "createdAt")} for one in deployments]
    print(json.dumps(named[: int(flags.get("--limit", 20))], indent=2))
    sys.exit()
if words[:1] != ["logs"]:
    fail("error: unrecognized subcommand")
if not deployments:
    fail("No deployments found")
running = [one for one in deployments if one["status"] == "SUCCESS"]
default = (running or deployments)[0]
chosen = default
if words[1:]:
    chosen = next(one for one in deployments if one["id"] == words[1])
build = "--build" in flags or ("--deployment" not in flags and default["status"] == "FAILED")
since = nanoseconds(flags["--since"]) if "--since" in flags else 0
until = nanoseconds(flags["--until"]) if "--until" in flags else 2**63
if since >= until:
    fail("--since time must be before --until time")
lines = sorted(chosen["build" if build else "logs"], key=lambda one: one["ns"])
lines = [one for one in lines if since <= one["ns"] < until]
# A pipe gets the newest of them, and then nothing more: it streams on a terminal alone.
for one in lines[-int(flags.get("--lines", 500)):]:
    print(json.dumps({"message": one["message"], "timestamp": one["timestamp"], **one["more"]}))
"""


@dataclass
class Deployed:
    id: str
    status: str
    created: int
    """Nanoseconds since 1970."""
    logs: list[dict[str, Any]] = field(default_factory=list)
    build: list[dict[str, Any]] = field(default_factory=list)

    def say(self, ns: int, message: str, *, build: bool = False, **more: object) -> None:
        """`more`: the fields of a structured line; one called `timestamp` hides the real one."""
        line = {"ns": ns, "message": message, "timestamp": moment(ns), "more": more}
        (self.build if build else self.logs).append(line)


@dataclass
class RailwayCli:
    folder: Path
    """It is to be on the PATH."""
    deployments: list[Deployed] = field(default_factory=list)
    service: str = "api"
    failure: str = ""

    def install(self) -> None:
        (self.folder / "railway").write_text(SCRIPT)
        (self.folder / "railway").chmod(0o755)
        self.save()

    def save(self) -> None:
        deployments = [
            asdict(one) | {"createdAt": moment(one.created)[:23] + "Z"} for one in self.deployments
        ]
        state = {"deployments": deployments, "service": self.service, "failure": self.failure}
        (self.folder / "railway.json").write_text(json.dumps(state))

    @property
    def asked(self) -> Sequence[list[str]]:
        lines = (self.folder / "railway.asked").read_text().splitlines()
        return [json.loads(line) for line in lines]

"""A `docker` and a `kubectl` whose `logs` keep to the rules of the real ones."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.servers.railway import moment

SCRIPT = r"""#!/usr/bin/env python3
import json, os, re, sys, time
from datetime import datetime
from pathlib import Path

here, program, parent = Path(__file__).parent, Path(__file__).name, os.getppid()
words = sys.argv[1:]
with (here / f"{program}.asked").open("a") as asked:
    print(json.dumps(words), file=asked)
(here / f"{program}.pid").write_text(str(os.getpid()))


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(1)


def state():
    return json.loads((here / "containers.json").read_text())


flags = dict(word.partition("=")[::2] for word in words if word.startswith("--"))
command, name = [word for word in words if not word.startswith("--")]
docker = program == "docker"
known = {"--follow", "--timestamps"}
known |= {"--since"} if docker else {"--since-time", "--namespace", "--previous"}
unknown = sorted(set(flags) - known)
if command != "logs" or unknown:
    fail(f"unknown flag: {unknown}" if docker else f"error: unknown flag: {unknown}")
if docker:
    seconds, nanos = re.fullmatch(r"(\d+)\.(\d{9})", flags["--since"]).groups()
    since = int(seconds) * 10**9 + int(nanos)
else:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", flags["--since-time"]):
        fail("error: parsing time: not RFC 3339")
    since = int(datetime.fromisoformat(flags["--since-time"][:-1] + "+00:00").timestamp()) * 10**9
if state()["down"]:
    fail(state()["down"])
if name not in state()["runs"]:
    fail(f"Error response from daemon: No such container: {name}" if docker else
         f'Error from server (NotFound): pods "{name}" not found')
runs = state()["runs"][name]
number = len(runs) - 1
if "--previous" in flags:
    if not number:
        fail(f'Error from server (BadRequest): previous terminated container "{name}" not found')
    number -= 1
shown = 0


def told():
    "Docker keeps the lines of all runs of a container, Kubernetes those of each by itself."
    runs = state()["runs"].get(name, [])
    lines = [one for run in (runs if docker else runs[number:number + 1]) for one in run["lines"]]
    return [one for one in lines if one["ns"] >= since]


while True:
    running = name in state()["runs"] and state()["runs"][name][number]["running"]
    lines = told()
    for one in lines[shown:]:
        out = sys.stderr if one["error"] and docker else sys.stdout
        print(one["stamp"], one["text"], file=out, flush=True)
    shown = len(lines)
    if "--follow" not in flags or not running or os.getppid() != parent:
        break
    time.sleep(0.02)
"""


@dataclass
class Line:
    ns: int
    text: str
    error: bool = True
    """It came on standard error."""

    @property
    def stamp(self) -> str:
        return moment(self.ns)


@dataclass
class Run:
    """From a start of the container to its end."""

    lines: list[Line] = field(default_factory=list)
    running: bool = True


@dataclass
class Containers:
    folder: Path
    """It is to be on the PATH."""
    runs: dict[str, list[Run]] = field(default_factory=lambda: {"shop": [Run()]})
    down: str = ""
    """What it fails with, whatever it is asked."""

    def install(self) -> None:
        for name in ("docker", "kubectl"):
            (self.folder / name).write_text(SCRIPT)
            (self.folder / name).chmod(0o755)
        self.save()

    def say(self, ns: int, text: str, *, error: bool = True) -> None:
        self.runs["shop"][-1].lines.append(Line(ns, text, error))
        self.save()

    def start_again(self) -> None:
        self.end()
        self.runs["shop"].append(Run())
        self.save()

    def end(self) -> None:
        self.runs["shop"][-1].running = False
        self.save()

    def save(self) -> None:
        runs = {name: [_run(run) for run in runs] for name, runs in self.runs.items()}
        fresh = self.folder / "containers.fresh"
        fresh.write_text(json.dumps({"runs": runs, "down": self.down}))
        fresh.replace(self.folder / "containers.json")

    def asked(self, program: str) -> list[list[str]]:
        lines = (self.folder / f"{program}.asked").read_text().splitlines()
        return [json.loads(line) for line in lines]


def _run(run: Run) -> dict[str, object]:
    lines = [asdict(line) | {"stamp": line.stamp} for line in run.lines]
    return {"lines": lines, "running": run.running}

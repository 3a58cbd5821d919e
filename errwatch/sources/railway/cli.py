"""Railway through its own command line, where only that is logged in.

Its output is no terminal here, so it never streams: each run fetches the newest lines of one
deployment and ends. It says neither which replica a line is from nor what Railway calls its level
if the line has one of its own; and a field of a line that is called `timestamp` takes the place of
Railway's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from shutil import which

import orjson

from errwatch import lazy_re as re
from errwatch.errors import SourceError, UsageError
from errwatch.parsers.times import nanos_of
from errwatch.redact.text import redact
from errwatch.sources.backend import Busy
from errwatch.sources.child import Child
from errwatch.sources.entries import OVERLAP, Entry
from errwatch.sources.railway.at_hand import PROGRAM
from errwatch.sources.railway.builds import LATEST, PATIENCE, Deployment
from errwatch.sources.railway.drops import Drops
from errwatch.sources.railway.entries import of_build, of_fields, stamp
from errwatch.sources.railway.target import Wanted
from errwatch.sources.windows import STEP, Answer, Windows

LINES = 5_000
"""Of one run; the most that Railway gives."""

EVERY = 60.0
"""Seconds between two rounds, at least: each run asks Railway four questions or more."""

LONGEST = 1024 * 1024
"""Bytes of a line, after which the rest of it is dropped."""

SILENT = frozenset(("INITIALIZING", "QUEUED", "BUILDING", "WAITING", "NEEDS_APPROVAL", "SKIPPED"))
"""How deployments stand of which nothing ran yet."""

STILL = 2
"""Deployments before the time that is asked for that may still run, or have just ended."""

FAR = OVERLAP // 2
"""Nanoseconds before what was asked for, of the time that a line names itself, that are too far."""

FOREVER = 2**63
"""Nanoseconds: later than any entry."""

_LATER = re.compile(r"ratelimited.{0,40}?(\d{1,6}) second")


class Program:
    """Runs `railway`; of one service. Raises UsageError where it is not installed."""

    def __init__(self, service: str, environment: Mapping[str, str]) -> None:
        wanted = Wanted.of(service, environment)
        place = f"{wanted.project}/{wanted.environment} " if wanted.project else ""
        self.name = f"railway:cli {place}{wanted.service or '*'}"
        if which(PROGRAM, path=environment.get("PATH")) is None:
            msg = (
                f"{self.name}: set RAILWAY_TOKEN to a project token, "
                "or log in with `railway`, the command line of Railway"
            )
            raise UsageError(msg)
        flags = {
            "--project": wanted.project,
            "--environment": wanted.environment,
            "--service": wanted.service,
        }
        self._flags = [f"{flag}={value}" for flag, value in flags.items() if value]
        self.closed = threading.Event()

    def deployments(self) -> list[Deployment]:
        """The latest first. Raises SourceError."""
        said = self._run("deployment", "list", "--json", f"--limit={LATEST}")
        try:
            found = [Deployment.of(one) for one in orjson.loads(said)]
        except (ValueError, KeyError, TypeError) as error:
            msg = f"{self.name}: `railway deployment list --json` gives no list of deployments"
            raise Busy(msg) from error
        return sorted(found, key=lambda one: -one.ns)

    def logs(self, deployment: str, kind: str, *span: str) -> list[Entry | None]:
        """Of the kind `--deployment` or `--build`; None: without a time. Raises SourceError."""
        said = self._run("logs", deployment, kind, "--json", f"--lines={LINES}", *span)
        lines = (line[:LONGEST] for line in said.split(b"\n") if line.strip())
        return [_entry(line, deployment) for line in lines]

    def _run(self, *words: str) -> bytes:
        out, told = bytearray(), bytearray()
        with Child(self.name, [PROGRAM, *words, *self._flags]) as child:
            for descriptor, data in child.output(self.closed.is_set):
                (out if descriptor == 1 else told).extend(data)
        if not self.closed.is_set() and child.exit_code:
            raise self._failed(child.exit_code, told.decode("utf-8", "replace"))
        return bytes(out)

    def _failed(self, code: int, told: str) -> SourceError:
        said = " ".join(redact(told).split())[-300:] or f"it ended with {code} and said nothing"
        later = _LATER.search(said)
        return Busy(f"{self.name}: railway says: {said}", float(later[1]) if later else None)


class CliLogs:
    """Implements `errwatch.sources.backend.Backend`."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.name = program.name
        self._windows, self._drops = Windows(), Drops()

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        self._drops.forget(since)
        found = self._program.deployments()
        ask = partial(self._answer, alive(found, since))
        take = partial(self._take, ask)
        for page in self._windows.read(since, until, ask, take, self._program.closed.is_set):
            self._drops.look(page)
            yield page

    def _answer(self, deployments: Sequence[Deployment], since: int, end: int) -> Answer:
        """Entries that name a time of their own may lie beyond what was asked for."""
        found, filled = list[Entry](), 0.0
        span = f"--since={stamp(since - STEP)}", f"--until={stamp(end + STEP)}"
        for one in deployments:
            if one.ns < end:
                lines = self._program.logs(one.id, "--deployment", *span)
                found += self._placed(lines, since - FAR)
                filled = max(filled, len(lines) / LINES)
        return Answer(sorted(found, key=lambda one: one.ns), filled)

    def _placed(self, lines: Sequence[Entry | None], earliest: int) -> list[Entry]:
        placed = [one for one in lines if one is not None and one.ns >= earliest]
        if len(placed) < len(lines):
            gap = (
                "lines with a `timestamp` of their own that is far from when they were said cannot "
                "be placed, and are lost; a RAILWAY_TOKEN mends that"
            )
            self._drops.tell("placed", FOREVER, gap)
        return placed

    def _take(self, ask: partial[Answer], since: int, end: int) -> Sequence[Entry]:
        gap = "a deployment said more in one millisecond than can be had; the first of it is lost"
        self._drops.tell(since, since, gap)
        return ask(since, end).entries

    def gaps(self) -> list[str]:
        return self._drops.gaps()

    def wait(self, seconds: float) -> bool:
        self._program.closed.wait(max(seconds, EVERY))
        return False

    def close(self) -> None:
        self._program.closed.set()


class CliBuilds:
    """Implements `errwatch.sources.railway.builds.Origin`."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.name = program.name

    def deployments(self) -> list[Deployment]:
        return self._program.deployments()

    def build_log(self, deployment: Deployment) -> list[Entry]:
        lines = self._program.logs(deployment.id, "--build")
        return of_build(deployment.id, deployment.ns, filter(None, lines))

    def pause(self) -> float:
        return EVERY


def alive(deployments: Sequence[Deployment], since: int) -> list[Deployment]:
    """Those that may have said something since then; the latest come first."""
    found, before = [], 0
    for one in deployments:
        if one.status == "FAILED":
            if one.ns >= since - PATIENCE:
                found.append(one)
        elif one.status not in SILENT:
            before += one.ns < since
            if before > STILL:
                break
            found.append(one)
    return found


def _entry(line: bytes, deployment: str) -> Entry | None:
    """None where it has no time."""
    try:
        fields = orjson.loads(line)
        ns = nanos_of(fields.pop("timestamp"))
        message = str(fields.pop("message"))
    except (ValueError, KeyError, AttributeError):
        return None
    return None if ns is None else of_fields(ns, message, fields, {"deployment": deployment})

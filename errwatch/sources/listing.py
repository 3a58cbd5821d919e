"""Logs that a tool lists with their times: docker, kubectl, journalctl."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import orjson

from errwatch import lazy_re as re
from errwatch.errors import UsageError
from errwatch.sources.backend import Busy
from errwatch.sources.child import Child
from errwatch.sources.command import Murmur
from errwatch.sources.entries import Entry

SECOND = 1_000_000_000
LONGEST = 1024 * 1024
"""Bytes of a line, after which the rest of it is dropped."""

GONE = "what was read last is not there any more; what came after it may be lost"

MESSAGE = 32_000
"""Characters of a message of the journal."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:\\/-]{0,250}")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
_KEPT = (
    *("__CURSOR", "__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP", "PRIORITY", "_HOSTNAME"),
    *("SYSLOG_IDENTIFIER", "CONTAINER_NAME", "CONTAINER_ID", "_PID", "_TRANSPORT"),
)


class Tool(Protocol):
    """A command line that lists entries from a moment on, and what its lines are."""

    @property
    def name(self) -> str: ...

    @property
    def joined(self) -> bool:
        """Whether entries come on standard error, too."""

    def command(self, since: int, mark: str, *, follow: bool) -> list[str]:
        """`mark`: of the entry to begin with, where it is known and the tool knows such a thing."""

    def past(self, since: int) -> list[str]:
        """What lists those of the run before, which `command` does not; empty: there is no such
        thing. It fails where there was none."""

    def entry(self, line: bytes) -> Entry | None:
        """None: it is none. `ns` is 0 where it is to be left out."""


@dataclass(frozen=True, slots=True)
class Docker:
    container: str
    joined: bool = True

    @property
    def name(self) -> str:
        return f"docker:{self.container}"

    def command(self, since: int, mark: str, *, follow: bool) -> list[str]:
        start = f"--since={since // SECOND}.{since % SECOND:09}"
        more = ["--follow"] if follow else []
        return ["docker", "logs", *more, "--timestamps", start, self.container]

    def past(self, since: int) -> list[str]:
        return []

    def entry(self, line: bytes) -> Entry | None:
        return _stamped(line, (("container", self.container),))


@dataclass(frozen=True, slots=True)
class Kubectl:
    pod: str
    """`POD` or `NAMESPACE/POD`."""
    joined: bool = False

    @property
    def name(self) -> str:
        return f"kubectl:{self.pod}"

    def command(self, since: int, mark: str, *, follow: bool) -> list[str]:
        return self._command(since, ["--follow"] if follow else [])

    def past(self, since: int) -> list[str]:
        """A container that crashed is another one when it runs again."""
        return self._command(since, ["--previous"])

    def _command(self, since: int, more: list[str]) -> list[str]:
        start = datetime.fromtimestamp(since // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        space, _, pod = self.pod.rpartition("/")
        more += [f"--namespace={space}"] if space else []
        return ["kubectl", "logs", *more, "--timestamps", f"--since-time={start}", pod]

    def entry(self, line: bytes) -> Entry | None:
        return _stamped(line, (("pod", self.pod),))


@dataclass(frozen=True, slots=True)
class Journal:
    unit: str
    joined: bool = False

    @property
    def name(self) -> str:
        return f"journal:{self.unit}"

    def command(self, since: int, mark: str, *, follow: bool) -> list[str]:
        more = ["--follow", "--no-tail"] if follow else []
        # It takes one of the two, and shows the entry itself, too, if it still has it.
        start = f"--cursor={mark}" if mark else f"--since=@{since // SECOND}"
        return ["journalctl", "--output=json", "--all", "--quiet", *more, start, "-u", self.unit]

    def past(self, since: int) -> list[str]:
        return []

    def entry(self, line: bytes) -> Entry | None:
        try:
            record = orjson.loads(line)
            ns = int(record["__REALTIME_TIMESTAMP"]) * 1000
            mark = str(record["__CURSOR"])
        except (ValueError, KeyError, TypeError):
            return None
        if _is_ours(record):
            return Entry(0, (), "")
        kept = {key: record[key] for key in _KEPT if key in record}
        kept["MESSAGE"] = _message(record.get("MESSAGE"))
        return Entry(ns, (("unit", self.unit),), orjson.dumps(kept).decode(), mark)


TOOLS: dict[str, type[Docker] | type[Kubectl] | type[Journal]] = {
    "docker": Docker,
    "kubectl": Kubectl,
    "journal": Journal,
}


def tool(scheme: str, what: str) -> Tool:
    """Raises UsageError."""
    if not _NAME.fullmatch(what):
        msg = f"{scheme}:{what}: not a name such as {scheme}:shop"
        raise UsageError(msg)
    return TOOLS[scheme](what)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to begin: with the entry of that mark, else with those of that time."""

    since: int
    mark: str = ""
    until: int = 2**63
    """From then on nothing is wanted; not asked of those with a mark, which come in order."""

    def after(self, entries: Sequence[Entry]) -> Place:
        last = entries[-1] if entries else None
        return replace(self, since=last.ns, mark=last.mark) if last and last.mark else self


class Listing:
    """Implements `errwatch.sources.backend.Backend`: lists what there is, and does not wait."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.name = tool.name
        self._closed = threading.Event()
        self._gaps: list[str] = []

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        yield from self.read(Place(since, until=until), threading.Event(), follow=False)

    def read(self, place: Place, stop: threading.Event, *, follow: bool) -> Iterator[list[Entry]]:
        """Pages as they come, until the tool ends. Raises SourceError, and so tells how."""
        past = self.tool.past(place.since)
        if past:
            with suppress(Busy):
                yield from self._listed(past, place, stop, follow=False)
        words = self.tool.command(place.since, place.mark, follow=follow)
        yield from self._listed(words, place, stop, follow=follow)

    def _listed(
        self, words: Sequence[str], place: Place, stop: threading.Event, *, follow: bool
    ) -> Iterator[list[Entry]]:
        recent: deque[Entry] = deque(maxlen=1000)
        murmur, said, rest, met = Murmur(lambda: 0.0), list[str](), b"", not place.mark
        with Child(self.name, words, joined=self.tool.joined) as child:
            for descriptor, data in child.output(lambda: stop.is_set() or self._closed.is_set()):
                if descriptor == 2:
                    said += murmur.lines(data)
                    continue
                *lines, rest = (rest + data).split(b"\n")
                rest = rest[:LONGEST]
                page = self._page(lines, murmur, said, place)
                if page and not met:
                    met = True
                    self._gaps += [GONE] if page[0].mark != place.mark else []
                place = place.after(page)
                alike = set(page)
                # All that are alike stand in one page, for they are told apart by their number.
                again = [one for one in recent if one in alike]
                recent.extend(page)
                if page:
                    yield [*again, *page]
        if not stop.is_set() and not self._closed.is_set():
            # A line without an end is cut: it is listed again, whole, when there is more of it.
            if not follow and rest:
                page = self._page([rest], murmur, said, place)
                yield from [page] if page else []
            if child.exit_code:
                why = "; ".join([*said, *murmur.rest()][-3:]) or "it said nothing"
                msg = f"{self.name}: {words[0]} ended with {child.exit_code}: {why}"
                raise Busy(msg)

    def _page(
        self, lines: Sequence[bytes], murmur: Murmur, said: list[str], place: Place
    ) -> list[Entry]:
        found, last = [], place.since if place.mark else 0
        for line in lines:
            entry = self.tool.entry(line)
            if entry is None:
                said += murmur.lines(line + b"\n")
            elif entry.mark:
                # The tool tells them in their order, whatever the clock did meanwhile.
                last = max(last, entry.ns)
                found.append(entry._replace(ns=last, at=entry.ns))
            elif 0 < entry.ns < place.until:
                found.append(entry)
        return sorted(found, key=lambda one: one.ns)

    def gaps(self) -> list[str]:
        gaps, self._gaps = self._gaps, []
        return gaps

    def wait(self, seconds: float) -> bool:
        self._closed.wait(seconds)
        return False

    def close(self) -> None:
        self._closed.set()


def _stamped(line: bytes, labels: tuple[tuple[str, str], ...]) -> Entry | None:
    stamp, _, text = line.decode("utf-8", "replace").rstrip("\r").partition(" ")
    found = _STAMP.fullmatch(stamp)
    if not found:
        return None
    try:
        seconds = int(datetime.fromisoformat(found[1] + found[3]).timestamp())
    except ValueError:
        return None
    return Entry(seconds * SECOND + int((found[2] or "").ljust(9, "0")), labels, text)


def _message(value: object) -> str:
    """It is a list of its bytes where it is not UTF-8, or of several values."""
    if isinstance(value, list):
        if all(isinstance(one, int) and 0 <= one < 256 for one in value):
            value = bytes(value).decode("utf-8", "replace")
        else:
            value = " ".join(_message(one) for one in value if not isinstance(one, int))
    return value[:MESSAGE] if isinstance(value, str) else ""


def _is_ours(record: dict[str, object]) -> bool:
    """Whether errwatch said it, now or before it was started again."""
    words = str(record.get("_CMDLINE", "")).split()[:4]
    by_name = "watch" in words and any(Path(one).name == "errwatch" for one in words)
    ours = record.get("_PID") == str(os.getpid()) or record.get("SYSLOG_IDENTIFIER") == "errwatch"
    return ours or by_name

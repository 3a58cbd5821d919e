"""A `journalctl` that keeps to the rules of the real one, on a journal that tests write."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPT = r"""#!/usr/bin/env python3
import json, os, sys, time
from pathlib import Path

here = Path(__file__).parent
parent = os.getppid()
words = sys.argv[1:]
with (here / "journalctl.asked").open("a") as asked:
    print(json.dumps(words), file=asked)


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(1)


def given(name):
    found = [word.partition("=")[2] for word in words if word.startswith(f"--{name}=")]
    return found[-1] if found else None


since, cursor, after = given("since"), given("cursor"), given("after-cursor")
if (since is not None) + (cursor is not None) + (after is not None) > 1:
    fail("Please specify only one of --since=, --cursor=, and --after-cursor=.")
if given("output") != "json":
    fail("this journalctl only knows --output=json")
unit = words[words.index("-u") + 1] if "-u" in words else None
follow = "--follow" in words


def number(text):
    fields = dict(part.partition("=")[::2] for part in text.split(";"))
    if not fields.keys() >= {"s", "i", "b", "m", "t", "x"}:
        fail("Failed to seek to cursor: Invalid argument")
    return fields["s"], int(fields["i"], 16), int(fields["t"], 16)


def sought(records):
    "The first to be shown: a cursor leads to the nearest that is still there."
    if cursor is None and after is None:
        least = int(since[1:]) * 1_000_000 if since else 0
        places = [n for n, one in enumerate(records) if int(one["__REALTIME_TIMESTAMP"]) >= least]
        return min(places, default=len(records))
    series, place, at = number(cursor or after)
    for n, one in enumerate(records):
        its_series, its_place, its_time = number(one["__CURSOR"])
        near = its_place >= place if its_series == series else its_time >= at
        if near:
            return n + (after is not None and one["__CURSOR"] == after)
    return len(records)


log = (here / "journal").open()
records = [json.loads(line) for line in log]
shown = records[sought(records):]
if follow and "--no-tail" not in words:
    shown = shown[-10:]
while True:
    for one in shown:
        if unit in (None, one.get("_SYSTEMD_UNIT")):
            print(json.dumps(one), flush=True)
    if not follow or os.getppid() != parent:
        break
    time.sleep(0.02)
    shown = [json.loads(line) for line in log]
"""


@dataclass
class Journal:
    folder: Path
    """It is to be on the PATH."""
    series: str = "a1"
    number: int = 0
    lines: list[str] = field(default_factory=list)

    def install(self) -> None:
        (self.folder / "journalctl").write_text(SCRIPT)
        (self.folder / "journalctl").chmod(0o755)
        (self.folder / "journal").touch()

    def say(self, message: object, *, at: float | None = None, **more: str) -> None:
        """`at`: what the clock says, in seconds since 1970; it may have been set."""
        self.number += 1
        us = int((time.time() if at is None else at) * 1_000_000)
        place = f"s={self.series};i={self.number:x};b=b0;m={self.number:x};t={us:x};x={us:x}"
        record: dict[str, Any] = {
            "__CURSOR": place,
            "__REALTIME_TIMESTAMP": str(us),
            "_SYSTEMD_UNIT": "shop.service",
            "PRIORITY": "3",
            "MESSAGE": message,
            **more,
        }
        self.lines.append(json.dumps(record) + "\n")
        with (self.folder / "journal").open("a") as out:
            out.write(self.lines[-1])

    def vacuum(self, keep: int) -> None:
        """Drop all but the last."""
        self.lines = self.lines[-keep:] if keep else []
        (self.folder / "journal").write_text("".join(self.lines))

    @property
    def asked(self) -> list[list[str]]:
        lines = (self.folder / "journalctl.asked").read_text().splitlines()
        return [json.loads(line) for line in lines]

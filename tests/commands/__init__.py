"""Run `errwatch` as often as the tests need: each a process of its own, forked from one that waits.

The one that waits has imported all commands, which takes most of the time of a short command. What
it forks has the arguments, the environment, the working directory and the standard streams that it
is given, and ends as an interpreter ends. What is settled when an interpreter starts (`PYTHON*`,
the locale) needs one that starts: `subprocess` is for tests of that.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SECONDS = 120


def run(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """What `subprocess.run([sys.executable, "-m", "errwatch", ...], text=True)` would give."""
    asked = {"arguments": arguments, "cwd": str(cwd), "environment": dict(environment)}
    answer, theirs = socket.socketpair()
    (their_in, in_), (out, their_out), (err, their_err) = os.pipe(), os.pipe(), os.pipe()
    given = [their_in, their_out, their_err, theirs.detach()]
    socket.send_fds(_waiting().way, [json.dumps(asked).encode()], given)
    for end in given:
        os.close(end)
    with answer, ThreadPoolExecutor(2) as threads:
        printed, noted = threads.submit(_read, out), threads.submit(_read, err)
        _write(in_, stdin)
        answer.settimeout(SECONDS)
        code = int(answer.recv(16))
        return subprocess.CompletedProcess(list(arguments), code, printed.result(), noted.result())


@dataclass(frozen=True)
class _Waiting:
    """It ends when we do, for then nobody holds our end of the way to it."""

    process: subprocess.Popen[bytes]
    way: socket.socket


@cache
def _waiting() -> _Waiting:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.commands", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    return _Waiting(process, ours)


def _read(end: int) -> str:
    with os.fdopen(end, encoding="utf-8") as stream:
        return stream.read()


def _write(end: int, text: str) -> None:
    with suppress(BrokenPipeError), os.fdopen(end, "w", encoding="utf-8") as stream:
        stream.write(text)

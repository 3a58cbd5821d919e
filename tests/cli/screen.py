"""A terminal: what a process writes to it, as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from rich.cells import cell_len

from tests.cli.conftest import Cli

PATIENCE = 30.0
"""Seconds in which something is to be seen."""

TOKEN = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]")


@dataclass
class Screen:
    """Knows colours, the return of the carriage and the clearing of a line, and folds lines."""

    width: int
    rows: list[str] = field(default_factory=lambda: [""])
    coloured: bool = False
    _back: bool = False
    """Whether the next text overwrites the last row."""

    def write(self, text: str) -> None:
        for token in TOKEN.finditer(text):
            self._put(token[0], token[2], token[1] or "")

    def _put(self, token: str, command: str | None, codes: str) -> None:
        if token == "\r":
            self._back = True
        elif token == "\n":
            self.rows.append("")
            self._back = False
        elif command == "K":
            self.rows[-1] = "" if self._back else self.rows[-1]
        elif command == "m":
            # Below 30 it is bold or dim, which is no colour.
            self.coloured |= any(int(code) >= 30 for code in codes.split(";") if code)
        elif command is None:
            if self._back:
                self.rows[-1], self._back = "", False
            if cell_len(self.rows[-1] + token) > self.width:
                self.rows.append("")
            self.rows[-1] += token
        else:
            msg = f"a command that this screen does not know: {token!r}"
            raise AssertionError(msg)


class OnTerminal:
    """`errwatch` on a terminal of that width. A context manager that ends it."""

    def __init__(self, cli: Cli, *arguments: str, width: int, **variables: str) -> None:
        self.screen = Screen(width)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        environment = cli.environment | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | variables
        del environment["COLUMNS"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "errwatch", *arguments],
            cwd=cli.cwd,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self._rest = b""

    def __enter__(self) -> OnTerminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def until(self, seen: Callable[[list[str]], bool]) -> list[str]:
        """Read on until the rows are so; if it ends before, that is a failure."""
        while not seen(self.screen.rows):
            assert self._read(), self.screen.rows
        return self.screen.rows

    def interrupt(self) -> list[str]:
        """As by Ctrl-C; all that is seen in the end."""
        self.process.send_signal(signal.SIGINT)
        while self._read():
            pass
        self.process.wait(30)
        return self.screen.rows

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], PATIENCE)[0]:
            return False
        try:
            data = self._rest + os.read(self._ours, 65_536)
        except OSError:  # nobody has it open any more
            return False
        text = data.decode("utf-8", "ignore")
        self._rest = data[len(text.encode()) :]
        self.screen.write(text)
        return True

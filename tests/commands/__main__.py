"""Waits for commands on the socket that its argument names, and forks for each of them."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from importlib import import_module

from errwatch.cli.app import COMMANDS, main

ASKED_BYTES = 1 << 20


def wait(way: socket.socket) -> None:
    """Come back in the process of a command, ready to run it; at the end of all tests, exit."""
    while True:
        asked, ends, _, _ = socket.recv_fds(way, ASKED_BYTES, 4)
        if not asked:
            sys.exit()
        if os.fork() == 0:
            way.close()
            return answer(asked, ends)
        for end in ends:
            os.close(end)


def answer(asked: bytes, ends: list[int]) -> None:
    """Come back in a child, and tell how it ended."""
    *streams, told = ends
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(told)
        return become(asked, streams)
    for stream in streams:
        os.close(stream)
    _, status = os.waitpid(child, 0)
    os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def become(asked: bytes, streams: list[int]) -> None:
    wanted = json.loads(asked)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["cwd"])
    time.tzset()
    sys.argv = ["errwatch", *wanted["arguments"]]


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who answer
    for name in COMMANDS:
        import_module(f"errwatch.cli.{name}")
    wait(socket.socket(fileno=int(sys.argv[1])))
    main()

"""What the sandbox starts in front of a command: sets the limits, then becomes the command.

    launcher.py [--init] [NAME=VALUE ...] -- COMMAND [ARGUMENT ...]

NAME is a resource limit without its RLIMIT_. With `--init` it stays, as the first process of a new
pid namespace: it brings up the loopback device, waits for the command, and takes everything that
the command left running with it when it goes. Run as a script, with nothing on its path.
"""

from __future__ import annotations

import os
import resource
import sys

CANNOT_START = 127


def main(arguments: list[str]) -> int:
    end = arguments.index("--")
    options, command = arguments[:end], arguments[end + 1 :]
    init = "--init" in options
    if init:
        bring_up_loopback()
    for option in options:
        if option != "--init":
            lower_limit(*option.split("="))
    return wait_for(command) if init else become(command)


def lower_limit(name: str, value: str) -> None:
    limit = getattr(resource, f"RLIMIT_{name}")
    _, hard = resource.getrlimit(limit)
    allowed = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
    resource.setrlimit(limit, (allowed, allowed))


def become(command: list[str]) -> int:
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
    return CANNOT_START


def wait_for(command: list[str]) -> int:
    child = os.fork()
    if child == 0:
        os._exit(become(command))
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def bring_up_loopback() -> None:
    """A new network namespace has no working localhost, and tests talk to servers of their own."""
    import fcntl
    import socket
    import struct

    set_flags, up = 0x8914, 0x1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        fcntl.ioctl(device, set_flags, struct.pack("16sh", b"lo", up))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

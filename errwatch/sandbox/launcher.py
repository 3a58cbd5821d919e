"""What the sandbox starts in front of a command: sets the limits, then becomes the command.

    launcher.py [--init] [NAME=VALUE ...] -- COMMAND [ARGUMENT ...]

NAME is a resource limit without its RLIMIT_. With `--init` it stays, as the first process of new
namespaces: it brings up the loopback device, makes everything but the working directory and the
home read-only, waits for the command, and takes everything that the command left running with it
when it goes. It ends with the process that started it. Run as a script, with nothing on its path.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

CANNOT_START = 127

RDONLY, REMOUNT, BIND, REC = 1, 32, 4096, 16384
KEPT = {
    "nosuid": 2,
    "nodev": 4,
    "noexec": 8,
    "noatime": 1024,
    "nodiratime": 2048,
    "relatime": 1 << 21,
}
"""What a mount may have; the kernel refuses to change it where it must stay."""
DIE_WITH_PARENT, DROP_CAPABILITY, NO_NEW_PRIVILEGES = 1, 24, 38
CAPABILITIES = 64
SHARED_MEMORY = "/dev/shm"  # noqa: S108

libc = ctypes.CDLL(None)


def main(arguments: list[str]) -> int:
    end = arguments.index("--")
    options, command = arguments[:end], arguments[end + 1 :]
    init = "--init" in options
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if init:
        bring_up_loopback()
        confine()
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


def confine() -> None:
    """Read-only for good: the rights to undo it are given up. A mount that refuses stays."""
    here, home = str(Path.cwd()), str(Path(os.environ.get("HOME", "/nonexistent")).resolve())
    writable = (here, home, "/proc")
    for folder in (here, home):
        mount(folder, folder, BIND | REC)
    for point, options in mounts():
        if not any(f"{point}/".startswith(f"{folder}/") for folder in writable):
            kept = sum(KEPT.get(option, 0) for option in options)
            mount(None, point, REMOUNT | BIND | RDONLY | kept)
    mount("tmpfs", SHARED_MEMORY, KEPT["nosuid"] | KEPT["nodev"], kind="tmpfs")
    os.chdir(here)  # from the mount that it was before
    for capability in range(CAPABILITIES):
        libc.prctl(DROP_CAPABILITY, capability, 0, 0, 0)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def mount(source: str | None, target: str, flags: int, kind: str | None = None) -> None:
    names = [None if name is None else os.fsencode(name) for name in (source, target, kind)]
    libc.mount(*names, ctypes.c_ulong(flags), None)


def mounts() -> Iterator[tuple[str, list[str]]]:
    """Mount points with their options. A space in a name stands there as `\\040`."""
    listed = Path("/proc/self/mountinfo").read_bytes().decode(errors="surrogateescape")
    for row in [line.split(" ") for line in listed.splitlines()]:
        point = row[4]
        for sign in "\t\n \\":
            point = point.replace(f"\\{ord(sign):03o}", sign)
        yield point, row[5].split(",")


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

"""What the sandbox starts in front of a command: sets the limits, then becomes the command.

    launcher.py [OPTION ...] [NAME=VALUE ...] -- COMMAND [ARGUMENT ...]

NAME is a resource limit without its RLIMIT_. With `--init` it stays, as the first process of new
namespaces: it brings up the loopback device, lays the file system out as `--hide=`, `--scratch=`,
`--show=` and `--write=` say in their order, waits for the command, and takes everything that the
command left running with it when it goes. `--processes=` limits their number in new namespaces
where the kernel can; `--filter=` is a seccomp program, in hexadecimal digits. It ends with the
process that started it, and never starts a command that it could not confine. Run as a script,
with nothing on its path.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CANNOT_START = 127

RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, REC = 1, 2, 4, 8, 32, 4096, 16384
KEPT = {
    "nosuid": NOSUID,
    "nodev": NODEV,
    "noexec": NOEXEC,
    "noatime": 1024,
    "nodiratime": 2048,
    "relatime": 1 << 21,
}
"""What a mount may have; the kernel refuses to change it where it must stay."""
DIE_WITH_PARENT, SECCOMP, DROP_CAPABILITY, NO_NEW_PRIVILEGES = 1, 22, 24, 38
FILTER_MODE = 2
CAPABILITIES = 64
DEVICES = ("null", "zero", "full", "random", "urandom")
LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
COVERED = ("sys", "irq", "bus", "sysrq-trigger")
"""Of /proc: what changes the machine, if root writes there."""
LAID = ("--hide", "--scratch", "--show", "--write")
SIZE = "size=25%"
"""Of the memory, for a folder that is kept there."""
PROCESSES_BY_NAMESPACE = (6, 14)
"""The first Linux where the greatest process id belongs to a namespace, not to the machine."""

libc = ctypes.CDLL(None, use_errno=True)


def main(arguments: list[str]) -> int:
    end = arguments.index("--")
    options, command = arguments[:end], arguments[end + 1 :]
    init = "--init" in options
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    told = [(name, value) for name, _, value in (option.partition("=") for option in options)]
    try:
        hold(told, init=init)
    except OSError as error:
        sys.stderr.write(f"cannot be confined: {error}\n")
        return CANNOT_START
    return wait_for(command) if init else become(command)


def hold(told: list[tuple[str, str]], *, init: bool) -> None:
    """Raises OSError."""
    named = dict(told)
    if "--processes" in named:
        bound_processes(named["--processes"])
    if init:
        bring_up_loopback()
        confine([(name, value) for name, value in told if name in LAID])
    for name, value in told:
        if not name.startswith("--"):
            lower_limit(name, value)
    if "--filter" in named:
        forbid(bytes.fromhex(named["--filter"]))


def lower_limit(name: str, value: str) -> None:
    limit = getattr(resource, f"RLIMIT_{name}")
    _, hard = resource.getrlimit(limit)
    allowed = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
    resource.setrlimit(limit, (allowed, allowed))


def bound_processes(number: str) -> None:
    """For root, whom no limit of processes binds. Before that version, it would be the machine's
    own bound."""
    version = re.match(r"(\d+)\.(\d+)", os.uname().release)
    if version and (int(version[1]), int(version[2])) >= PROCESSES_BY_NAMESPACE:
        with suppress(OSError):
            Path("/proc/sys/kernel/pid_max").write_text(number)


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


def forbid(program: bytes) -> None:
    """Without new privileges, so that no program can undo it. An empty program forbids nothing."""
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if program:
        held = ctypes.create_string_buffer(program, len(program))
        described = Program(len(program) // 8, ctypes.addressof(held))
        if libc.prctl(SECCOMP, FILTER_MODE, ctypes.byref(described), 0, 0):
            raise OSError(ctypes.get_errno(), "seccomp")


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def confine(laid: list[tuple[str, str]]) -> None:
    """For good: the rights to undo it are given up."""
    here = str(Path.cwd())
    # What is laid over hides what is below it, and must be held before.
    held = {path: os.open(path, os.O_PATH) for kind, path in laid}
    for kind, path in laid:
        lay(kind, path, held[path])
    writable = [path for kind, path in laid if kind in ("--scratch", "--write")]
    devices()
    read_only([*writable, "/proc", "/dev"])
    for name in COVERED:
        cover(f"/proc/{name}")
    for descriptor in held.values():
        os.close(descriptor)
    os.chdir(here)  # from the mount that it was before
    for capability in range(CAPABILITIES):
        libc.prctl(DROP_CAPABILITY, capability, 0, 0, 0)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def lay(kind: str, path: str, held: int) -> None:
    folder = Path(f"/proc/self/fd/{held}").is_dir()
    if kind in ("--hide", "--scratch"):
        if not Path(path).exists():
            return
        if folder:
            mount("tmpfs", path, NOSUID | NODEV, kind="tmpfs", data=SIZE)
        else:
            mount("/dev/null", path, BIND)
        return
    Path(path if folder else Path(path).parent).mkdir(parents=True, exist_ok=True)
    if not folder:
        Path(path).touch()
    mount(f"/proc/self/fd/{held}", path, BIND | REC)


def devices() -> None:
    """The harmless ones: a disk is a file that a read-only file system does not protect."""
    kept = {name: os.open(f"/dev/{name}", os.O_PATH) for name in DEVICES}
    mount("tmpfs", "/dev", NOSUID, kind="tmpfs", data=SIZE)
    for name, descriptor in kept.items():
        Path("/dev", name).touch()
        mount(f"/proc/self/fd/{descriptor}", f"/dev/{name}", BIND)
        os.close(descriptor)
    for name, target in LINKS.items():
        Path("/dev", name).symlink_to(target)
    for name in ("shm", "pts"):
        Path("/dev", name).mkdir(mode=0o1777)
    with suppress(OSError):  # a terminal is a luxury
        mount("devpts", "/dev/pts", NOSUID | NOEXEC, kind="devpts", data="newinstance,ptmxmode=666")
        Path("/dev/ptmx").symlink_to("pts/ptmx")


def read_only(writable: list[str]) -> None:
    """All but these, and what lies below them. Of what other mounts hide, some refuse."""
    for point, options in mounts():
        if not any(f"{point}/".startswith(f"{folder}/") for folder in writable):
            kept = sum(KEPT.get(option, 0) for option in options)
            with suppress(OSError):
                mount(None, point, REMOUNT | BIND | RDONLY | kept)
    if not os.statvfs("/").f_flag & os.ST_RDONLY:
        raise OSError(0, "the file system can be written")


def cover(path: str) -> None:
    if Path(path).exists():
        mount(path, path, BIND | REC)
        mount(None, path, REMOUNT | BIND | RDONLY | NOSUID | NODEV | NOEXEC)


def mount(
    source: str | None, target: str, flags: int, kind: str | None = None, data: str | None = None
) -> None:
    """Raises OSError."""
    names = [None if name is None else os.fsencode(name) for name in (source, target, kind, data)]
    if libc.mount(*names[:3], ctypes.c_ulong(flags), names[3]):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


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

"""Which system calls a command in the sandbox may not make, as a program for the kernel's seccomp.

Not a list of what is allowed, which would break programs that nobody thought of: of what tests do
not need, those calls that reach other processes, keys, mounts, modules, terminals and hosts, and
those that have given away kernels before. The program is classic BPF over `struct seccomp_data`.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Load a word; jump if it is equal, at least, or has a bit; return."""
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Where they stand. Of an argument, its lower half."""
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
X32 = 0x40000000
NEW_USER_NAMESPACE = 0x10000000
FAMILIES = (1, 2, 10, 16)
"""Of sockets: unix, IPv4, IPv6 and netlink; vsock, for one, knows no namespaces."""
TERMINAL_INPUT = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX."""
EVERYBODY = 0xFFFFFFFF

_SAME_EVERYWHERE = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "clone3": 435,
    "pidfd_getfd": 438,
    "mount_setattr": 442,
}
_X86_64 = _SAME_EVERYWHERE | {
    "ioctl": 16,
    "socket": 41,
    "clone": 56,
    "kill": 62,
    "ptrace": 101,
    "syslog": 103,
    "pivot_root": 155,
    "acct": 163,
    "mount": 165,
    "umount2": 166,
    "swapon": 167,
    "swapoff": 168,
    "reboot": 169,
    "init_module": 175,
    "delete_module": 176,
    "quotactl": 179,
    "kexec_load": 246,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    "unshare": 272,
    "perf_event_open": 298,
    "open_by_handle_at": 304,
    "setns": 308,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "finit_module": 313,
    "kexec_file_load": 320,
    "bpf": 321,
    "userfaultfd": 323,
}
_ARM_64 = _SAME_EVERYWHERE | {
    "ioctl": 29,
    "umount2": 39,
    "mount": 40,
    "pivot_root": 41,
    "quotactl": 60,
    "acct": 89,
    "unshare": 97,
    "kexec_load": 104,
    "init_module": 105,
    "delete_module": 106,
    "syslog": 116,
    "ptrace": 117,
    "kill": 129,
    "reboot": 142,
    "socket": 198,
    "add_key": 217,
    "request_key": 218,
    "keyctl": 219,
    "clone": 220,
    "swapon": 224,
    "swapoff": 225,
    "perf_event_open": 241,
    "open_by_handle_at": 265,
    "setns": 268,
    "process_vm_readv": 270,
    "process_vm_writev": 271,
    "finit_module": 273,
    "bpf": 280,
    "userfaultfd": 282,
    "kexec_file_load": 294,
}
_BY_ARGUMENT = frozenset({"ioctl", "socket", "clone", "unshare", "kill", "clone3"})


@dataclass(frozen=True, slots=True)
class Machine:
    audit: int
    """The kernel's name for it."""
    calls: Mapping[str, int]


MACHINES = {"x86_64": Machine(0xC000003E, _X86_64), "aarch64": Machine(0xC00000B7, _ARM_64)}


def program(name: str | None = None) -> bytes:
    """For a machine, by default this one; empty for one that is not known."""
    machine = MACHINES.get(platform.machine() if name is None else name)
    return b"" if machine is None else b"".join(_instructions(machine))


def _instructions(machine: Machine) -> list[bytes]:
    calls = machine.calls
    plain = [number for call, number in calls.items() if call not in _BY_ARGUMENT]
    return [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, machine.audit, 1, 0),
        _refuse(errno.ENOSYS),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, X32, 0, 1),
        _refuse(errno.ENOSYS),
        *_when(calls["clone3"], [_refuse(errno.ENOSYS)]),  # its flags cannot be seen from here
        *_when(calls["clone"], _refused_bit(0, NEW_USER_NAMESPACE)),
        *_when(calls["unshare"], _refused_bit(0, NEW_USER_NAMESPACE)),
        *_when(calls["socket"], _only(0, FAMILIES)),
        *_when(calls["ioctl"], _refused(1, TERMINAL_INPUT)),
        *_when(calls["kill"], _refused(0, (EVERYBODY,))),
        *(step for number in plain for step in _when(number, [_refuse(errno.EPERM)])),
        _step(RETURN, ALLOW),
    ]


def _when(call: int, steps: Sequence[bytes]) -> list[bytes]:
    """The steps, which all end in a verdict, for one call."""
    return [_step(EQUAL, call, 0, len(steps)), *steps]


def _refused_bit(argument: int, bit: int) -> list[bytes]:
    allow, refuse = _step(RETURN, ALLOW), _refuse(errno.EPERM)
    return [_argument(argument), _step(ANY_BIT, bit, 1, 0), allow, refuse]


def _refused(argument: int, values: Sequence[int]) -> list[bytes]:
    known = [_step(EQUAL, value, len(values) - n, 0) for n, value in enumerate(values)]
    return [_argument(argument), *known, _step(RETURN, ALLOW), _refuse(errno.EPERM)]


def _only(argument: int, values: Sequence[int]) -> list[bytes]:
    known = [_step(EQUAL, value, len(values) - n, 0) for n, value in enumerate(values)]
    return [_argument(argument), *known, _refuse(errno.EAFNOSUPPORT), _step(RETURN, ALLOW)]


def _argument(number: int) -> bytes:
    return _step(LOAD, ARGUMENTS + 8 * number)


def _refuse(number: int) -> bytes:
    return _step(RETURN, REFUSE | number)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)

"""What hostile code of a repository tries, tried for real, against things that stand outside.

Each attempt prints `tried`, and `escaped` where it has come through. What the weakest tier does not
stop is tried there, too: it shows that the attempt is a real one, and docs/security.md lists it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from errwatch.model.completed import Completed
from errwatch.sandbox.local import Limits, LocalSandbox
from errwatch.sandbox.tiers import LimitsAlone, Tier
from tests.sandbox.test_local import gone
from tests.sandbox.tiers import ALL, CONFINING

SECRET = "sesame-open-the-door"
ABSTRACT = f"errwatch-escape-{os.getpid()}"

PRELUDE = """\
import ctypes, os, socket, stat, struct, sys
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def escaped(): print('escaped')
print('tried', flush=True)
"""


@dataclass(frozen=True)
class Outside:
    """What an attempt is after."""

    process: int
    """Belongs to the same user, and has the secret in its environment."""
    file: Path
    """In a home, say."""
    checkout: Path
    tcp: int
    udp: int
    unix: Path
    """In a folder that is not hidden by itself."""


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    file, checkout = tmp_path / "home" / ".netrc", tmp_path / "checkout"
    unix = Path(__file__).with_name(f"s{os.getpid()}")
    for folder in (file.parent, checkout / ".git" / "hooks"):
        folder.mkdir(parents=True)
    file.write_text(SECRET)
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        for address in (str(unix), f"\0{ABSTRACT}"):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(address)
            listener.listen()
        stack.callback(unix.unlink)
        sleeper = subprocess.Popen(
            ["sleep", "600"], env={**os.environ, "GITHUB_TOKEN": SECRET}, cwd=checkout
        )
        stack.enter_context(sleeper)
        stack.callback(sleeper.kill)
        yield Outside(sleeper.pid, file, checkout, tcp.getsockname()[1], udp.getsockname()[1], unix)
        assert sleeper.poll() is None


Run = Callable[..., Completed]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    work = tmp_path / "work"
    work.mkdir()
    return work


def attempt(tier: Tier, work: Path, code: str, limits: Limits | None = None) -> Completed:
    sandbox = LocalSandbox(tier, limits or Limits())
    return sandbox.run([sys.executable, "-c", PRELUDE + code], cwd=work, timeout=60)


def connecting(family: str, address: object) -> str:
    return f"s = socket.socket(socket.{family}); s.connect({address!r}); escaped()"


def calling(number: int, *arguments: str) -> str:
    """A system call by its number on x86-64, which must not be refused."""
    return f"if libc.syscall({number}, {', '.join(arguments)}) != -1: escaped()"


OPEN_IN_LIMITS: dict[str, Callable[[Outside], str]] = {
    "the environment of a process": lambda o: (
        "for p in Path('/proc').glob('[0-9]*'):\n"
        f"  try:\n    if {SECRET!r} in (p / 'environ').read_text(errors='replace'): escaped()\n"
        "  except OSError: pass"
    ),
    "reading a file of the home": lambda o: (
        f"if Path({str(o.file)!r}).read_text() == {SECRET!r}: escaped()"
    ),
    "writing a file of the home": lambda o: f"open({str(o.file)!r}, 'a'); escaped()",
    "a hook in the checkout": lambda o: (
        f"open({str(o.checkout / '.git/hooks/post-commit')!r}, 'w'); escaped()"
    ),
    "the temporary folder": lambda o: (
        f"if os.listdir({str(o.checkout.parent)!r}) != ['work']: escaped()"
    ),
    "TCP": lambda o: connecting("AF_INET", ("127.0.0.1", o.tcp)),
    "a unix socket": lambda o: connecting("AF_UNIX", str(o.unix)),
    "an abstract socket": lambda o: connecting("AF_UNIX", f"\0{ABSTRACT}"),
    "a signal": lambda o: f"os.kill({o.process}, 0); escaped()",
    "leaving by a link": lambda o: (
        f"os.symlink({str(o.file)!r}, 'link'); open('link', 'a'); escaped()"
    ),
}
STOPPED_EVERYWHERE: dict[str, Callable[[Outside], str]] = {
    "ptrace": lambda o: f"if libc.ptrace(16, {o.process}, 0, 0) == 0: escaped()",
    "memory of a process": lambda o: (
        (f"open('/proc/{o.process}/mem', 'rb').read(1)\n" if os.geteuid() else "")
        + calling(310, str(o.process), "0", "0", "0", "0", "0")
    ),
    "a new user namespace": lambda o: "if libc.unshare(0x10000000) == 0: escaped()",
    "mounting": lambda o: "if libc.mount(b'none', b'/mnt', b'tmpfs', 0, None) == 0: escaped()",
    "keys of the kernel": lambda o: calling(250, "0", "-3", "0"),
    "talking to the host": lambda o: "socket.socket(40, socket.SOCK_STREAM); escaped()",
    "typing into a terminal": lambda o: (
        "import fcntl, pty; one, two = pty.openpty(); fcntl.ioctl(two, 0x5412, b'x'); escaped()"
    ),
    "a terminal": lambda o: "os.open('/dev/tty', os.O_RDWR); escaped()",
    "new privileges": lambda o: (
        "if 'NoNewPrivs:\\t1' not in Path('/proc/self/status').read_text(): escaped()"
    ),
    "watching the machine": lambda o: calling(298, "0", "0", "-1", "-1", "0"),
    "the environment": lambda o: f"if {SECRET!r} in str(os.environ): escaped()",
}
CONFINED: dict[str, Callable[[Outside], str]] = {
    "UDP": lambda o: (
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "for address in ('192.0.2.1', '8.8.8.8'):\n"
        "  try: s.sendto(b'x', (address, 53)); escaped()\n"
        "  except OSError: pass"
    ),
    "the settings of the machine": lambda o: (
        "for p in Path('/proc/sys/kernel').iterdir():\n"
        "  try: p.is_file() and open(p, 'a') and escaped()\n"
        "  except OSError: pass"
    ),
    "disks": lambda o: (
        "if any(stat.S_ISBLK(p.lstat().st_mode) for p in Path('/dev').rglob('*')): escaped()"
    ),
    "making a disk": lambda o: (
        "os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(254, 0)); escaped()"
    ),
    "capabilities": lambda o: (
        "for line in Path('/proc/self/status').read_text().splitlines():\n"
        "  if line.startswith('Cap') and int(line.split()[1], 16): escaped()"
    ),
    "killing everybody": lambda o: f"os.kill(-1, 9); os.kill({o.process}, 0); escaped()",
    "passwords": lambda o: "if Path('/etc/shadow').read_text(): escaped()",
}


@pytest.mark.parametrize("tier", CONFINING)
@pytest.mark.parametrize("name", [*OPEN_IN_LIMITS, *STOPPED_EVERYWHERE, *CONFINED])
def test_an_attempt_to_escape_fails(tier: Tier, name: str, outside: Outside, work: Path) -> None:
    made = (OPEN_IN_LIMITS | STOPPED_EVERYWHERE | CONFINED)[name]
    done = attempt(tier, work, made(outside))
    assert "tried" in done.output
    assert "escaped" not in done.output


@pytest.mark.parametrize("name", STOPPED_EVERYWHERE)
def test_some_attempts_fail_by_limits_alone(name: str, outside: Outside, work: Path) -> None:
    done = attempt(LimitsAlone(), work, STOPPED_EVERYWHERE[name](outside))
    assert "tried" in done.output
    assert "escaped" not in done.output


@pytest.mark.parametrize("name", OPEN_IN_LIMITS)
def test_the_others_come_through_where_nothing_confines(
    name: str, outside: Outside, work: Path
) -> None:
    done = attempt(LimitsAlone(), work, OPEN_IN_LIMITS[name](outside))
    assert done.output == "tried\nescaped\n"


@pytest.mark.parametrize("tier", CONFINING)
def test_datagrams_to_a_server_of_the_user_get_nowhere(
    tier: Tier, outside: Outside, work: Path
) -> None:
    code = (
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)\n"
        f"s.connect(('127.0.0.1', {outside.udp})); s.send(b'x'); s.send(b'y')"
    )
    assert "Connection refused" in attempt(tier, work, code).output


@pytest.mark.parametrize("tier", CONFINING)
def test_a_fork_bomb_is_bounded_and_gone(tier: Tier, work: Path) -> None:
    code = (
        "import time\n"
        "try:\n"
        "  for made in range(2000):\n"
        "    if os.fork() == 0: time.sleep(600)\n"
        "except OSError as error: print(error.errno, made)\n"
    )
    done = attempt(tier, work, code, Limits(processes=350))
    number, made = map(int, done.output.split()[1:])
    assert number == 11
    assert made < 350
    assert gone(work)


@pytest.mark.parametrize("tier", CONFINING)
def test_a_daemon_of_its_own_session_is_killed(tier: Tier, work: Path) -> None:
    code = (
        "import time\n"
        "if os.fork() == 0:\n"
        "  os.setsid()\n"
        "  if os.fork() == 0:\n"
        "    os.closerange(0, 9); time.sleep(600)\n"
        "  os._exit(0)\n"
    )
    assert attempt(tier, work, code).returncode == 0
    assert gone(work)


FILLERS = {
    "files": "for n in range(100000): open(f'f{n}', 'wb').write(b'x' * (1 << 16))",
    "a deleted file": "f = open('f', 'wb'); os.unlink('f')\nwhile True: f.write(b'x' * (1 << 20))",
}


@pytest.mark.parametrize("tier", ALL)
def test_the_disk_is_not_filled(tier: Tier, work: Path) -> None:
    done = attempt(tier, work, FILLERS["files"], Limits(disk=8 << 20))
    assert "took too much of the disk" in done.output
    assert done.returncode == 128 + 9
    assert sum(file.stat().st_size for file in work.iterdir()) < 4 << 30


def test_a_file_is_limited_though_it_is_deleted(work: Path) -> None:
    done = attempt(LimitsAlone(), work, FILLERS["a deleted file"], Limits(file=8 << 20))
    assert "File too large" in done.output


@pytest.mark.parametrize("tier", CONFINING)
def test_what_is_kept_in_memory_is_bounded_and_seen_by_nobody(tier: Tier, work: Path) -> None:
    code = (
        "for folder in ('/tmp', '/dev/shm'):\n"
        "  Path(folder, 'errwatch-escape').write_text('x')\n"
        "  found = os.statvfs(folder); print(found.f_blocks * found.f_frsize)"
    )
    done = attempt(tier, work, code)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    sizes = [int(size) for size in done.output.split()[1:]]
    assert all(0 < size <= max(memory // 3, 1 << 30) for size in sizes)
    assert len(sizes) == 2
    assert not Path("/tmp/errwatch-escape").exists()
    assert not Path("/dev/shm/errwatch-escape").exists()


def test_a_program_of_the_repository_is_not_taken_for_one_of_ours(
    tmp_path: Path, work: Path
) -> None:
    """The repository's own interpreter comes first on the path of the command, not on ours."""
    place, ran = tmp_path / "venv" / "bin", tmp_path / "ran"
    place.mkdir(parents=True)
    (place / "python").symlink_to(sys.executable)
    for name in ("bwrap", "unshare"):
        (place / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (place / name).chmod(0o755)
    for tier in (one.values[0] for one in ALL):  # type: ignore[attr-defined]
        LocalSandbox(tier, Limits(), str(place / "python")).works()
    assert not ran.exists()

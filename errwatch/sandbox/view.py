"""Which of the machine's files a command in the sandbox has: some hidden, some shown, two its own.

The private parts of a machine are homes, temporary folders, sockets of services and the checkout
itself. They are hidden, except for what the command needs to run: interpreters and programs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

SCRATCH = ("/tmp", "/var/tmp")  # noqa: S108
"""Each command gets empty ones, and may write there."""
PRIVATE = ("/home", "/root", "/run", "/mnt", "/media", "/var/lib/docker")
PRIVATE_FILES = ("/etc/shadow", "/etc/gshadow", "/etc/ssh", "/etc/ssl/private", "/etc/docker")
"""Root may read them, and errwatch may be run by root."""
_SOCKETS = Path("/proc/net/unix")
_ERRWATCH = Path(__file__).parents[1]


class Sight(Enum):
    HIDDEN = "hide"
    """An empty folder, or an empty file."""
    SCRATCH = "scratch"
    """An empty folder that can be written, and is gone afterwards."""
    SHOWN = "show"
    """Read-only."""
    WRITABLE = "write"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or file with all below it, but for places that stand further down."""

    path: Path
    sight: Sight


def places(
    cwd: Path, home: Path, programs: Iterable[Path], hidden: Iterable[Path] = ()
) -> list[Place]:
    """From the top down: what comes later is laid over what came before.

    `programs` must start, with what is installed beside them; `hidden` is private besides what is
    so everywhere.
    """
    masks = [Path(one) for one in (*PRIVATE, *PRIVATE_FILES)]
    masks += [*_homes(), *hidden, *_sockets()]
    scratch = [*map(Path, SCRATCH), Path(tempfile.gettempdir())]
    private = {path.resolve(): Sight.HIDDEN for path in masks if path.exists()}
    private.pop(Path("/"), None)  # the home of some users in containers
    private |= {path.resolve(): Sight.SCRATCH for path in scratch if path.is_dir()}
    needed = {path: Sight.SHOWN for path in _needed(programs) if path not in private}
    own = {cwd.resolve(): Sight.WRITABLE, home.resolve(): Sight.WRITABLE}
    laid = sorted((private | needed | own).items(), key=lambda one: len(one[0].parts))
    return list(_told([Place(*one) for one in laid]))


def _told(laid: Sequence[Place]) -> Iterator[Place]:
    """Without those that say what the place above them says already; by itself, all is shown."""
    for number, place in enumerate(laid):
        above = (one.sight for one in laid[:number][::-1] if place.path.is_relative_to(one.path))
        around = next(above, Sight.SHOWN)
        if around is not place.sight and (place.sight, around) != (Sight.HIDDEN, Sight.SCRATCH):
            yield place


def _homes() -> Iterator[Path]:
    home = os.environ.get("HOME")
    if home:
        yield Path(home)


def _needed(programs: Iterable[Path]) -> Iterator[Path]:
    """Where these and the programs of the search path lie, and errwatch's own scripts."""
    for program in (*programs, Path(sys.executable)):
        if not program.is_file():
            continue
        folder = program.absolute().parent.resolve()
        yield from (folder / program.name, _installation(folder))
        yield _installation(program.resolve().parent)
        yield from _base(folder.parent)
    yield from (Path(one).resolve() for one in (sys.prefix, sys.base_prefix, _ERRWATCH))
    if root := os.environ.get("PYENV_ROOT"):
        yield Path(root).resolve()
    for entry in os.get_exec_path():
        folder = Path(entry).resolve()
        if entry.startswith("/") and folder.is_dir():
            yield _installation(folder) if _is_own(folder) else folder


def _installation(folder: Path) -> Path:
    """`bin` goes with the folders beside it."""
    return folder.parent if folder.name == "bin" else folder


def _is_own(folder: Path) -> bool:
    """Whether a `bin` is that of one program, not the collection of a home: `~/.local/bin`."""
    return not any(folder.parent.parent == home.resolve() for home in _homes())


def _base(environment: Path) -> Iterator[Path]:
    """The installation that a virtual environment was made from."""
    try:
        text = (environment / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "home" and value.strip().startswith("/"):
            yield _installation(Path(value.strip()).resolve())


def _sockets() -> Iterator[Path]:
    """Those on which services listen: a read-only file system keeps nobody from talking to them."""
    try:
        listed = _SOCKETS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()[1:]
    except OSError:
        return
    for line in listed:
        name = line.split(maxsplit=7)[7:]
        if name and name[0].startswith("/"):
            yield Path(name[0])

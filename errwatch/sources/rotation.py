"""The parts of a rotated log, and the lines where one ends and the next begins.

A trace that rotation cut belongs to the part in which it begins. So each part is read with the last
lines of the one before, in which nothing is counted, and the first lines of the one after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from errwatch import lazy_re as re
from errwatch.sources.names import is_compressed, originals

MARGIN = 64 * 1024
"""Bytes of a neighbour that are looked at."""

_NUMBER = re.compile(r"\d+")
_COUNTED = 4
"""Digits of a rotation's count at most; longer numbers are dates."""


def in_order(paths: Sequence[Path]) -> list[list[Path]]:
    """The paths, those of one log together, the oldest part first."""
    logs: dict[Path, list[Path]] = defaultdict(list)
    known = frozenset(paths)
    for path in paths:
        logs[_log_of(path, known)].append(path)
    return [sorted(parts, key=_age) for parts in logs.values()]


def _log_of(path: Path, paths: frozenset[Path]) -> Path:
    """The log that the file is a part of: by its name, where another part is there, too."""
    plain = _plain(path)
    names = [path.with_name(name) for name in originals(plain)]
    if plain != path.name:
        names.append(path.with_name(plain))
    live = next((name for name in names if name in paths), None)
    return live or next(iter(names), path)


def _plain(path: Path) -> str:
    return path.name[: path.name.rindex(".")] if is_compressed(path.name) else path.name


def _age(path: Path) -> tuple[int, int, str]:
    """Dates rise, counts fall, and what has neither is written now."""
    name = _plain(path)
    suffix = next((_rest(name, original) for original in originals(name)), "")
    digits = "".join(_NUMBER.findall(suffix))
    if not suffix:
        return (1, 0, name) if is_compressed(path.name) else (2, 0, name)
    if len(digits) > _COUNTED:
        return (0, 0, suffix)
    return (1, -int(digits or "0"), suffix)


def _rest(name: str, original: str) -> str:
    """What rotation added to a name."""
    stem = original if name.startswith(original) else original.rpartition(".")[0]
    return name.removeprefix(stem).removesuffix(original.removeprefix(stem))


def lines_before(parts: Iterable[bytes]) -> bytes:
    """The last complete lines of parts, of which the latest comes first."""
    text = b""
    for part in parts:
        text = part + (b"" if part.endswith(b"\n") or not part else b"\n") + text
        if len(text) >= MARGIN:
            return text[-MARGIN:].partition(b"\n")[2]
    return text


def lines_after(parts: Iterable[bytes], *, ended: bool) -> bytes:
    """The first complete lines of parts, after a line that had not `ended`."""
    text = b""
    for part in parts:
        text += part + (b"" if part.endswith(b"\n") or not part else b"\n")
        if len(text) >= MARGIN:
            text = text[: text.rfind(b"\n", 0, MARGIN) + 1]
            break
    text = text.lstrip(b"\n")
    return text if ended or not text else b"\n" + text

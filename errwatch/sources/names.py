"""What file names say: logs, compressed logs, and rotated siblings of a log."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from errwatch import lazy_re as re

LOG_NAMES = (
    *("*.log", "*.out", "*.err", "*.jsonl", "*.ndjson", "*_log", "syslog", "messages"),
    *("*.log.*", "*.log-*"),
)
"""Files that are logs by their name, apart from their rotation and compression."""

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst")

# app.log.1, app.log-20260131, app.log.2026-01-31_10, app.log.old
_AT_THE_END = re.compile(r"(.+?)[.\-_](?:\d[\d.\-_:T]*|old)")
# app-2026-01-31.log; a shorter number there tells workers apart, not days.
_BEFORE_THE_SUFFIX = re.compile(r"(.+?)[.\-_]\d{4}[\d.\-_:T]*(\.[A-Za-z]+)")


def is_compressed(name: str) -> bool:
    return name.lower().endswith(_COMPRESSED)


@lru_cache(maxsize=65_536)
def is_log(name: str) -> bool:
    plain = name[: name.rindex(".")] if is_compressed(name) else name
    names = [plain, *originals(plain)]
    return any(fnmatchcase(one.lower(), pattern) for one in names for pattern in LOG_NAMES)


@lru_cache(maxsize=65_536)
def originals(name: str) -> tuple[str, ...]:
    """The names that a file called `name` may have had before it was rotated."""
    found = (_AT_THE_END.fullmatch(name), _BEFORE_THE_SUFFIX.fullmatch(name))
    return tuple("".join(match.groups()) for match in found if match)


def is_rotated(path: Path, names: Collection[Path]) -> bool:
    """Whether `path` is an earlier part of a log that is among `names`."""
    return any(path.with_name(name) in names for name in originals(path.name))

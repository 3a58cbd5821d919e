"""Engines of other distributions: entry points of the group `errwatch.engines`.

An entry point names something to call without arguments, which gives an `interfaces.FixEngine`. It
is loaded where `--engine` names it, and then runs with all rights of errwatch; what it proposes
goes through the same gates as all else.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from errwatch.errors import UsageError
from errwatch.interfaces import FixEngine

GROUP = "errwatch.engines"


def installed_engines() -> dict[str, EntryPoint]:
    """By their names."""
    return {found.name: found for found in entry_points(group=GROUP)}


def loaded(entry: EntryPoint) -> FixEngine:
    """Raises UsageError where it is not what it says."""
    try:
        make = entry.load()
    except (ImportError, AttributeError) as error:
        msg = f"--engine {entry.name}: {entry.value} cannot be loaded: {error}"
        raise UsageError(msg) from error
    engine = make() if callable(make) else None
    if engine is None or not callable(getattr(engine, "propose", None)):
        msg = f"--engine {entry.name}: {entry.value} gives no engine"
        raise UsageError(msg)
    found: FixEngine = engine
    return found

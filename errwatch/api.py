"""The stable Python API behind `errwatch.scan`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.model.levels import Level
from errwatch.model.result import ScanResult
from errwatch.pipeline import scan as scan_sources
from errwatch.wiring import Wiring


def scan(
    paths: Sequence[str | Path], *, min_level: Level | None = None, save: bool = False
) -> ScanResult:
    """Read logs once and return the issues in them, worst first.

    `paths` are files, directories or globs. With `save`, what was not counted before is added to the
    state of the working directory's project. Raises SourceError where an input could not be read,
    after all others were; ConfigError and RulesError for bad settings.
    """
    wiring = Wiring.here()
    eyes = wiring.eyes(min_level)
    sources, failures = wiring.sources([str(path) for path in paths])
    if save:
        with wiring.store() as store:
            result = scan_sources(sources, eyes, store=store, failures=failures)
    else:
        result = scan_sources(sources, eyes, failures=failures)
    if result.failures:
        raise SourceError("; ".join(result.failures))
    return result

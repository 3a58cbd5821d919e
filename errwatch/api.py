"""The stable Python API behind `errwatch.scan`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.model.levels import Level
from errwatch.model.result import ScanResult
from errwatch.pipeline import scan as scan_sources
from errwatch.wiring import NOTHING_KNOWN, Wiring


def scan(
    paths: Sequence[str | Path], *, min_level: Level | None = None, save: bool = False
) -> ScanResult:
    """Read logs once and return the issues in them, worst first.

    `paths` are files, directories or globs. With `save`, what was not counted before goes into the
    state of the working directory's project. Raises SourceError where an input could not be read,
    after all others were; ConfigError and RulesError for bad settings.
    """
    wiring = Wiring.here()
    eyes = wiring.eyes(min_level)
    with ExitStack() as stack:
        store = stack.enter_context(wiring.store()) if save else None
        sources, failures = wiring.sources([str(path) for path in paths], store or NOTHING_KNOWN)
        result = scan_sources(sources, eyes, store=store, failures=failures)
    if result.failures:
        raise SourceError("; ".join(result.failures))
    return result

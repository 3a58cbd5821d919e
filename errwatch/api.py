"""The stable Python API behind `errwatch.scan`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime

from errwatch.errors import SourceError, UsageError
from errwatch.model.levels import Level
from errwatch.model.result import ScanResult
from errwatch.pipeline import scan as scan_sources
from errwatch.triage.window import Window
from errwatch.wiring import NOTHING_KNOWN, Wiring


def scan(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    min_level: Level | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    save: bool = False,
) -> ScanResult:
    """Read logs once and return the issues in them, most severe first, then most frequent.

    `paths` is one path or any iterable of paths: files, compressed too, directories (the logs below
    them) or globs; no path at all gives an empty result. The settings of the working directory's
    project hold, such as `min_level` and `rules`; ignore rules do not, for the result is of all
    that was read. With `save`, what was not counted before goes into the project's state.

    `since` and `until` are times with a zone, the second excluded; events without a time count.

    The result's sizes are in bytes, its times are in UTC and None where the log names none;
    `issue.buckets` maps the Unix second at which 300 seconds begin to the events in them. All texts
    are redacted.

    Raises SourceError where an input could not be read, after all others were; ConfigError and
    RulesError for bad settings; UsageError for a time without a zone, or an empty path; StateError
    and StateMismatch, with `save`, where the state cannot be used. All of them are
    errwatch.errors.ErrwatchError.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import errwatch
    >>> with TemporaryDirectory() as folder:
    ...     log = Path(folder, "app.log")
    ...     _ = log.write_text(
    ...         "2026-11-20 10:00:00 INFO shop: started\\n"
    ...         "2026-11-20 10:00:01 ERROR shop: cannot open order 17\\n"
    ...         "2026-11-20 10:00:09 ERROR shop: cannot open order 18\\n"
    ...     )
    ...     result = errwatch.scan([log])
    >>> result.lines, result.events
    (3, 2)
    >>> [(issue.title, issue.count) for issue in result.issues]
    [('cannot open order 17', 2)]
    >>> result.issues[0].last_seen.isoformat()
    '2026-11-20T10:00:09+00:00'
    """
    if any(time is not None and time.tzinfo is None for time in (since, until)):
        msg = "since and until need a zone, such as datetime.now(UTC)"
        raise UsageError(msg)
    wiring = Wiring.here()
    eyes = wiring.eyes(min_level, Window(since, until))
    inputs = [os.fspath(path) for path in _several(paths)]
    named = wiring.inputs(inputs) if inputs else []
    with ExitStack() as stack:
        store = stack.enter_context(wiring.store()) if save else None
        sources, failures = wiring.sources(named, store or NOTHING_KNOWN)
        result = scan_sources(sources, eyes, store=store, failures=failures)
    if result.failures:
        raise SourceError("; ".join(result.failures))
    return result


def _several(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> Iterable[str | os.PathLike[str]]:
    """A lone string is a path, not an iterable of letters."""
    return [paths] if isinstance(paths, str | os.PathLike) else paths

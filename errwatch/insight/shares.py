"""How issues and events are distributed. Takes lines and their events, gives shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from errwatch.insight.flow import WORST_FIRST
from errwatch.model.ledger import Line, Sums
from errwatch.model.report import UNCLASSIFIED, Share, Shares

UNKNOWN = "unknown"


def shares(lines: Sequence[Line], events: Sums, service_of: Callable[[str], str]) -> Shares:
    """An issue counts for the source, and the service, that it was first seen in."""

    def by(name_of: Callable[[Line], str]) -> tuple[Share, ...]:
        return _by(name_of, lines, events)

    severities = by(severity_of)
    services = {source: service_of(source) for source in {line.sources[0] for line in lines}}
    return Shares(
        categories=by(lambda line: line.category or UNCLASSIFIED),
        severities=tuple(sorted(severities, key=lambda share: WORST_FIRST.index(share.name))),
        services=by(lambda line: services[line.sources[0]]),
        sources=by(lambda line: line.sources[0]),
        languages=by(lambda line: line.language or UNKNOWN),
    )


def severity_of(line: Line) -> str:
    return line.severity.value if line.severity else UNCLASSIFIED


def _by(name_of: Callable[[Line], str], lines: Sequence[Line], events: Sums) -> tuple[Share, ...]:
    """The most events first."""
    issues: defaultdict[str, int] = defaultdict(int)
    sums: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        name = name_of(line)
        issues[name] += 1
        sums[name] += events.get(line.fingerprint, 0)
    ordered = sorted(issues, key=lambda name: (-sums[name], -issues[name], name))
    return tuple(Share(name, issues[name], sums[name]) for name in ordered)

"""Which service a source belongs to, by the settings, or by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

STANDARD_INPUT = "standard input"

_LABEL = re.compile(r'\b(?:service_name|service|app|job)="([^"]+)"')
_SCHEME = re.compile(r"[a-z]{2,}:")


@dataclass(frozen=True, slots=True)
class Owner:
    """What the settings say of a source."""

    glob: str
    """For the name of the source; a folder stands for all that is in it."""
    service: str

    def holds_for(self, source: str) -> bool:
        return fnmatchcase(source, self.glob) or fnmatchcase(source, f"{self.glob}/*")


def service_of(source: str, owners: Sequence[Owner] = ()) -> str:
    """`/logs/api.log.1` is of `api`, `loki:host {app="api"}` too, `docker:api` too."""
    owned = next((one.service for one in owners if one.holds_for(source)), None)
    if owned is not None:
        return owned
    if source == "-":
        return STANDARD_INPUT
    if label := _LABEL.search(source):
        return label[1]
    scheme = _SCHEME.match(source)
    rest = source[scheme.end() :] if scheme else source
    name = rest.rstrip("/").rpartition("/")[2] or source
    return name if scheme else PurePosixPath(name).name.partition(".")[0] or name

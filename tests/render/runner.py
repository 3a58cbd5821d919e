"""What the runners of GitHub, Azure Pipelines and TeamCity make of the lines that a job prints."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

_IGNORED = re.compile("[\u034f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\0]")
"""Characters that a comparison by culture passes over."""


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def commands(output: str) -> list[Command]:
    found = [_command(line) for line in re.split(r"\r\n|\r|\n", output)]
    return [one for one in found if one is not None]


def _command(line: str) -> Command | None:
    line = _IGNORED.sub("", line).lstrip()
    if line.startswith("::") and "::" in line[2:]:
        head, _, data = line[2:].partition("::")
        name, _, given = head.partition(" ")
        pairs = (pair.partition("=") for pair in given.split(",") if pair)
        return Command(name, {key: unquote(value) for key, _, value in pairs}, unquote(data))
    found = re.search(r"##(?:vso|teamcity)?\[([^\]]*)\]", line)
    return Command(found[1], {}, "") if found else None

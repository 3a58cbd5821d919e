"""Values of settings that have rules of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from errwatch.model.matching import refusal


def _at_home(path: Path) -> Path:
    """`~` and `~user` expanded."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        msg = "there is no home directory of that user"
        raise ValueError(msg) from error


def _input_at_home(name: str) -> str:
    return str(_at_home(Path(name))) if name.startswith("~") else name


def _is_pattern(pattern: str) -> str:
    if reason := refusal(pattern):
        msg = f"not a pattern of RE2: {reason}"
        raise ValueError(msg)
    return pattern


def _is_zone(name: str) -> str:
    try:
        if name != "local":
            ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        msg = "neither local nor a time zone such as America/New_York"
        raise ValueError(msg) from error
    return name


Zone = Annotated[str, AfterValidator(_is_zone)]
Pattern = Annotated[str, AfterValidator(_is_pattern)]
HomePath = Annotated[Path, AfterValidator(_at_home)]
Input = Annotated[str, AfterValidator(_input_at_home)]

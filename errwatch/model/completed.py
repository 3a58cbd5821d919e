"""A command that has ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command in the sandbox did. Output is cut in the middle where it is too long."""

    returncode: int
    output: str
    """Standard output and error, together, in order."""
    timed_out: bool = False
    report: str | None = None
    """The text of the file that the command was asked to write, if it did."""

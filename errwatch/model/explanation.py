"""Why events are together: what a fingerprint was made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Ground(Enum):
    """What decided a fingerprint."""

    RULE = "rule"
    """A rule of the user's; the template is its name."""
    KEY = "key"
    """The key that the log itself gives, which is the template."""
    IN_APP_FRAMES = "in_app_frames"
    """The exceptions' types, and the frames of the user's own code."""
    ALL_FRAMES = "all_frames"
    """The exceptions' types, and all frames, for none is the user's own code."""
    TYPES_AND_TEMPLATE = "types_and_template"
    """The exceptions' types, and the message's template, for there are no frames."""
    TEMPLATE = "template"
    """The message's template, for there is no exception."""


@dataclass(frozen=True, slots=True)
class Explanation:
    fingerprint: str
    ground: Ground
    types: tuple[str, ...] = ()
    """Of the exceptions that name one, the one that came out last first."""
    frames: tuple[tuple[str, ...], ...] = ()
    """`file:function` of each exception, each once, outermost first."""
    template: str | None = None

    @property
    def version(self) -> str:
        return self.fingerprint.partition(":")[0]

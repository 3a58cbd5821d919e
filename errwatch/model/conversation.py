"""What passes between errwatch and a model: requests, replies, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

Input = Mapping[str, object]
"""The arguments of a tool, as the model wrote them: unchecked."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    id: str
    name: str
    input: Input


@dataclass(frozen=True, slots=True)
class ToolResult:
    id: str
    """That of the use."""
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """A block that is handed back as it came, such as the model's own thinking."""

    raw: Input


Block = Text | ToolUse | ToolResult | Opaque


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["user", "assistant"]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    description: str
    schema: Input
    """JSON schema of its arguments."""


@dataclass(frozen=True, slots=True)
class Request:
    model: str
    system: str
    tools: tuple[Tool, ...]
    messages: tuple[Message, ...]
    max_tokens: int


class Stop(Enum):
    """Why a reply ended."""

    DONE = "end_turn"
    TOOLS = "tool_use"
    PAUSE = "pause_turn"
    """The same conversation is sent again to go on."""
    LENGTH = "max_tokens"
    FULL = "model_context_window_exceeded"
    REFUSED = "refusal"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens."""

    input: int = 0
    """Neither read from the cache nor written to it."""
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


NOTHING_USED = Usage()


@dataclass(frozen=True, slots=True)
class Reply:
    stop: Stop
    blocks: tuple[Block, ...]
    usage: Usage = field(default=Usage())
    note: str | None = None
    """Why it was refused, where the model says so."""

    @property
    def uses(self) -> tuple[ToolUse, ...]:
        return tuple(block for block in self.blocks if isinstance(block, ToolUse))


@dataclass(frozen=True, slots=True)
class Answered:
    """What one answer of a model came to; its words are a turn of the transcript."""

    stop: str
    """Why it ended, in the words of the API."""
    cost_usd: float
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said between errwatch and one model, whatever came of it."""

    model: str
    system: str
    turns: tuple[str, ...]
    """Each message as JSON, as it was sent or received, but for secrets."""
    cost_usd: float
    answers: tuple[Answered, ...] = ()
    """One for each turn of the model."""

"""A model that follows a script: for tests, for the demo, and to replay what was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from errwatch.errors import ModelError
from errwatch.model.conversation import Answered, Reply, Request, Transcript, Usage
from errwatch.wire import read_reply


class Recorded:
    """Gives what was said before, each conversation by itself, in their order."""

    def __init__(self, transcripts: Iterable[Transcript]) -> None:
        self._waiting = list(transcripts)
        self._script = Scripted(())

    def reply(self, request: Request, again: Callable[[Usage], bool]) -> Reply:
        """Raises ModelError where the record ends."""
        if len(request.messages) == 1:
            said = replies(self._waiting.pop(0)) if self._waiting else []
            self._script = Scripted(said)
        return self._script.reply(request, again)


def replies(transcript: Transcript) -> list[Reply]:
    """What the model said in one conversation."""
    turns = [json.loads(turn) for turn in transcript.turns]
    said = [turn["content"] for turn in turns if turn["role"] == "assistant"]
    ends = [(answer.stop, _usage(answer)) for answer in transcript.answers]
    return [
        read_reply({"stop_reason": stop, "content": content, "usage": usage})
        for content, (stop, usage) in zip(said, ends, strict=False)
    ]


def _usage(answer: Answered) -> dict[str, int]:
    return {
        "input_tokens": answer.input,
        "output_tokens": answer.output,
        "cache_read_input_tokens": answer.cache_read,
        "cache_creation_input_tokens": answer.cache_write,
    }


class Scripted:
    """Gives the replies in their order, whatever it is asked; keeps what it was asked."""

    def __init__(self, replies: Iterable[Reply | ModelError]) -> None:
        self._replies = list(replies)
        self.asked: list[Request] = []

    def reply(self, request: Request, again: Callable[[Usage], bool]) -> Reply:
        """Raises ModelError where the script says so, or has no more to say."""
        self.asked.append(request)
        if not self._replies:
            msg = "the script has no more replies"
            raise ModelError(msg)
        answer = self._replies.pop(0)
        if isinstance(answer, ModelError):
            raise answer
        return answer

"""A model that follows a script: for tests, for the demo, and to replay what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from errwatch.errors import ModelError
from errwatch.model.conversation import Reply, Request, Usage


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

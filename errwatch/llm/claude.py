"""Claude, through the anthropic SDK. It is imported with the first request, for it takes a second.

Requests that may work later are made again here, not in the SDK, which would sleep as long as the
server likes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from errwatch.errors import ModelError
from errwatch.model.conversation import Reply, Request
from errwatch.wire import read_reply, written

if TYPE_CHECKING:
    import anthropic

ATTEMPTS = 4
"""Of one request, the first included."""

LONGEST_WAIT = 60.0
"""Seconds between two attempts; whoever asks for more is not asked again."""

FIRST_WAIT = 1.0
"""Seconds, doubled each time, where the server names none."""

HINTS = {
    "authentication_error": "check ANTHROPIC_API_KEY",
    "permission_error": "the key may not use this model; name another with --model",
    "not_found_error": "no such model; name another with --model",
    "billing_error": "the account has no credit",
    "request_too_large": "the request is too large",
}
_PASSING = frozenset((408, 409, 429, 500, 502, 503, 504, 529))


@dataclass(frozen=True, slots=True)
class Claude:
    """`sleep` waits so many seconds; `base_url` None: the public API."""

    key: str
    base_url: str | None
    timeout: float
    sleep: Callable[[float], None]

    def reply(self, request: Request) -> Reply:
        """One turn. Raises ModelError."""
        for attempt in range(ATTEMPTS):
            try:
                return self._once(request)
            except _Again as again:
                wait = again.after if again.after is not None else FIRST_WAIT * 2**attempt
                if attempt + 1 == ATTEMPTS or wait > LONGEST_WAIT:
                    raise ModelError(_told(again, wait), passing=True) from again.__cause__
                self.sleep(wait)
        raise AssertionError

    def _once(self, request: Request) -> Reply:
        import anthropic

        client = anthropic.Anthropic(
            api_key=self.key, base_url=self.base_url, timeout=self.timeout, max_retries=0
        )
        try:
            with client, client.messages.stream(**written(request)) as stream:
                message = stream.get_final_message()
        except anthropic.APIStatusError as error:
            raise _status(error) from error
        except anthropic.APITimeoutError as error:
            reason = "no answer in time"
            raise _Again(reason, None) from error
        except anthropic.APIConnectionError as error:
            reason = f"cannot be reached at {client.base_url}"
            raise _Again(reason, None) from error
        except (anthropic.AnthropicError, ValueError, AssertionError) as error:
            reason = "an answer that is none"  # HTML, broken JSON, a stream without a message
            raise _Again(reason, None) from error
        if message.stop_reason is None:
            reason = "the answer was cut off"
            raise _Again(reason, None)
        return read_reply(message.model_dump(mode="json"))


class _Again(Exception):
    """It may work later. `after`: seconds that the server asks for."""

    def __init__(self, reason: str, after: float | None) -> None:
        super().__init__(reason)
        self.after = after


def _told(again: _Again, wait: float) -> str:
    if wait > LONGEST_WAIT:
        return f"Claude: {again}; it asks to wait for {wait:.0f} s; try again then"
    return f"Claude: {again}, {ATTEMPTS} times; try again later"


def _status(error: anthropic.APIStatusError) -> Exception:
    """By the type of the error, never by its text; an error in a stream has status 200."""
    kind = error.type or f"HTTP {error.status_code}"
    passing = error.status_code in _PASSING or kind in ("overloaded_error", "api_error")
    if error.status_code == 200 and kind == "rate_limit_error":
        passing = True
    if passing:
        return _Again(kind, _seconds(error.response.headers))
    hint = HINTS.get(kind)
    told = f"Claude: {kind} (HTTP {error.status_code})"
    return ModelError(f"{told}; {hint}" if hint else told)


def _seconds(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name])) / unit
        except (KeyError, ValueError):
            continue
    return None

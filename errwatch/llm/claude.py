"""Claude, through the anthropic SDK. It is imported with the first request, for it takes a second.

Requests that may work later are made again here, not in the SDK, which would sleep as long as the
server likes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from errwatch.errors import ModelError
from errwatch.model.conversation import NOTHING_USED, Reply, Request, Usage
from errwatch.wire import read_reply, read_usage, written

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
_EVERYWHERE = frozenset(("authentication_error", "billing_error"))
_PASSING = frozenset((408, 409, 429, 500, 502, 503, 504, 529))


@dataclass(frozen=True, slots=True)
class Claude:
    """`sleep` waits so many seconds; `base_url` None: the public API."""

    key: str
    base_url: str | None
    timeout: float
    sleep: Callable[[float], None]

    def reply(self, request: Request, again: Callable[[Usage], bool]) -> Reply:
        """One turn. Where nobody is reached to begin with, it is not tried again. Raises
        ModelError."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(request)
            except _Again as failed:
                may = again(failed.used)
                wait = failed.after if failed.after is not None else FIRST_WAIT * 2 ** (attempt - 1)
                lost = failed.unreached and len(request.messages) == 1
                if lost or attempt == ATTEMPTS or wait > LONGEST_WAIT or not may:
                    told = _told(failed, attempt, wait)
                    raise ModelError(
                        told, passing=True, everywhere=failed.unreached
                    ) from failed.__cause__
                self.sleep(wait)
        raise AssertionError

    def _once(self, request: Request) -> Reply:
        import anthropic

        client = anthropic.Anthropic(
            api_key=self.key, base_url=self.base_url, timeout=self.timeout, max_retries=0
        )
        begun: list[anthropic.MessageStream] = []
        try:
            with client, client.messages.stream(**written(request)) as stream:
                begun.append(stream)
                message = stream.get_final_message()
        except anthropic.APIStatusError as error:
            raise _status(error, _used(begun)) from error
        except anthropic.APITimeoutError as error:
            reason = "no answer in time"
            raise _Again(reason, used=_used(begun)) from error
        except anthropic.APIConnectionError as error:
            reason = f"cannot be reached at {client.base_url}"
            raise _Again(reason, unreached=True) from error
        except (anthropic.AnthropicError, ValueError, AssertionError) as error:
            reason = "an answer that is none"  # HTML, broken JSON, a stream without a message
            raise _Again(reason, used=_used(begun)) from error
        if message.stop_reason is None:
            reason = "the answer was cut off"
            raise _Again(reason, used=_used(begun))
        return read_reply(message.model_dump(mode="json", warnings=False))


class _Again(Exception):
    """It may work later. `after`: seconds that the server asks for."""

    def __init__(
        self,
        reason: str,
        after: float | None = None,
        *,
        used: Usage = NOTHING_USED,
        unreached: bool = False,
    ) -> None:
        super().__init__(reason)
        self.after = after
        self.used = used
        self.unreached = unreached


def _used(begun: Sequence[anthropic.MessageStream]) -> Usage:
    """What an answer costs that has begun, and did not end well."""
    try:
        return read_usage(begun[0].current_message_snapshot.usage.model_dump(mode="json"))
    except (IndexError, AssertionError):
        return NOTHING_USED


def _told(again: _Again, attempts: int, wait: float) -> str:
    if wait > LONGEST_WAIT:
        return f"{again}; it asks to wait for {wait:.0f} s; try again then"
    return f"{again}, {attempts} times; try again later" if attempts > 1 else f"{again}"


def _status(error: anthropic.APIStatusError, used: Usage) -> Exception:
    """By the type of the error, never by its text; an error in a stream has status 200."""
    kind = error.type or f"HTTP {error.status_code}"
    passing = error.status_code in _PASSING or kind in ("overloaded_error", "api_error")
    if error.status_code == 200 and kind == "rate_limit_error":
        passing = True
    if passing:
        return _Again(kind, _seconds(error.response.headers), used=used)
    hint = HINTS.get(kind)
    told = f"{kind} (HTTP {error.status_code})"
    everywhere = kind in _EVERYWHERE
    return ModelError(f"{told}; {hint}" if hint else told, everywhere=everywhere)


def _seconds(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name])) / unit
        except (KeyError, ValueError):
            continue
    return None

"""A signed JSON webhook.

The receiver checks that `X-Errwatch-Signature: t=SECONDS,v1=HEX` holds the HMAC-SHA256, under the
shared secret, of the seconds, a dot and the body; `Idempotency-Key` is the same for a repetition.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from errwatch.errors import NotifyError
from errwatch.model.alert import Notice

TIMEOUT = 10.0
"""Seconds for connecting, sending and each read."""
LONGEST_WAIT = 3600.0
"""Seconds that a receiver may ask us to wait."""


class Webhook:
    """Implements `interfaces.Notifier`. `now` is the time of day."""

    def __init__(self, url: str, secret: str | None, now: Callable[[], datetime]) -> None:
        self._url = url
        self._secret = secret
        self._now = now

    def send(self, notice: Notice) -> None:
        """Raises NotifyError, with neither address nor secret in it."""
        body = payload(notice)
        headers = {"Content-Type": "application/json", "Idempotency-Key": notice.key}
        if self._secret is not None:
            seconds = int(self._now().timestamp())
            headers["X-Errwatch-Signature"] = signature(body, self._secret, seconds)
        import httpx  # slow to import, and needed by few

        try:
            answer = httpx.post(self._url, content=body, headers=headers, timeout=TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"the webhook could not be reached: {type(error).__name__}"
            raise NotifyError(reason) from error
        if not answer.is_success:
            reason = f"the webhook answered {answer.status_code}"
            wait = _wait(answer.headers.get("Retry-After"), self._now())
            raise NotifyError(reason, retry_after=wait)


def payload(notice: Notice) -> bytes:
    document = {
        "schema": "errwatch.notice/1",
        "key": notice.key,
        "severity": notice.severity.value,
        "title": notice.title,
        "body": notice.body,
        "at": notice.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def signature(body: bytes, secret: str, seconds: int) -> str:
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={digest.hexdigest()}"


def _wait(given: str | None, now: datetime) -> float | None:
    """Seconds, or a date, as HTTP has it; what makes no sense counts as nothing."""
    if given is None:
        return None
    try:
        seconds = float(given) if given.isdigit() else _until(given, now)
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _until(date: str, now: datetime) -> float:
    moment = parsedate_to_datetime(date)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()

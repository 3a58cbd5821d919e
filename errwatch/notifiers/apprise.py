"""Slack, Discord, e-mail, PagerDuty, Teams and a hundred more, through apprise (extra `notify`)."""

from __future__ import annotations

import logging
from typing import Any

from errwatch.errors import NotifyError, UsageError
from errwatch.model.alert import Notice
from errwatch.model.levels import Severity

_TYPES = {Severity.CRITICAL: "failure", Severity.HIGH: "failure", Severity.MEDIUM: "warning"}


class Apprise:
    """Implements `interfaces.Notifier`. Raises UsageError where apprise does not know the URL."""

    def __init__(self, url: str) -> None:
        self._channel = _channel(url)

    def send(self, notice: Notice) -> None:
        """Raises NotifyError."""
        kind = _TYPES.get(notice.severity, "info")
        try:
            sent = self._channel.notify(body=notice.body, title=notice.title, notify_type=kind)
        except Exception as error:
            reason = f"apprise failed: {type(error).__name__}"
            raise NotifyError(reason) from error
        if not sent:
            reason = "apprise could not deliver it"
            raise NotifyError(reason)


def _channel(url: str) -> Any:
    try:
        import apprise  # an extra
    except ImportError as error:
        msg = "this kind of address needs apprise: install errwatch[notify]"
        raise UsageError(msg) from error
    logging.getLogger("apprise").disabled = True  # it writes addresses, and so secrets
    channel = apprise.Apprise()
    if not channel.add(url):
        msg = "apprise does not know this kind of address"
        raise UsageError(msg)
    return channel

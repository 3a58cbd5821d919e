"""Messages in the user's own words."""

from __future__ import annotations

from dataclasses import replace
from string import Template

from errwatch.errors import UsageError
from errwatch.interfaces import Notifier
from errwatch.model.alert import Notice

NAMES = ("severity", "title", "body", "at", "key")


class Worded:
    """Implements `interfaces.Notifier` over another one: `$severity`, `$title`, `$body`, `$at` and
    `$key` stand for what the message has. Raises UsageError for other names."""

    def __init__(self, inner: Notifier, title: str, body: str) -> None:
        self._inner = inner
        self._title = _template(title)
        self._body = _template(body)

    def send(self, notice: Notice) -> None:
        """Raises NotifyError."""
        values = {
            "severity": notice.severity.value,
            "title": notice.title,
            "body": notice.body,
            "at": f"{notice.at:%Y-%m-%d %H:%M:%S} UTC",
            "key": notice.key,
        }
        title, body = self._title.substitute(values), self._body.substitute(values)
        self._inner.send(replace(notice, title=title, body=body))


def _template(text: str) -> Template:
    template = Template(text)
    if not template.is_valid() or not set(template.get_identifiers()) <= set(NAMES):
        msg = f"{text!r}: only {', '.join('$' + name for name in NAMES)} may stand in a message"
        raise UsageError(msg)
    return template

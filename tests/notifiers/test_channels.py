"""Channels against a real receiver."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from errwatch.errors import NotifyError, UsageError
from errwatch.model.alert import Notice
from errwatch.model.levels import Severity
from errwatch.notifiers.apprise import Apprise
from errwatch.notifiers.webhook import Webhook
from errwatch.notifiers.worded import Worded
from tests.servers.webhook import Receiver

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTICE = Notice("alert-1", Severity.HIGH, "new issue: \ud83d oh", "high\nlines <b>$x</b>", NOON)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def webhook(hook: Receiver, secret: str | None = None) -> Webhook:
    return Webhook(hook.url, secret, lambda: NOON)


def test_what_a_webhook_receives(hook: Receiver) -> None:
    webhook(hook, "key").send(NOTICE)
    ((headers, body),) = hook.received
    document = json.loads(body)
    assert document == {
        "schema": "errwatch.notice/1",
        "key": "alert-1",
        "severity": "high",
        "title": "new issue: ? oh",
        "body": "high\nlines <b>$x</b>",
        "at": "2026-11-20T12:00:00Z",
    }
    seconds, digest = headers["x-errwatch-signature"].removeprefix("t=").split(",v1=")
    signed = hmac.new(b"key", f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(digest, signed)
    assert headers["idempotency-key"] == "alert-1"


def test_without_a_secret_nothing_is_signed(hook: Receiver) -> None:
    webhook(hook).send(NOTICE)
    assert "x-errwatch-signature" not in hook.received[0][0]


@pytest.mark.parametrize(
    ("given", "wait"),
    [
        (None, None),
        ("30", 30.0),
        ("99999999", 3600.0),
        (format_datetime(NOON + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOON - timedelta(seconds=90), usegmt=True), 0.0),
        ("soon", None),
        ("51 microseconds", None),
    ],
)
def test_a_receiver_may_ask_us_to_wait(
    hook: Receiver, given: str | None, wait: float | None
) -> None:
    headers = {} if given is None else {"Retry-After": given}
    hook.answers.append(
        (429, {name: value.encode().decode("latin-1") for name, value in headers.items()})
    )
    with pytest.raises(NotifyError, match="answered 429") as caught:
        webhook(hook).send(NOTICE)
    assert caught.value.retry_after == wait


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x?token=s3cret", "http://[oops/?s3cret"])
def test_nobody_there_and_no_secret_in_the_error(url: str) -> None:
    with pytest.raises(NotifyError, match="could not be reached") as caught:
        Webhook(url, "key", lambda: NOON).send(NOTICE)
    assert "s3cret" not in str(caught.value)


def test_apprise_delivers_and_says_when_it_could_not(
    hook: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    address = hook.url.replace("http://", "json://")
    Apprise(address).send(NOTICE)
    document = json.loads(hook.received[0][1])
    assert document["type"] == "failure"
    hook.answers.append((500, {}))
    with pytest.raises(NotifyError, match="could not deliver"):
        Apprise(address).send(NOTICE)
    out, err = capfd.readouterr()
    assert "s3cret" not in out + err


def test_apprise_refuses_what_it_does_not_know() -> None:
    with pytest.raises(UsageError, match="does not know") as caught:
        Apprise("nosuch://s3cret")
    assert "s3cret" not in str(caught.value)


def test_messages_in_own_words(hook: Receiver) -> None:
    Worded(webhook(hook), "[$severity] $title", "$at\n$body").send(NOTICE)
    document = json.loads(hook.received[0][1])
    assert document["title"] == "[high] new issue: ? oh"
    assert document["body"] == "2026-11-20 12:00:00 UTC\nhigh\nlines <b>$x</b>"


@pytest.mark.parametrize("text", ["$nosuch", "$", "${title.__class__}"])
def test_other_names_are_refused(hook: Receiver, text: str) -> None:
    with pytest.raises(UsageError, match="may stand in a message"):
        Worded(webhook(hook), text, "$body")

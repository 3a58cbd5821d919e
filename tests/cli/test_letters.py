"""`errwatch letters`: what becomes of messages that could not be delivered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from errwatch.model.alert import Delivery, Notice
from errwatch.model.change import Delivered, Told
from errwatch.model.levels import Severity
from errwatch.store.sqlite import SqliteStore
from tests.cli.conftest import Cli
from tests.cli.test_watch import watching
from tests.servers.webhook import Receiver

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def letters(cli: Cli) -> Cli:
    """Two messages that were given up."""
    with SqliteStore(cli.home / "state.db") as store:
        for key in ("alert-1", "alert-2"):
            notice = Notice(key, Severity.HIGH, f"title of {key}", "body", NOON)
            dead = Delivery(notice, "team", attempts=16, error="answered 410")
            store.commit(Told(notice, ("team",)), Delivered(dead), actor="test")
    return cli


def keys(cli: Cli) -> list[str]:
    return [one["key"] for one in cli.json("letters", "list")["letters"]]


def test_they_are_listed_and_doctor_says_what_to_do(letters: Cli) -> None:
    assert keys(letters) == ["alert-1", "alert-2"]
    assert "team: title of alert-1: answered 410" in letters("letters", "list").stdout
    found = letters.json("doctor")["checks"]
    (first, _) = [one for one in found if "given up" in one["found"]]
    assert "errwatch letters resend" in first["advice"]
    assert "errwatch letters drop" in first["advice"]


def test_one_is_dropped_and_it_is_recorded(letters: Cli) -> None:
    assert "1 message dropped" in letters("letters", "drop", "alert-1").stdout
    assert keys(letters) == ["alert-2"]
    assert letters("letters", "drop", "alert-1").returncode == 2
    assert "2 messages" not in letters("letters", "drop").stdout
    assert keys(letters) == []
    with SqliteStore(letters.home / "state.db", read_only=True) as store:
        assert store.deliveries(9) == []
        assert sum("dropped" in row.detail for row in store.audit()) == 2


def test_what_is_sent_again_arrives_with_the_next_watch(letters: Cli) -> None:
    with Receiver() as hook:
        (letters.cwd / "errwatch.toml").write_text(
            '[[notify]]\nname = "team"\nvariable = "TEAM"\n[[alert]]\nname = "new"\non = "new"\n'
        )
        (letters.cwd / "app.log").touch()
        assert "2 messages" in letters("letters", "resend").stdout
        assert keys(letters) == []
        with watching(letters, "app.log", TEAM=hook.url):
            hook.wait_for(2)
    assert {headers["idempotency-key"] for headers, _ in hook.received} == {"alert-1", "alert-2"}

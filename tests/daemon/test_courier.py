"""Deliveries beside the watching: a real receiver, a real state; only the time is ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from errwatch.daemon.courier import AT_ONCE, FIRST_WAIT, LOOK_EVERY, MOST_ATTEMPTS, Courier
from errwatch.model.alert import Notice
from errwatch.model.change import Told
from errwatch.model.levels import Severity
from errwatch.notifiers.webhook import Webhook
from errwatch.store.sqlite import SqliteStore
from tests.servers.webhook import Receiver

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Bench:
    path: Path
    hooks: dict[str, Receiver]
    seconds: float = 0.0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = SqliteStore(self.path)
        self.open()

    def open(self) -> None:
        """As a new process would."""
        notifiers = {name: Webhook(hook.url, None, self.now) for name, hook in self.hooks.items()}
        self.courier = Courier(
            self.store,
            notifiers,
            tell=self.said.append,
            clock=lambda: self.seconds,
            now=self.now,
        )

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def tell(self, key: str, *channels: str) -> None:
        notice = Notice(key, Severity.HIGH, f"title {key}", "body", self.now())
        self.store.commit(Told(notice, channels or tuple(self.hooks)), actor="test")

    def tend(self, seconds: float = LOOK_EVERY) -> None:
        self.seconds += seconds
        self.courier.tend()

    def settle(self) -> None:
        """Until what is under way is over."""
        while self.courier._under_way:
            self.courier.tend()

    def under_way(self) -> int:
        return len(self.store.deliveries(99))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Receiver() as first, Receiver() as second:
        bench = Bench(tmp_path / "state.db", {"chat": first, "mail": second})
        yield bench
        bench.store.close()


def test_each_channel_gets_each_message_once(bench: Bench) -> None:
    bench.tell("1")
    bench.tell("2", "chat")
    for _ in range(3):
        bench.tend()
        bench.settle()
    assert [len(hook.received) for hook in bench.hooks.values()] == [2, 1]
    assert bench.under_way() == 0
    assert bench.said == []


def test_what_failed_is_tried_again_later_and_later(bench: Bench) -> None:
    chat = bench.hooks["chat"]
    chat.answers.extend([(500, {})] * 3)
    bench.tell("1", "chat")
    begun = bench.seconds
    times = []
    while bench.under_way():
        before = len(chat.received)
        bench.tend()
        bench.settle()
        if len(chat.received) > before:
            times.append(bench.seconds - begun)
    pauses = [after - before for before, after in pairwise(times)]
    assert pauses == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert bench.said == ["notify: chat: the webhook answered 500; it is tried again"]


def test_a_receiver_may_ask_for_a_pause(bench: Bench) -> None:
    bench.hooks["chat"].answers.append((429, {"Retry-After": "120"}))
    bench.tell("1", "chat")
    bench.tend()
    bench.settle()
    bench.tend(119)
    bench.settle()
    assert len(bench.hooks["chat"].received) == 1
    bench.tend(2)
    bench.settle()
    assert bench.under_way() == 0


def test_what_never_works_is_given_up_and_kept_in_a_list(bench: Bench) -> None:
    bench.hooks["chat"].answers.extend([(410, {})] * MOST_ATTEMPTS)
    bench.tell("1", "chat")
    while bench.under_way():
        bench.tend(3600)
        bench.settle()
    assert len(bench.hooks["chat"].received) == MOST_ATTEMPTS
    (letter,) = bench.store.dead_letters()
    assert (letter.channel, letter.error) == ("chat", "the webhook answered 410")
    assert bench.said[-1] == "notify: chat: given up: the webhook answered 410"


def test_a_channel_that_hangs_holds_up_nothing_else(bench: Bench) -> None:
    chat, mail = bench.hooks.values()
    chat.hang = threading.Event()
    bench.tell("1")
    bench.tend()
    mail.wait_for(1)
    chat.wait_for(1)
    bench.tell("2")
    bench.tend()
    mail.wait_for(2)
    assert len(chat.received) == 1
    chat.hang.set()
    bench.settle()
    assert bench.under_way() == 0


def test_a_kill_in_the_middle_delivers_again_under_the_same_key(bench: Bench) -> None:
    chat = bench.hooks["chat"]
    bench.tell("1", "chat")
    bench.tend()
    chat.wait_for(1)
    bench.open()  # it was delivered, and nobody wrote it down
    bench.tend()
    bench.settle()
    assert [headers["idempotency-key"] for headers, _ in chat.received] == ["1", "1"]
    assert bench.under_way() == 0


def test_a_channel_that_was_removed(bench: Bench) -> None:
    bench.tell("1", "pager")
    bench.tend()
    bench.tend()
    assert [letter.channel for letter in bench.store.dead_letters()] == ["pager"]


def test_a_long_queue_of_one_channel_holds_up_no_other(bench: Bench) -> None:
    chat, mail = bench.hooks.values()
    chat.hang = threading.Event()
    for number in range(AT_ONCE):
        bench.tell(str(number), "chat")
    bench.tend()
    bench.tell("last", "mail")
    bench.tend()
    mail.wait_for(1)
    chat.hang.set()
    bench.settle()
    assert bench.under_way() == 0

"""Being woken from a signal handler and from a thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from errwatch.daemon.signals import Signals
from errwatch.daemon.wake import Wake

LONG = 600.0


@pytest.fixture
def wake() -> Iterator[Wake]:
    wake = Wake()
    yield wake
    wake.close()


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_a_wake_before_the_sleep_ends_it(wake: Wake) -> None:
    for _ in range(100_000):
        wake()
    wake.wait(LONG)
    wake.wait(0)


def test_another_thread_wakes(wake: Wake) -> None:
    thread = threading.Thread(target=wake)
    thread.start()
    wake.wait(LONG)
    thread.join()


def test_sighup_asks_to_read_the_settings_again(wake: Wake) -> None:
    signals = Signals(wake, attached=False)
    signal.raise_signal(signal.SIGHUP)
    wake.wait(LONG)
    assert signals.asked
    assert not signals.stop
    assert signals.take_reload()
    assert not signals.take_reload()


def test_sighup_of_a_closed_terminal_stops(wake: Wake) -> None:
    signals = Signals(wake, attached=True)
    signal.raise_signal(signal.SIGHUP)
    assert signals.stop


def test_nohup_is_respected(wake: Wake) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals = Signals(wake, attached=True)
    signal.raise_signal(signal.SIGHUP)
    assert not signals.asked


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_asked_to_stop(wake: Wake, number: signal.Signals, code: int) -> None:
    signals = Signals(wake, attached=False)
    signal.raise_signal(number)
    assert (signals.stop, signals.exit_code) == (True, code)
    assert signal.getsignal(number) == signal.SIG_DFL

"""Real commands: how they end, what they leave behind, and how little they may say."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading

import pytest

from errwatch.errors import SourceError
from errwatch.model.position import Said
from errwatch.sources.child import Child
from errwatch.sources.command import WORDS, Command, Murmur
from errwatch.sources.stream import Closed, Delivery, Opened, Outlet

SECRET = "ghp_" + "a1B2" * 9


def run(*words: str, restarts: int = 0) -> list[Delivery]:
    """All that a command delivers until it is given up."""
    outlet = Outlet(0)
    Command("shop", words, restarts).run(outlet)
    return list(outlet.deliveries.queue)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def gone(pid: int) -> bool:
    """Whether a process ends."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 30)[0])
    finally:
        os.close(descriptor)


def test_a_run_is_a_text_and_its_partial_last_line_is_delivered() -> None:
    found = run("printf", "one\ntwo")
    assert [type(one) for one in found] == [Opened, bytes, Closed, Said]
    assert found[1] == b"one\ntwo"
    assert str(found[-1]) == "shop: the command ended with exit code 0"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.exit(7)", "ended with exit code 7"),
        ("import os; os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
    ],
)
def test_how_it_ended_is_told(code: str, said: str) -> None:
    last = run(*python(code))[-1]
    assert isinstance(last, SourceError)
    assert said in str(last)


def test_what_cannot_be_started_is_one_line() -> None:
    (only,) = run("no-such-command-here", "--password=hunter2")
    assert "no-such-command-here cannot be started: No such file" in str(only)
    assert "hunter2" not in str(only)


def test_standard_error_is_told_without_secrets() -> None:
    found = run(*python(f"import sys; print('token {SECRET}', file=sys.stderr)"))
    told, _ended = [one for one in found if isinstance(one, Said)]
    assert "token" in told.text
    assert SECRET not in told.text


def test_noise_is_limited_and_counted() -> None:
    now = [0.0]
    murmur = Murmur(lambda: now[0])
    assert len(murmur.lines(b"oh\n" * 100)) == WORDS
    now[0] = 60.0
    assert murmur.lines(b"again\n") == ["said 90 more lines on its standard error", "again"]
    assert murmur.lines(b"x" * 10_000_000) == []
    assert len(murmur.rest()[0]) <= 500


def started(code: str) -> list[bytes]:
    """What a command had written when it was stopped after its first bytes."""
    outlet = Outlet(1)
    thread = threading.Thread(target=Command("shop", python(code)).run, args=(outlet,))
    thread.start()
    assert isinstance(outlet.deliveries.get(timeout=30), Opened)
    data = outlet.deliveries.get(timeout=30)
    assert isinstance(data, bytes)
    outlet.stop.set()
    thread.join(30)
    assert not thread.is_alive()
    return [data, *(one for one in outlet.last if isinstance(one, bytes))]


def test_one_that_writes_without_end_is_bounded_and_stops() -> None:
    assert started("while True: print('x' * 1000)")


def test_one_that_ignores_sigterm_is_killed() -> None:
    code = "import os, signal, time; signal.signal(15, signal.SIG_IGN);"
    code += "print(os.getpid(), flush=True); time.sleep(600)"
    assert gone(int(started(code)[0]))


def test_what_it_started_ends_with_it() -> None:
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True);"
    code += "time.sleep(600)"
    assert gone(int(started(code)[0]))


def test_what_it_left_behind_holds_nobody_up_and_ends() -> None:
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True)"
    pid = b"".join(one for one in run(*python(code)) if isinstance(one, bytes))
    assert gone(int(pid))


def test_a_killed_child_is_reaped() -> None:
    with Child("shop", ["sleep", "600"]) as child:
        os.kill(child._process.pid, 9)
        assert list(child.output(lambda: False)) == []
    assert child.exit_code == -9


def test_a_command_ends_when_errwatch_is_killed() -> None:
    """It sleeps, so that it does not find out by writing."""
    code = (
        "import sys; from errwatch.sources.child import Child\n"
        "with Child('shop', ['sh', '-c', 'echo $$; exec sleep 1000']) as child:\n"
        "    for _, data in child.output(lambda: False):\n"
        "        sys.stdout.buffer.write(data); sys.stdout.flush()\n"
    )
    with subprocess.Popen(python(code), stdout=subprocess.PIPE) as errwatch:
        assert errwatch.stdout is not None
        pid = int(errwatch.stdout.readline())
        errwatch.kill()
    assert gone(pid)

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from errwatch.errors import SandboxError
from errwatch.model.completed import Completed
from errwatch.sandbox.local import Limits, LocalSandbox, best_sandbox
from errwatch.sandbox.tiers import STRICTEST_FIRST, Held, LimitsAlone, Tier
from tests.sandbox import tiers

Run = Callable[..., Completed]


@pytest.fixture(params=tiers.ALL)
def tier(request: pytest.FixtureRequest) -> Tier:
    held: Tier = request.param
    return held


@pytest.fixture
def run(tier: Tier, tmp_path: Path) -> Run:
    """Run Python code in the sandbox, in an empty directory."""
    work = tmp_path / "work"
    work.mkdir()

    def start(
        code: str,
        limits: Limits | None = None,
        report: str | None = None,
        timeout: float | None = None,
    ) -> Completed:
        sandbox = LocalSandbox(tier, limits or Limits())
        command = [sys.executable, "-c", code]
        return sandbox.run(command, cwd=work, report=report, timeout=timeout)

    return start


def test_output_and_exit_code_come_back_in_order(run: Run) -> None:
    done = run(
        "import sys; print('one', flush=True); sys.stderr.write('two\\n'); print('three'); exit(7)"
    )
    assert (done.returncode, done.output, done.timed_out) == (7, "one\ntwo\nthree\n", False)


def test_a_signal_is_told_as_a_shell_tells_it(run: Run) -> None:
    assert run("import os; os.kill(os.getpid(), 9)").returncode == 128 + 9
    assert run("import os; os.kill(os.getpid(), 15)").returncode == 128 + 15


def test_no_secret_reaches_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "sesame")
    names = run("import os; print(*sorted(os.environ)); assert 'sesame' not in str(os.environ)")
    assert names.returncode == 0
    assert set(names.output.split()) <= {
        *("HOME", "LANG", "LC_CTYPE", "PATH", "PYENV_ROOT", "PYTHONDONTWRITEBYTECODE"),
        *("PWD", "PYTHONPATH", "TMPDIR"),
    }


def test_home_and_temporary_directory_are_fresh_and_gone_afterwards(run: Run) -> None:
    done = run(
        "import os, tempfile, pathlib; home = pathlib.Path.home();"
        "assert str(home) != os.environ['PATH']; (home / 'x').write_text('');"
        "print(home, tempfile.gettempdir(), sep='\\n')"
    )
    home, scratch = done.output.split()
    assert home != str(Path.home())
    assert not Path(home).exists()
    assert Path(scratch).is_relative_to(home)


def test_code_of_the_working_directory_comes_before_what_is_installed(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "work/src/pytest").mkdir(parents=True)
    (tmp_path / "work/src/pytest/__init__.py").write_text("print('from the checkout')")
    assert run("import pytest").output == "from the checkout\n"


def test_standard_input_is_empty(run: Run) -> None:
    assert run("import sys; print(repr(sys.stdin.read()))").output == "''\n"


def test_a_flood_is_cut_in_the_middle(run: Run) -> None:
    done = run(
        "import sys\nsys.stdout.write('begin')\n"
        "for _ in range(3000): sys.stdout.write('x' * 10000)\n"
        "sys.stdout.write('end')",
        Limits(output=1000),
    )
    assert done.output.startswith("begin")
    assert done.output.endswith("end")
    assert "bytes cut" in done.output
    assert len(done.output) < 1100


ENDLESS = (
    "import os, sys, time\n"
    "print(os.getpid(), flush=True)\n"
    "if os.fork() == 0: sys.stdout.write('child')\n"
    "time.sleep(600)"
)


def test_a_command_that_does_not_end_is_killed_with_its_children(run: Run, tmp_path: Path) -> None:
    done = run(ENDLESS, timeout=0.5)
    assert done.timed_out
    assert done.returncode == 128 + 9
    assert gone(tmp_path / "work")


def running_in(folder: Path) -> list[str]:
    """The processes with their working directory there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append(process.name)
        except OSError:
            continue
    return found


def test_what_a_command_leaves_running_is_killed(run: Run, tmp_path: Path) -> None:
    done = run("import os, time\nif os.fork() == 0: time.sleep(600)")
    assert (done.returncode, done.timed_out) == (0, False)
    assert gone(tmp_path / "work")


def gone(folder: Path) -> bool:
    """A killed process takes a moment to leave the table."""
    for _ in range(1000):
        if not running_in(folder):
            return True
        os.sched_yield()
    return False


def test_a_command_ends_with_the_process_that_started_it(tier: Tier, tmp_path: Path) -> None:
    """Though that one had no time to clean up."""
    code = (
        "import sys; from pathlib import Path; from errwatch.sandbox.local import *;"
        f"from errwatch.sandbox.tiers import {type(tier).__name__} as T;"
        f"LocalSandbox(T(), Limits()).run([sys.executable, '-c', {TOUCHING!r}], cwd=Path('.'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment) as owner:
        assert until((tmp_path / "started").exists)
        owner.kill()
    assert gone(tmp_path)


TOUCHING = "import time; open('started', 'w'); time.sleep(600)"


def until(condition: Callable[[], bool]) -> bool:
    for _ in range(1_000_000):
        if condition():
            return True
        os.sched_yield()
    return False


def test_limits_hold(run: Run) -> None:
    small = Limits(memory=1 << 30, file=1 << 16, open_files=20)
    assert "MemoryError" in run("x = bytearray(1 << 31)", small).output
    assert "File too large" in run("open('f', 'wb').write(b'x' * (1 << 20))", small).output
    assert "Too many open" in run("fs = [open('/dev/null') for _ in range(50)]", small).output
    told = run("import resource as r; print(r.getrlimit(r.RLIMIT_CPU))", small, timeout=30)
    assert told.output == "(31, 31)\n"


def test_a_command_that_is_not_there_is_named(tier: Tier, tmp_path: Path) -> None:
    sandbox = LocalSandbox(tier, Limits())
    for missing in ("no-such-command", "./no-such-script", "/no/such/path"):
        with pytest.raises(SandboxError, match=f"{missing}: no such command"):
            sandbox.run([missing], cwd=tmp_path)
    with pytest.raises(SandboxError, match="empty"):
        sandbox.run([], cwd=tmp_path)


def test_a_command_is_found_from_the_working_directory(tier: Tier, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\necho here\n")
    script.chmod(0o755)
    assert LocalSandbox(tier, Limits()).run(["./script"], cwd=tmp_path).output == "here\n"


def test_the_report_comes_back(run: Run) -> None:
    path = "import os; path = os.environ['ERRWATCH_REPORT'];"
    assert run(f"{path} open(path, 'w').write('hello')", report="r.xml").report == "hello"
    assert run("", report="r.xml").report is None
    assert run(f"{path} os.symlink('/etc/passwd', path)", report="r.xml").report is None
    assert run(f"{path} os.mkfifo(path)", report="r.xml").report is None
    flood = run(f"{path} open(path, 'w').write('x' * 101)", Limits(report=100), report="r.xml")
    assert flood.report is None


def test_words_may_name_the_report(tier: Tier, tmp_path: Path) -> None:
    sandbox = LocalSandbox(tier, Limits())
    done = sandbox.run(["touch", "$ERRWATCH_REPORT"], cwd=tmp_path, report="r.xml")
    assert done.report == ""


@pytest.mark.parametrize("tier", tiers.CONFINING)
class TestConfined:
    """What only those tiers give."""

    @pytest.fixture
    def run(self, tier: Tier, tmp_path: Path) -> Run:
        sandbox = LocalSandbox(tier, Limits())
        return lambda code: sandbox.run([sys.executable, "-c", code], cwd=tmp_path)

    def test_the_network_cannot_be_reached(self, run: Run) -> None:
        done = run("import socket; socket.create_connection(('192.0.2.1', 80), 5)")
        assert "Network is unreachable" in done.output

    def test_localhost_can(self, run: Run) -> None:
        done = run(
            "import socket; server = socket.create_server(('127.0.0.1', 0));"
            "socket.create_connection(server.getsockname()); print('connected')"
        )
        assert done.output == "connected\n"

    def test_the_processes_of_the_user_cannot_be_seen(self, run: Run) -> None:
        done = run("import os; print(*[n for n in os.listdir('/proc') if n.isdigit()])")
        assert set(done.output.split()) == {"1", "2"}

    @pytest.mark.parametrize("place", ["checkout/a.py", "checkout/.git/hooks/x", "home/x", "state"])
    def test_nothing_but_the_worktree_can_be_changed(
        self, tier: Tier, tmp_path: Path, place: str
    ) -> None:
        target, work = tmp_path / place, tmp_path / "work"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("as it was")
        work.mkdir()
        undo = "import os; os.system('mount -o remount,bind,rw / 2>&1');"
        sandbox = LocalSandbox(tier, Limits())
        for act in (f"open({str(target)!r}, 'w')", f"os.unlink({str(target)!r})"):
            sandbox.run([sys.executable, "-c", undo + act], cwd=work)
            assert target.read_text() == "as it was"
        assert sandbox.run(["touch", "here"], cwd=work).returncode == 0
        assert (work / "here").exists()

    def test_what_is_not_hidden_is_read_only(self, run: Run) -> None:
        for file in (os.__file__, "/usr/errwatch", "/etc/errwatch", "/sys/errwatch"):
            assert "Read-only file system" in run(f"open({file!r}, 'a')").output

    def test_shared_memory_works(self, run: Run) -> None:
        assert run("import multiprocessing; multiprocessing.Lock(); print('x')").output == "x\n"


class Broken:
    """A tier that no machine has."""

    name = "broken"

    def prefix(self, held: Held) -> list[str]:
        return ["no-such-program", *held.limits]


class Refused(Broken):
    def prefix(self, held: Held) -> list[str]:
        return ["false"]


def test_a_tier_that_does_not_work_is_passed_over() -> None:
    assert best_sandbox(tiers=[Broken(), Refused(), LimitsAlone()]).tier == "limits"


def test_no_tier_at_all_is_one_clear_line() -> None:
    with pytest.raises(SandboxError, match="tried broken"):
        best_sandbox(tiers=[Broken()])


@pytest.mark.parametrize("tier", tiers.ALL)
def test_a_program_that_is_named_by_its_path_is_there(tier: Tier, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "work").mkdir()
    tool = tmp_path / "tools" / "check"
    tool.write_text("#!/bin/sh\necho checked\n")
    tool.chmod(0o755)
    done = LocalSandbox(tier, Limits()).run([str(tool)], cwd=tmp_path / "work")
    assert done.output == "checked\n"


def test_the_strictest_that_works_is_chosen() -> None:
    working = [tier.name for tier in STRICTEST_FIRST if tiers.allowed(tier)]
    assert best_sandbox().tier == working[0]


def test_python_is_the_interpreter_of_the_project(tmp_path: Path) -> None:
    place = tmp_path / "venv" / "bin"
    place.mkdir(parents=True)
    (place / "python").symlink_to(sys.executable)
    sandbox = best_sandbox(python=str(place / "python"))
    done = sandbox.run(["sh", "-c", "command -v python"], cwd=tmp_path)
    assert done.output.strip() == str(place / "python")

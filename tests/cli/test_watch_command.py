"""`errwatch watch` of commands of the settings."""

from __future__ import annotations

import signal

from tests.cli.conftest import Cli
from tests.cli.test_watch import announced, error, total, watching


def follow(cli: Cli, script: str, **more: int) -> None:
    rest = "".join(f"{key} = {value}\n" for key, value in more.items())
    (cli.cwd / "follow.sh").write_text(script)
    settings = f'[[source]]\nname = "shop"\ncommand = ["sh", "follow.sh"]\n{rest}'
    (cli.cwd / "errwatch.toml").write_text(settings)


def test_what_a_command_writes_is_counted_and_sigterm_ends_it(cli: Cli) -> None:
    follow(cli, f"cat <<'END'\n{error(1)}END\necho is well >&2\nexec sleep 600\n")
    with watching(cli) as process:
        assert "order 1 failed" in announced(process)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "shop: is well" in told
    assert total(cli) == 1


def test_a_command_that_is_given_up_ends_the_watch_of_it(cli: Cli) -> None:
    follow(cli, f"printf '%s' '{error(1).strip()}'; exit 4\n", restarts=0)
    done = cli("watch", "command:shop")
    assert "shop: the command ended with exit code 4; it is not started again" in done.stderr
    assert total(cli) == 1


def test_once_runs_it_once(cli: Cli) -> None:
    follow(cli, f"printf '%s' '{error(1).strip()}'\n")
    assert cli("watch", "--once").returncode == 0
    assert total(cli) == 1


def test_unknown_command_and_scan_are_refused(cli: Cli) -> None:
    assert cli("watch", "command:nope").returncode == 2
    assert cli("scan", "command:nope").returncode == 2

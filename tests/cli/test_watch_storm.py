"""A storm of new issues while errwatch may fix them: one issue stands for it, and none is tried."""

from __future__ import annotations

from tests.cli.conftest import Cli
from tests.cli.test_watch import announced, append, watching

WORDS = ("disk", "mail", "cart", "price", "invoice")


def trace(word: str) -> str:
    """Without a time of its own, as a program writes it that just dies."""
    return (
        "Traceback (most recent call last):\n"
        f'  File "/app/{word}.py", line 3, in run\n'
        "    go()\n"
        f"{word.title()}Error: the {word} is broken\n"
    )


def test_a_storm_is_one_issue_that_everybody_sees(cli: Cli) -> None:
    (cli.cwd / "errwatch.toml").write_text("[autofix]\nstorm_issues = 5\npatience = 2\n")
    log = cli.cwd / "app.log"
    log.write_text("")
    with watching(cli, "app.log", "--auto-fix") as process:
        append(log, "".join(map(trace, WORDS)))
        lines = [announced(process) for _ in range(len(WORDS) + 1)]
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert "storm: 5 new issues within 5 minutes" in lines[-1]
    assert "started" not in err
    issues = cli.json("issues", "list")["issues"]
    (storm,) = [issue for issue in issues if issue["rule"] == "storm"]
    assert (storm["severity"], storm["fixable"], storm["count"]) == ("high", False, 1)
    assert len(issues) == len(WORDS) + 1

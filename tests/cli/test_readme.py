"""What the README shows is what the commands say, on the example that ships."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.cli.conftest import Cli, cli
from tests.cli.test_fix import here, shop

__all__ = ["cli", "here", "shop"]

README = Path(__file__).parent.parent.parent / "README.md"


def sessions() -> Iterator[tuple[list[str], list[str]]]:
    """Each command of the README, and the lines that it shows of the answer."""
    blocks = README.read_text("utf-8").split("\n    $ ")[1:]
    for block in blocks:
        command, *lines = block.split("\n")
        shown = []
        for line in lines:
            if line and not line.startswith("    "):
                break
            shown.append(line.removeprefix("    "))
        yield shlex.split(command), [line for line in shown if line not in ("", "...")]


def test_the_readme_shows_what_the_commands_say(here: Cli) -> None:
    commands = list(sessions())
    assert [words[1] for words, _ in commands] == ["scan", "fix", "report"]
    for words, shown in commands:
        assert words[0] == "errwatch"
        said = here(*words[1:]).stdout.splitlines()
        places = [said.index(line) for line in shown]
        assert places == sorted(places)

"""Answers that need no work come at once: `--version` and `--help` load nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"anthropic", "github", "git", "httpx", "httpx2", "sklearn", "pydantic", "libcst", "rich"}
HEAVY |= {"hyperscan"}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_heavy_libraries_stay_out(option: str) -> None:
    program = (
        "import sys\n"
        f"sys.argv = ['errwatch', {option!r}]\n"
        "from errwatch.cli.app import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as stop:\n"
        "    print(stop.code, sorted(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    code, _, modules = done.stdout.strip().splitlines()[-1].partition(" ")
    assert code == "0"
    loaded = {name.strip("'[] ").split(".")[0] for name in modules.split(",")}
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_importing_the_package_does_nothing() -> None:
    program = "import sys, errwatch; print(sorted(m for m in sys.modules if 'errwatch' in m))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "['errwatch']"

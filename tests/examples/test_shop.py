"""The example does what its README says: it passes its tests, has one bug, and logged it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

SHOP = Path(__file__).parents[2] / "examples" / "shop"
BUG = "in self._reservations.items():"
REPAIR = "in list(self._reservations.items()):"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return shutil.copytree(SHOP, tmp_path / "shop")


@pytest.fixture
def repaired(shop: Path) -> Path:
    stock = shop / "shop" / "stock.py"
    text = stock.read_text(encoding="utf-8")
    assert text.count(BUG) == 1
    stock.write_text(text.replace(BUG, REPAIR), encoding="utf-8")
    return shop


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return tomllib.loads((SHOP / "expected.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return (SHOP / "shop.log").read_text(encoding="utf-8").splitlines()


def shapes(log: str) -> list[str]:
    """What happened, without what differs between machines and Pythons: paths and frames."""
    return [line for line in log.splitlines() if re.match(r"\d{4}-|[\w.]+: ", line)]


def test_its_tests_do_not_meet_the_bug(shop: Path) -> None:
    before = run(shop, "-W", "error", "-m", "unittest", "discover")
    assert before.returncode == 0, before.stderr
    assert "Ran 14 tests" in before.stderr


def test_its_tests_pass_under_pytest(repaired: Path) -> None:
    done = run(repaired, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout


def test_the_reproduction_fails_where_the_log_says(shop: Path) -> None:
    done = run(shop, "reproduce.py")
    assert done.returncode == 1
    assert "line 62, in release_expired" in done.stderr
    assert done.stderr.endswith("RuntimeError: dictionary changed size during iteration\n")


def test_the_reproduction_passes_once_repaired(repaired: Path) -> None:
    done = run(repaired, "reproduce.py")
    assert (done.returncode, done.stdout) == (0, "available again: 8 4\n")


def test_the_log_is_what_the_driver_writes(shop: Path, lines: list[str]) -> None:
    done = run(shop, "drive.py", "again.log")
    assert done.returncode == 0, done.stderr
    again = (shop / "again.log").read_text(encoding="utf-8")
    assert shapes(again) == shapes("\n".join(lines))


def test_the_repair_takes_the_bug_out_of_the_log(repaired: Path, lines: list[str]) -> None:
    run(repaired, "drive.py", "again.log")
    again = (repaired / "again.log").read_text(encoding="utf-8")
    errors = [line for line in shapes("\n".join(lines)) if " ERROR " in line]
    assert "RuntimeError" not in again
    assert again.count(" ERROR ") == len(errors) - 5


def test_the_counted_events_are_all_the_errors(expected: dict[str, Any], lines: list[str]) -> None:
    counted = sorted(number for issue in expected["issue"] for number in issue["lines"])
    assert counted == [n for n, line in enumerate(lines, 1) if " ERROR " in line]
    assert len(counted) == expected["events"]


def test_each_counted_event_is_what_is_said_of_it(
    expected: dict[str, Any], lines: list[str]
) -> None:
    for issue in expected["issue"]:
        for start in issue["lines"]:
            block = [lines[start - 1]]
            for line in lines[start:]:
                if line.startswith("2026-"):
                    break
                block.append(line)
            if "exception" in issue:
                assert block[-1] == f"{issue['exception']}: {issue['message']}"
                where = issue["culprit"]
                frame = f'/{where["file"]}", line {where["line"]}, in {where["function"]}'
                assert any(frame in line for line in block)
                assert any(issue["entry"] in line for line in block)
            else:
                assert len(block) == 1
                assert "rejected POST" in block[0]


def test_no_path_of_the_machine_that_made_the_log(lines: list[str]) -> None:
    paths = {path for line in lines for path in re.findall(r'File "([^"]+)"', line)}
    assert all(path.startswith(("/app/shop/", "/usr/lib/python3")) for path in paths)

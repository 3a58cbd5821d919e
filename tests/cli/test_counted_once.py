"""What was counted of a source is not counted again, whatever form its file has."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable

import pytest

from tests.cli.conftest import Cli

LINES = [f"2026-11-20 10:{n:02}:01 ERROR shop: cannot open order {n}\n" for n in range(40)]
TEXT = "".join(LINES)


def count(cli: Cli, *inputs: str) -> int:
    cli("scan", *inputs)
    return sum(issue["count"] for issue in cli.json("issues", "list")["issues"])


def entries(text: str) -> bytes:
    rows = [{"level": "error", "msg": line[20:].strip()} for line in text.splitlines()]
    return json.dumps(rows, indent=1).encode()


@pytest.mark.parametrize(
    "written",
    [
        lambda text: gzip.compress(text.encode()),
        lambda text: bz2.compress(text.encode()),
        lambda text: lzma.compress(text.encode()),
        lambda text: text.encode("utf-16"),
        entries,
    ],
)
def test_each_form_of_a_file_counts_once(cli: Cli, written: Callable[[str], bytes]) -> None:
    path = cli.cwd / "app.log"
    path.write_bytes(written(TEXT))
    assert [count(cli, "app.log") for _ in range(3)] == [40] * 3
    more = "".join(line.replace("10:", "11:") for line in LINES)
    path.write_bytes(written(TEXT + more))
    assert [count(cli, "app.log") for _ in range(2)] == [80] * 2
    path.write_bytes(written(more))
    assert [count(cli, "app.log") for _ in range(2)] == [120] * 2


def test_what_rotation_compresses_was_counted_under_its_earlier_name(cli: Cli) -> None:
    first, last, packed = (cli.cwd / name for name in ("app.log", "app.log.1", "app.log.2.gz"))
    first.write_text("".join(LINES[:30]))
    assert count(cli, "app.log") == 30
    first.rename(last)
    with last.open("a") as log:
        log.writelines(LINES[30:])
    packed.write_bytes(gzip.compress(last.read_bytes()))
    last.unlink()
    first.write_text("2026-11-20 11:00:00 INFO shop: begun\n")
    assert [count(cli, ".") for _ in range(2)] == [40] * 2
    packed.rename(cli.cwd / "app.log.3.gz")
    copy = cli.cwd / "app.log.4.gz"
    copy.write_bytes((cli.cwd / "app.log.3.gz").read_bytes())
    (cli.cwd / "app.log.3.gz").unlink()
    assert count(cli, ".") == 40


def test_another_log_of_the_same_text_counts_for_itself(cli: Cli) -> None:
    for name in ("app.log.gz", "other.log.gz"):
        (cli.cwd / name).write_bytes(gzip.compress(TEXT.encode()))
    assert [count(cli, ".") for _ in range(2)] == [80] * 2


def test_a_damaged_file_fails_each_time_and_counts_nothing(cli: Cli) -> None:
    (cli.cwd / "app.log.gz").write_bytes(gzip.compress(TEXT.encode())[:-20])
    for _ in range(2):
        assert cli("scan", "app.log.gz").returncode == 3
    assert cli.json("issues", "list")["issues"] == []

"""`errwatch silences`: who is not to be told of what, until when, and why."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Cli


def test_a_silence_is_listed_until_it_is_ended(cli: Cli) -> None:
    assert cli("silences", "add", "nightly", "--for", "2h", "--reason", "moving").returncode == 0
    (one,) = cli.json("silences", "list")["silences"]
    assert (one["subject"], one["reason"]) == ("nightly", "moving")
    assert "nightly  moving" in cli("silences", "list").stdout
    assert cli("silences", "end", str(one["number"])).returncode == 0
    assert cli.json("silences", "list")["silences"] == []


def test_an_issue_is_named_by_its_id(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text("2026-11-20 10:00:00,000 ERROR app: oh\n")
    issue = cli.json("scan", "app.log", "--exit-zero")["issues"][0]
    assert cli("silences", "add", issue["id"][:11], "--for", "7d", "--reason", "x").returncode == 0
    assert (
        json.loads(cli("silences", "list", "--format", "json").stdout)["silences"][0]["subject"]
        == (issue["fingerprint"])
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "EW-ffffffff", "--for", "2h", "--reason", "x"), "EW-ffffffff"),
        (("add", "a", "--for", "2", "--reason", "x"), "not a length"),
        (("add", "a", "--for", "0m", "--reason", "x"), "between a minute"),
        (("add", "a", "--for", "99999999999999w", "--reason", "x"), "between a minute"),
        (("add", "a", "--for", "2h", "--reason", " "), "--reason is empty"),
        (("add", "a", "--for", "2h"), "--reason"),
        (("end", "7"), "no silence 7"),
    ],
)
def test_what_makes_no_sense(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    done = cli("silences", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr

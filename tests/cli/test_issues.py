"""`errwatch issues`, and what is decided there, in later scans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

ORDER = "2026-11-20 10:00:01 ERROR shop: cannot open order {}\n"
BANK = "2026-11-20 10:00:02 ERROR shop: payment was refused by bank\n"


@pytest.fixture
def logs(cli: Cli) -> Cli:
    """Two errors, one of them in two files."""
    (cli.cwd / "a.log").write_text(ORDER.format(17) + BANK)
    (cli.cwd / "b.log").write_text(ORDER.format(18))
    return cli


def ids(cli: Cli) -> list[str]:
    """In the order of the fingerprints, which is that of `ORDER` and `BANK`."""
    return sorted(issue["id"] for issue in cli.json("issues", "list")["issues"])


def counts(cli: Cli, *arguments: str) -> list[int]:
    return sorted(issue["count"] for issue in cli.json(*arguments)["issues"])


def test_a_first_scan_finds_only_new_issues(logs: Cli) -> None:
    first = logs.json("scan", "a.log", "b.log", "--new-only", "--fail-on", "new")
    assert len(first["issues"]) == 2
    assert {i["status"] for i in logs.json("issues", "list")["issues"]} == {"new"}
    again = logs("scan", "a.log", "b.log", "--new-only", "--fail-on", "new")
    assert again.returncode == 0
    assert " new " not in logs("scan", "a.log", "b.log").stdout


def test_a_merge_holds_for_later_scans_and_a_split_undoes_it(logs: Cli) -> None:
    assert counts(logs, "scan", "a.log", "b.log") == [1, 2]
    order, bank = ids(logs)
    (merged,) = logs.json("issues", "merge", order.lower(), bank[3:])["issues"]
    assert (merged["id"], merged["count"]) == (order, 3)
    (logs.cwd / "c.log").write_text(BANK)
    for jobs in ("1", "2"):
        assert counts(logs, "scan", "c.log", "a.log", "--jobs", jobs) == [3]
    assert counts(logs, "issues", "list") == [4]
    explained = logs.json("issues", "explain", bank)
    assert explained["merged_by_hand"] == explained["merged"] != []
    assert counts(logs, "issues", "split", bank) == [2, 2]
    assert counts(logs, "scan", "a.log", "b.log", "c.log") == [2, 2]
    assert len(logs.json("issues", "explain", order)["split"]) == 1
    assert "by you" in logs("issues", "explain", order).stdout


def test_near_duplicates_stay_split(logs: Cli) -> None:
    lines = [f"2026-11-20 10:00:01 ERROR shop: lost contact with host-{n}-x for good" for n in "ab"]
    (logs.cwd / "n.log").write_text("\n".join([*lines, lines[0].replace("-a-", "-c_d-"), ""]))
    (found,) = logs.json("scan", "n.log")["issues"]
    parts = logs.json("issues", "explain", found["id"])["merged"]
    assert len(parts) == 2
    logs("issues", "split", found["id"], parts[0])
    more = lines[0].replace("-a-", "-e_f-") + "\n" + lines[1] + "\n"
    (logs.cwd / "m.log").write_text(more * 2)
    logs("scan", "m.log")
    assert len(logs.json("issues", "list")["issues"]) == 2
    assert counts(logs, "scan", "m.log", "n.log", "--no-save") == counts(logs, "issues", "list")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("merge", "{0}", "{0}"), "{0}: names one issue already"),
        (("merge", "{0}"), "{0}: name two issues or more to merge"),
        (("merge", "{0}", "EW-00000000"), "there is no issue 'EW-00000000'"),
        (("split", "{0}"), "{0}: nothing was merged into it, so there is nothing to split"),
        (("split", "{0}", "{1}"), "{0}: nothing was merged into it, so there is nothing to split"),
        (("split", "EW-00000000"), "there is no issue 'EW-00000000'"),
    ],
)
def test_what_makes_no_sense_is_one_line(logs: Cli, arguments: list[str], said: str) -> None:
    logs("scan", "a.log", "b.log")
    known = ids(logs)
    done = logs("issues", *(one.format(*known) for one in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"errwatch: {said.format(*known)}")
    assert done.stderr.count("\n") == 1


def test_reading_makes_no_state(logs: Cli) -> None:
    for command in (
        ("report",),
        ("issues", "list"),
        ("fixes", "list"),
        ("scan", "--no-save", "a.log"),
    ):
        assert logs(*command).returncode in (0, 1)
    assert not (logs.home / "state.db").exists()


def test_a_scan_that_saves_nothing_knows_what_was_decided(logs: Cli) -> None:
    logs("scan", "a.log")
    order, bank = ids(logs)
    logs("issues", "merge", order, bank)
    logs("classify", order, "--as", "cache_error")
    (found,) = logs.json("scan", "a.log", "b.log", "--no-save")["issues"]
    assert found["category"] == "cache_error"
    logs("issues", "ignore", found["id"])
    assert logs("scan", "a.log", "b.log", "--no-save").returncode == 0
    logs("issues", "reopen", found["id"])
    assert logs("scan", "b.log", "--no-save", "--fail-on", "new").returncode == 0
    assert logs("scan", "b.log", "--no-save").returncode == 1


def test_the_settings_and_the_log_itself_group_first(logs: Cli) -> None:
    (logs.cwd / "errwatch.toml").write_text('[[group]]\nname = "shop"\nmessage = "order|bank"\n')
    keyed = [
        {"level": "error", "msg": word, "fingerprint": ["pay", "x"]} for word in ("a b", "c d")
    ]
    digests = [{"level": "error", "msg": "no key", "fingerprint": f"SHA256:{n}"} for n in "ab"]
    rows = "".join(json.dumps(row) + "\n" for row in (*keyed, *digests))
    (logs.cwd / "k.log").write_text(rows)
    assert counts(logs, "scan", "a.log", "b.log", "k.log") == [2, 2, 3]
    grounds = {
        one["ground"]
        for issue in ids(logs)
        for one in logs.json("issues", "explain", issue)["fingerprints"]
    }
    assert grounds == {"rule", "key", "template"}


def test_an_issue_of_another_repository_is_not_mended_here(logs: Cli, tmp_path: Path) -> None:
    logs("scan", "a.log")
    (issue, *_) = ids(logs)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "errwatch.toml").touch()
    there = Cli(logs.home, elsewhere)
    for command in ("analyze", "fix"):
        done = there(command, issue)
        assert done.returncode == 2
        assert done.stderr.startswith(f"errwatch: {issue}: found in {logs.cwd}, not in {elsewhere}")
    logs.git("init", "-q")
    logs.git("commit", "-qm", "begin", "--allow-empty")
    assert there("analyze", issue, "--repo", logs.cwd).returncode == 0

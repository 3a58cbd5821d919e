"""The whole analysis, on the example's own code."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from errwatch.analyze.analyzer import analyze
from errwatch.model.analysis import Blame
from errwatch.model.classification import Classification
from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from errwatch.repository.git import open_repository
from tests.analyze.memory import COMMIT, NOON, MemoryRepository, error, event, frame, issue, library

SHOP = Path(__file__).parents[2] / "examples" / "shop"
FILES = {
    path.relative_to(SHOP).as_posix(): path.read_text(encoding="utf-8")
    for path in SHOP.rglob("*.py")
}
LOOP = "for number, held in self._reservations.items():"
CULPRIT = frame("/app/shop/stock.py", 62, "release_expired", LOOP)
BUG = event(
    error(
        "RuntimeError",
        "dictionary changed size during iteration",
        frame("/app/shop/web.py", 24, "handle"),
        frame("/app/shop/web.py", 41, "_route"),
        frame("/app/shop/stock.py", 36, "available", "self.release_expired()"),
        CULPRIT,
    ),
    culprit=CULPRIT,
)


@pytest.fixture
def bug() -> Issue:
    verdict = Classification(
        "internal_error", Severity.MEDIUM, "collection-changed", "why", suggested_fix="copy it"
    )
    return replace(issue(BUG), classification=verdict)


def blames(*lines: tuple[int, str]) -> tuple[Blame, ...]:
    day = NOON - timedelta(days=1)
    return tuple(Blame("shop/stock.py", n, commit, "Ada", day, "Sweep") for n, commit in lines)


def test_the_bug_of_the_example_is_found(bug: Issue) -> None:
    analysis = analyze(bug, MemoryRepository(FILES, remarks=["uncommitted changes"]))
    assert [(suspect.file, suspect.function) for suspect in analysis.suspects] == [
        ("shop/stock.py", "Stock.release_expired"),
        ("shop/stock.py", "Stock.available"),
        ("shop/web.py", "Shop._route"),
        ("shop/web.py", "Shop.handle"),
    ]
    assert analysis.excerpt is not None
    assert analysis.excerpt.lines[analysis.excerpt.marked - analysis.excerpt.first].strip() == LOOP
    (cause,) = analysis.root_causes
    assert "stock.py:64 calls self.release, which changes self._reservations" in cause.evidence[1]
    assert analysis.confidence == cause.confidence
    assert analysis.recommendations[0].startswith("shop/stock.py:62: iterate over a copy")
    assert "copy it" in analysis.recommendations
    assert analysis.notes == ("uncommitted changes",)
    assert (analysis.issue, analysis.commit) == (bug.fingerprint, COMMIT)


def test_blame_names_each_commit_once_the_culprits_first(bug: Issue) -> None:
    repository = MemoryRepository(
        FILES, blames((59, "a" * 40), (61, "b" * 40), (62, "a" * 40), (66, "b" * 40))
    )
    analysis = analyze(bug, repository)
    assert [(one.line, one.commit[0]) for one in analysis.blame] == [(62, "a"), (61, "b")]
    assert analysis.contributing_factors[0].startswith("shop/stock.py:62 was changed 1 day before")


def test_a_trace_of_other_code_gives_a_note_and_no_guess(bug: Issue) -> None:
    analysis = analyze(bug, MemoryRepository({"main.py": "print()\n", "web.py": "x = 1\n"}))
    assert analysis.suspects == ()
    assert analysis.excerpt is None
    assert analysis.root_causes == ()
    assert analysis.confidence == 0
    (note,) = analysis.notes
    assert note.startswith("no frame is here; looked at /app/shop/stock.py:62, ")


def test_frames_outside_the_repository_are_named() -> None:
    chain = error(
        "RuntimeError",
        "dictionary changed size during iteration",
        frame("/srv/jobs/nightly.py", 3, "<module>"),
        library("/usr/lib/python3.11/runpy.py", 3, "run"),
        CULPRIT,
    )
    analysis = analyze(issue(event(chain)), MemoryRepository(FILES))
    assert analysis.notes == ("not in this repository: /srv/jobs/nightly.py:3",)


def test_a_message_without_a_place_says_so() -> None:
    analysis = analyze(issue(event(message="weave failed")), MemoryRepository(FILES))
    assert analysis.suspects == ()
    assert analysis.notes == ("the log names no place in the code",)


def test_a_trace_that_was_cut_off_has_its_culprit() -> None:
    analysis = analyze(issue(event(message="cut", culprit=CULPRIT)), MemoryRepository(FILES))
    assert [suspect.function for suspect in analysis.suspects] == ["Stock.release_expired"]
    assert analysis.excerpt is not None


def test_moved_code_is_followed_and_noted(bug: Issue) -> None:
    files = {**FILES, "shop/stock.py": "# moved\n" + FILES["shop/stock.py"]}
    analysis = analyze(bug, MemoryRepository(files))
    assert analysis.suspects[0].line == 63
    assert "shop/stock.py: line 62 of the trace is line 63 now" in analysis.notes


def test_a_real_repository(bug: Issue, tmp_path: Path) -> None:
    root = shutil.copytree(SHOP, tmp_path / "shop")
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-qm", "Open"]):
        subprocess.run(["git", "-C", str(root), *words], check=True)
    analysis = analyze(bug, open_repository(root))
    assert analysis.suspects[0].function == "Stock.release_expired"
    assert [(one.author, one.summary) for one in analysis.blame] == [("Ada", "Open")]
    assert len(analysis.commit) == 40
    assert analysis.repository == str(root)


def test_callers_and_tests_of_the_first_suspect_are_listed(bug: Issue) -> None:
    tests = {"tests/test_stock.py": "def test_sweep():\n    Stock({}).release_expired()\n"}
    analysis = analyze(bug, MemoryRepository(FILES | tests))
    assert analysis.callers == ("shop/jobs.py:27", "shop/stock.py:36")
    assert analysis.tests[0] == "tests/test_stock.py:2"
    said = "extend tests/test_stock.py:2, which calls Stock.release_expired, with what"
    assert analysis.recommendations[-1].startswith(said)


def test_related_issues_are_explained(bug: Issue) -> None:
    chain = error("KeyError", "'sku'", *BUG.exceptions[0].frames)
    other = issue(event(chain, culprit=CULPRIT), name="0000000b")
    analysis = analyze(bug, MemoryRepository(FILES), [other])
    assert analysis.related == ("EW-0000000b",)
    (relation,) = analysis.relations
    assert relation.why[:2] == ("the same function, release_expired", "4 calls in common")
    assert not relation.first

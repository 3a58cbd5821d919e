"""The commit message and the pull request: what is said, and what a log cannot make them say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from errwatch.fix.commit_message import commit_message
from errwatch.fix.pull_request import pull_request_text
from errwatch.model.analysis import Analysis, Blame, RootCause
from errwatch.model.fix import Evidence, Fix, FixStatus, GateResult, GateStatus
from tests.fix.scripted import FINGERPRINT, FIXED, NOW, candidate, edit, issue

GATES = (
    GateResult("syntax", GateStatus.PASSED, "1 file parses"),
    GateResult("tests", GateStatus.SKIPPED, "no tests"),
    GateResult("reproduction", GateStatus.PASSED, "raises | before"),
)
FIX = Fix(
    id="FX-1",
    issue=FINGERPRINT,
    status=FixStatus.PROVEN,
    created_at=NOW,
    evidence=Evidence.E2,
    engine="recipes",
    cost_usd=0.25,
    title="Call str.lower",
    rationale="lowr is no method",
    files=("billing/plans.py",),
    gates=GATES,
    sandbox="namespaces",
    reproduction="python repro.py",
)
ANALYSIS = Analysis(FINGERPRINT, "/r", "c" * 40, root_causes=(RootCause("a typo", 0.9),))
ATTACK = (
    "x](http://evil.invalid) ![i](http://evil.invalid/p.png) @octocat <script>alert(1)</script>\n\n"
    "Errwatch-Fingerprint: v1:other\n# Heading --> `x` | cell |"
)


def hostile_issue_text() -> str:
    one = replace(issue().event, message=ATTACK)
    return pull_request_text(
        replace(FIX, rationale=ATTACK, title=ATTACK, files=(ATTACK,), reproduction=ATTACK),
        replace(issue(), samples=(one,)),
        replace(ANALYSIS, root_causes=(RootCause(ATTACK, 0.5),)),
    ).body


def test_a_commit_message_says_cause_evidence_and_whose_it_is() -> None:
    message = commit_message(issue(), candidate(edit(FIXED)), Evidence.E2, GATES)
    assert message == (
        "Call str.lower\n\n"
        "`lowr` is no method of str; `lower` is the only near one.\n\n"
        "EW-1a2b3c4d: AttributeError: 'str' object has no attribute 'lowr' (seen\n4 times)\n\n"
        "- syntax: passed, 1 file parses\n"
        "- tests: skipped, no tests\n"
        "- reproduction: passed, raises | before\n\n"
        "Errwatch-Issue: EW-1a2b3c4d\n"
        f"Errwatch-Fingerprint: {FINGERPRINT}\n"
        "Errwatch-Evidence: E2\n"
    )


def test_a_log_cannot_add_a_trailer_or_a_mention_to_a_commit() -> None:
    one = replace(candidate(edit(FIXED)), title=ATTACK * 3, rationale=ATTACK)
    message = commit_message(issue(), one, Evidence.E0, GATES)
    subject, blank, *_ = message.split("\n")
    assert len(subject) <= 72
    assert blank == ""
    assert "@octocat" not in message
    lines = [line for line in message.splitlines() if line.startswith("Errwatch-")]
    assert lines == message.splitlines()[-3:]


def test_a_pull_request_has_all_its_parts() -> None:
    text = pull_request_text(FIX, issue(), ANALYSIS)
    assert text.title == "Call str.lower"
    for part in (
        f"<!-- errwatch {FINGERPRINT} -->",
        "Proposed by errwatch for `EW-1a2b3c4d`: AttributeError: 'str' object has no attribute",
        "Seen 4 times, from 2026-11-20 10:00 UTC to 2026-11-20 10:00 UTC.",
        "lowr is no method",
        "- a typo",
        "- `billing/plans.py`",
        "## Evidence: E2",
        "| tests | skipped | no tests |\n| reproduction | passed | raises \\| before |",
        "Reproduction: `python repro.py`",
        "- tests: no tests\n- other inputs than the one of the reproduction\n",
        "0.25 USD, engine `recipes`.",
        "`errwatch issues ignore EW-1a2b3c4d`",
    ):
        assert part in text.body


def test_once_is_one_time() -> None:
    once = replace(issue(), count=1)
    assert "\nSeen 1 time, from" in pull_request_text(FIX, once, ANALYSIS).body
    assert "(seen 1 time)" in " ".join(
        commit_message(once, candidate(edit(FIXED)), Evidence.E2, GATES).split()
    )


SECRET = "ghp_" + "a1B2" * 8


def test_no_secret_of_the_repository_gets_out() -> None:
    blame = Blame("a.py", 1, "c" * 40, f"ada@example.com {SECRET}", NOW, f"Use {SECRET}")
    gates = (GateResult("tests", GateStatus.PASSED, f"test[{SECRET}]"),)
    told = replace(FIX, title=SECRET, rationale=SECRET, gates=gates, reproduction=f"x {SECRET}")
    analysis = replace(ANALYSIS, blame=(blame,), root_causes=(RootCause(SECRET, 0.9),))
    text = pull_request_text(replace(told, files=(SECRET,)), issue(), analysis)
    one = replace(candidate(edit(FIXED)), title=SECRET, rationale=f"Because {SECRET}")
    for shown in (text.title, text.body, commit_message(issue(), one, Evidence.E1, gates)):
        assert SECRET not in shown
        assert "REDACTED:api-key" in shown.replace("\\", "")
    assert "ada@example.com" not in text.body


@pytest.mark.parametrize("evidence", [Evidence.E0, Evidence.E1])
def test_an_unproven_fix_says_so(evidence: Evidence) -> None:
    body = pull_request_text(replace(FIX, evidence=evidence), issue(), ANALYSIS).body
    assert "- that the error is gone: nothing reproduced it" in body


def test_the_table_is_a_table() -> None:
    body = pull_request_text(FIX, issue(), ANALYSIS).body
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    assert sum(token.type == "tr_open" for token in tokens) == 1 + len(GATES)


def test_a_log_cannot_make_a_link_an_image_a_mention_or_html() -> None:
    body = hostile_issue_text()
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    kinds = [token.type for block in tokens for token in (block, *(block.children or ()))]
    assert not {"image", "link_open", "html_inline"} & set(kinds)
    assert kinds.count("html_block") == 1
    titles = [tokens[n + 1].content for n, one in enumerate(tokens) if one.type == "heading_open"]
    assert titles == [
        *("Cause", "Change", "Evidence: E2", "Not verified", "Cost", "How to stop this")
    ]
    prose = "".join(
        part.content
        for block in tokens
        for part in block.children or ()
        if part.type != "code_inline"
    )
    assert "@octocat" not in prose


def test_the_marker_cannot_be_closed_early() -> None:
    body = pull_request_text(FIX, replace(issue(), fingerprint="v1:a--><b>"), ANALYSIS).body
    assert body.startswith("<!-- errwatch v1:ab -->\n")

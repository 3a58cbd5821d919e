"""What the model is told. The texts are files beside this one; what a log says is data in them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from errwatch.fix.policy import is_test
from errwatch.interfaces import Problem
from errwatch.redact import redact

MAX_TEXT = 12_000
"""Characters of one event."""

MAX_TESTS = 40

_FOLDER = Path(__file__).with_name("prompts")


def system_text() -> str:
    return (_FOLDER / "system.md").read_text(encoding="utf-8")


def problem_text(problem: Problem) -> str:
    issue, analysis = problem.issue, problem.analysis
    files = problem.tree.files()
    template = _environment().from_string((_FOLDER / "problem.md.j2").read_text(encoding="utf-8"))
    return template.render(
        issue=issue,
        analysis=analysis,
        sample=issue.samples[0],
        tests=sorted(file for file in files if is_test(file))[:MAX_TESTS],
        rejected=problem.rejected,
    )


def data(text: str) -> str:
    """A text that cannot end the block that it stands in, nor hide anything from a reader."""
    shown = "".join(c for c in redact(text)[:MAX_TEXT] if c in "\n\t" or _is_shown(c))
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _environment() -> Environment:
    """Whatever a field holds is data."""
    return Environment(
        autoescape=False,  # noqa: S701
        finalize=lambda value: data(str(value)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

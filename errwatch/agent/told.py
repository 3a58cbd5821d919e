"""How a model is told of an error. Whatever a log or a repository says is data in it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from errwatch.model.analysis import Analysis
from errwatch.model.issue import Issue
from errwatch.redact import redact

MAX_TEXT = 12_000
"""Characters of one event."""

_EVIDENCE = Path(__file__).with_name("prompts") / "evidence.md.j2"


def evidence_text(issue: Issue, analysis: Analysis) -> str:
    """The error, one occurrence, and what is known of where it comes from."""
    return filled(_EVIDENCE, issue=issue, analysis=analysis, sample=issue.samples[0])


def filled(template: Path, **values: object) -> str:
    """A text of ours with values in it, each of which is data."""
    return _environment().from_string(template.read_text(encoding="utf-8")).render(values)


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

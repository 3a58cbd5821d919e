"""The gates that need no execution: candidate + policy -> passed, failed or skipped, and why.

They run in this order, cheapest first. A candidate that fails one is rejected, whoever made it.
"""

from __future__ import annotations

from collections.abc import Callable

from errwatch.fix.gates.diff import diff
from errwatch.fix.gates.paths import paths
from errwatch.fix.gates.secrets import secrets
from errwatch.fix.gates.symptoms import symptoms
from errwatch.fix.gates.syntax import syntax
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, GateResult

STATIC: tuple[Callable[[Candidate, Policy], GateResult], ...] = (
    paths,
    syntax,
    diff,
    secrets,
    symptoms,
)

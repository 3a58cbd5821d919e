"""`errwatch fix`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, note, show
from errwatch.cli.unwinding import unwinding
from errwatch.errors import UsageError
from errwatch.fix.pull_request import pull_request_text
from errwatch.model.fix import Fix, FixStatus, Transcript
from errwatch.pipeline import fix as fix_issue
from errwatch.render.schema import FixReportSchema
from errwatch.render.terminal import fix_lines, pull_request_lines
from errwatch.wiring import Wiring
from errwatch.wiring.engines import Wanted

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def fix(
    issue: Annotated[str, typer.Argument(metavar="ISSUE", help="An id, or the start of one.")],
    repo: Annotated[
        Path | None, typer.Option(help="The repository to fix. Default: this one.")
    ] = None,
    engine: Annotated[
        list[str], typer.Option(help="recipes, claude: asked in this order. Default: what is here.")
    ] = [],  # noqa: B006
    model: Annotated[
        list[str], typer.Option(help="Models for claude, from the cheapest to the strongest.")
    ] = [],  # noqa: B006
    budget: Annotated[
        float | None, typer.Option(metavar="DOLLARS", min=0.0, help="For models, at most.")
    ] = None,
    repro: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="Fails before the fix and passes after it."),
    ] = None,
    test: Annotated[
        str | None,
        typer.Option(metavar="COMMAND|none", help="Default: pytest or unittest, where found."),
    ] = None,
    step: Annotated[bool, typer.Option("--step", help="Ask before each stage.")] = False,
    require_sandbox: Annotated[
        bool,
        typer.Option("--require-sandbox", help="Fail where code could leave its sandbox."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Prove it, and make no branch and no commit.")
    ] = False,
    no_pr: Annotated[
        bool, typer.Option("--no-pr", help="Stop at the branch; show no pull request.")
    ] = False,
    format: Annotated[Format, typer.Option()] = Format.TEXT,
) -> None:
    """Write a change for an issue, prove it, and put it on a branch.

    Works in a worktree of its own, cut from the default branch; your checkout is not touched.
    --repro and --test run in a sandbox, from the worktree's root. Exits 1 if nothing was proven.
    """
    if step and sys.stdin is None:
        msg = "--step asks on standard input, which is closed"
        raise UsageError(msg)
    asker = _Asker()
    wiring = Wiring.here()
    book: list[Transcript] = []
    engines = wiring.engines(engine, Wanted(tuple(model), budget, book.append))
    with unwinding(), wiring.store() as store:
        found = store.issue(issue)
        repository = wiring.repository_of(found, repo)
        repository.sweep()
        for line in repository.notes():
            note(line)
        workshop = wiring.workshop(
            repository,
            engines=engines,
            test=test,
            reproduction=repro,
            dry_run=dry_run,
            ask=asker if step else _go_on,
            tell=note,
            book=book,
            strict=require_sandbox,
        )
        result = fix_issue(found, repository, workshop, store, now=datetime.now(UTC))
        analysis = store.analysis(found.fingerprint)
    if format is Format.JSON:
        emit(FixReportSchema.of(result, found.id).dump())
    else:
        show(fix_lines(result, found.id))
        if result.branch and analysis and not no_pr:
            text = pull_request_text(result, found, analysis)
            show(pull_request_lines(text.title, text.body, "GITHUB_TOKEN" in os.environ))
    raise typer.Exit(max(_exit_code(result), int(asker.unanswered)))


def _exit_code(result: Fix) -> int:
    if result.status is FixStatus.PROVEN:
        return 0
    return 3 if result.status is FixStatus.FAILED else 1


@dataclass
class _Asker:
    """Asks on standard error; the end of the input is a no."""

    unanswered: bool = False

    def __call__(self, question: str) -> bool:
        try:
            return typer.confirm(question, default=True, err=True)
        except typer.Abort as abort:
            if not isinstance(abort.__context__, EOFError):
                raise
            self.unanswered = True
            note("no answer on standard input: taken as no")
            return False


def _go_on(question: str) -> bool:
    return True

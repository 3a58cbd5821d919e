"""`errwatch fix`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, note, show
from errwatch.cli.unwinding import unwinding
from errwatch.errors import ErrwatchError, UsageError
from errwatch.fix.pull_request import pull_request_text
from errwatch.interfaces import Store
from errwatch.model.conversation import Transcript
from errwatch.model.fix import Fix, FixStatus
from errwatch.model.issue import Issue
from errwatch.model.pull_request import Tracked, Withheld
from errwatch.pipeline import fix as fix_issue
from errwatch.publishing import as_committed, publish_fix, publishable, unfinished
from errwatch.render.fix_schema import FixReportSchema
from errwatch.render.terminal import fix_lines, published_lines, pull_request_lines
from errwatch.wiring import Wiring
from errwatch.wiring.engines import Wanted
from errwatch.wiring.publishing import Shop

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def fix(
    issue: Annotated[str, typer.Argument(metavar="ISSUE", help="An id, or the start of one.")],
    repo: Annotated[
        Path | None, typer.Option(help="The repository to fix. Default: this one.")
    ] = None,
    engine: Annotated[
        list[str],
        typer.Option(help="known, recipes, claude, in this order. Default: what is here."),
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
        bool, typer.Option("--dry-run", help="Prove it, and say what would be done with it.")
    ] = False,
    no_pr: Annotated[
        bool, typer.Option("--no-pr", help="Stop at the branch; open no pull request.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Open one even if the last one was closed unmerged.")
    ] = False,
    format: Annotated[Format, typer.Option()] = Format.TEXT,
) -> None:
    """Write a change for an issue, prove it, and open a pull request.

    Works in a worktree of its own, cut from the default branch; your checkout is not touched.
    With a token in GITHUB_TOKEN the branch is pushed and a draft opened; else it is a patch.
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
        shop = None
        if not no_pr:
            shop = wiring.publishing(note).shop(repository, dry_run=dry_run, again=again)
            repository = shop.repository
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
        left = unfinished(found, repository, store) if shop and not dry_run else None
        if left is not None:
            note(f"going on with {left.id}, which is proven and stands on its branch")
        result = left or fix_issue(found, repository, workshop, store, now=datetime.now(UTC))
        outcome = _Outcome(result, found, store, as_json=format is Format.JSON)
        if dry_run:
            result = as_committed(result, found)
        if shop and publishable(result) and _wanted(shop, asker if step else _go_on):
            outcome.publish(result, shop)
        outcome.show()
    raise typer.Exit(max(_exit_code(result), int(asker.unanswered)))


@dataclass
class _Outcome:
    """What is shown: the fix as soon as it is made, and what became of it."""

    fix: Fix
    issue: Issue
    store: Store
    as_json: bool

    def __post_init__(self) -> None:
        if not self.as_json:
            show(fix_lines(self.fix, self.issue.id))

    def publish(self, fix: Fix, shop: Shop) -> None:
        """Raises ForgeError, GitError; the fix is shown all the same."""
        now = datetime.now(UTC)
        try:
            done = publish_fix(fix, self.issue, shop.repository, shop.press, self.store, now=now)
        except ErrwatchError:
            self.show()
            raise
        if self.as_json:
            if isinstance(done, Withheld):
                note(done.reason)
            return
        analysis = self.store.analysis(self.issue.fingerprint)
        if isinstance(done, Tracked) and analysis and not (shop.remote and shop.press.keeps):
            text = pull_request_text(fix, self.issue, analysis)
            show(pull_request_lines(text.title, text.body))
        if shop.press.keeps:
            show(published_lines(done, shop.remote))

    def show(self) -> None:
        """As the state has it now."""
        if self.as_json:
            stored = self.store.fixes(self.issue.fingerprint)
            fix = next((one for one in stored if one.id == self.fix.id), self.fix)
            emit(FixReportSchema.of(fix, self.issue.id).dump())


def _wanted(shop: Shop, ask: Callable[[str], bool]) -> bool:
    return not shop.remote or ask(
        f"Open or update the pull request at {shop.press.desk.forge.name}?"
    )


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

"""`errwatch fixes`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, note, show
from errwatch.cli.unwinding import unwinding
from errwatch.errors import UnknownReference
from errwatch.fix.again import base_of, on_branch, once_more
from errwatch.interfaces import FixEngine, Problem, Repository, Tree
from errwatch.model.analysis import Analysis
from errwatch.model.conversation import Transcript
from errwatch.model.fix import Again, Fix
from errwatch.model.pull_request import followed
from errwatch.render.again import AgainSchema, again_lines, transcript_lines, trial_lines
from errwatch.render.fix_schema import FixesSchema, FixReportSchema, FixSchema
from errwatch.render.terminal import fix_lines, fix_row
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="List, show, replay and verify fixes; follow their pull requests.",
)

FormatOption = Annotated[Format, typer.Option()]
FixArgument = Annotated[str, typer.Argument(metavar="FIX", help="Its id, such as FX-1.")]
RepositoryOption = Annotated[
    Path | None, typer.Option("--repo", help="The repository it was made in. Default: this one.")
]
ReproductionOption = Annotated[
    str | None,
    typer.Option("--repro", metavar="COMMAND", help="Default: as when the fix was made."),
]
Prepared = tuple[list[FixEngine], Tree, list[str]]
"""Engines, what they work on, and what is to be told of it."""


@app.command("list")
def list_(format: FormatOption = Format.TEXT) -> None:
    """List fixes, newest first."""
    with Wiring.here().state() as store:
        fixes = store.fixes()
        ids = {issue.fingerprint: issue.id for issue in store.issues()}
    if format is Format.JSON:
        emit(FixesSchema(fixes=[FixSchema.of(fix, ids[fix.issue]) for fix in fixes]).dump())
    else:
        show(fix_row(fix, ids[fix.issue]) for fix in fixes)


@app.command("show")
def show_(
    fix: FixArgument,
    transcript: Annotated[
        bool,
        typer.Option("--transcript", help="And all that was tried and said with models."),
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show a fix, its gates and its change."""
    with Wiring.here().state() as store:
        found = _find(fix, store.fixes())
        issue = store.issue(found.issue)
    if format is Format.JSON:
        emit(FixReportSchema.of(found, issue.id, transcripts=transcript).dump())
        return
    show(fix_lines(found, issue.id))
    if transcript:
        show(trial_lines(found.trials))
        show(line for one in found.transcripts for line in transcript_lines(one))


@app.command()
def replay(
    fix: FixArgument,
    repo: RepositoryOption = None,
    repro: ReproductionOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Make a fix again from what its models said then, and run the gates.

    Asks no model. Exits 1 if another change came out, or the gates show less.
    """
    book: list[Transcript] = []

    def recorded(wiring: Wiring, found: Fix, repository: Repository) -> Prepared:
        engines = wiring.recorded_engines(found, book.append)
        return engines, base_of(found, repository), []

    again = _again(fix, repo, repro, recorded, book)
    _tell(again, format, good=again.same_edits and again.holds)


@app.command()
def verify(
    fix: FixArgument,
    repo: RepositoryOption = None,
    repro: ReproductionOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Run the gates on what is on a fix's branch today, and say what has changed.

    Exits 1 if they show less than they did.
    """

    def today(wiring: Wiring, found: Fix, repository: Repository) -> Prepared:
        return on_branch(found, repository)

    again = _again(fix, repo, repro, today)
    _tell(again, format, good=again.holds)


def _again(
    reference: str,
    repo: Path | None,
    repro: str | None,
    prepare: Callable[[Wiring, Fix, Repository], Prepared],
    book: Sequence[Transcript] = (),
) -> Again:
    """A fix once more, with the engines and on the tree that `prepare` gives."""
    wiring = Wiring.here()
    with unwinding(), wiring.state() as store:
        found = _find(reference, store.fixes())
        issue = store.issue(found.issue)
        repository = wiring.repository_of(issue, repo)
        engines, tree, notes = prepare(wiring, found, repository)
        known = store.analysis(found.issue)
        analysis = known or Analysis(found.issue, str(repository.root), tree.commit)
        workshop = wiring.workshop(
            repository,
            engines=engines,
            test=found.suite,
            reproduction=repro or found.reproduction,
            dry_run=True,
            ask=lambda _question: True,
            tell=note,
            book=book,
        )
        problem = Problem(issue, analysis, tree)
        now = datetime.now(UTC)
        return once_more(found, problem, repository, workshop, notes=notes, at=now)


def _tell(again: Again, format: Format, *, good: bool) -> None:
    if format is Format.JSON:
        emit(AgainSchema.of(again).dump())
    else:
        show(again_lines(again))
    raise typer.Exit(0 if good else 1)


@app.command("sync")
def sync_() -> None:
    """Follow the pull requests: ready, merged, quiet, back again. For cron.

    `watch --auto-fix` does it by itself. Exits 3 where one could not be looked at.
    """
    wiring = Wiring.here()
    with unwinding(), wiring.store() as store:
        if not any(followed(one) for one in store.pull_requests()):
            note("no pull request to follow")
            return
        publishing = wiring.publishing(note)
        shop = publishing.shop(wiring.repository(), dry_run=False, again=False)
        with shop.press.lock():
            whole = publishing.follower(shop, store).sync()
    raise typer.Exit(0 if whole else 3)


def _find(reference: str, fixes: list[Fix]) -> Fix:
    for fix in fixes:
        if fix.id.lower() == reference.lower():
            return fix
    msg = f"{reference}: no such fix; see errwatch fixes list"
    raise UnknownReference(msg)

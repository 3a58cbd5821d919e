"""`errwatch letters`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from errwatch.cli.output import Format, emit, show
from errwatch.errors import UsageError
from errwatch.interfaces import Store
from errwatch.model.alert import Delivery
from errwatch.model.change import Decided
from errwatch.render.letters import LettersSchema
from errwatch.render.plain import one_line
from errwatch.render.terminal import plural
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="List, resend and drop messages that could not be delivered.",
)

Keys = Annotated[
    list[str] | None, typer.Argument(metavar="[KEY]...", help="As the list has it. Default: all.")
]


@app.command("list")
def list_(format: Annotated[Format, typer.Option()] = Format.TEXT) -> None:
    """List the messages that were given up, the oldest first."""
    with Wiring.here().store() as store:
        found = store.dead_letters()
    if format is Format.JSON:
        emit(LettersSchema.of(found).dump())
    else:
        show(
            Text(
                f"{one.notice.key}  {one.notice.at:%Y-%m-%d %H:%M} UTC  {one_line(one.channel)}: "
                f"{one_line(one.notice.title)}: {one_line(one.error or '')}"
            )
            for one in found
        )


@app.command()
def resend(keys: Keys = None) -> None:
    """Have the next watch, or the one that runs, deliver them again."""
    now = datetime.now(UTC)
    with Wiring.here().store() as store:
        found = _named(store, keys)
        store.commit(*(Decided(one, now) for one in found), actor="letters")
    show([Text(f"{plural(len(found), 'message')} to be delivered by errwatch watch")])


@app.command()
def drop(keys: Keys = None) -> None:
    """Forget that they were not delivered."""
    with Wiring.here().store() as store:
        found = _named(store, keys)
        store.commit(*(Decided(one, None) for one in found), actor="letters")
    show([Text(f"{plural(len(found), 'message')} dropped")])


def _named(store: Store, keys: list[str] | None) -> list[Delivery]:
    letters = store.dead_letters()
    unknown = set(keys or ()) - {one.notice.key for one in letters}
    if unknown:
        msg = f"{', '.join(sorted(unknown))}: no such message; see errwatch letters list"
        raise UsageError(msg)
    return [one for one in letters if not keys or one.notice.key in keys]

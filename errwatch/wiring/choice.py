"""Which inputs are read, and what the settings say of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from errwatch.config import Project, SourceSettings
from errwatch.detect.triggers import expression, level_words
from errwatch.errors import UsageError
from errwatch.insight.service import Owner
from errwatch.model.levels import Level
from errwatch.sources.loki_query import Query, Sought
from errwatch.sources.railway.at_hand import WHOLE, linked
from errwatch.sources.remote import Ways, glob_of, is_remote
from errwatch.triage.scope import Scoped
from errwatch.wiring.inputs import COMMAND, PIPE

LOKI = "loki:"
SERVICE_LABEL = "service_name"
"""The label that Loki gives each stream by itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    project: Project

    def inputs(
        self,
        named: Sequence[str],
        environment: Mapping[str, str],
        *,
        commands: bool = False,
        services: Sequence[str] = (),
    ) -> list[str]:
        """The inputs that were named, else those of the settings, and, if wanted, their commands;
        without any, what of Railway is at hand; of `services` alone, where any are given.

        Raises UsageError.
        """
        inputs = list(named) or [self._local(name) for name in self.project.settings.inputs]
        if not named:
            inputs += self._sources(commands=commands)
        if "" in inputs:
            msg = "an input is empty: a variable that is not set, perhaps?"
            raise UsageError(msg)
        if not inputs and linked(environment):
            inputs = [WHOLE]
        if not inputs:
            msg = "nothing to read: name a file, a directory, a glob or -, or set inputs"
            raise UsageError(msg)
        return self._narrowed(inputs, services) if services else inputs

    def zones(self) -> tuple[Scoped[str], ...]:
        """What times without a zone are in; the settings of a source come before those of all."""
        root = str(self.project.root)
        own = (
            Scoped(glob_of(self._input(one).removeprefix(COMMAND)), one.timezone, root)
            for one in self.project.settings.source
            if one.timezone is not None
        )
        return (*own, Scoped("*", self.project.settings.timezone, root))

    def levels(self) -> tuple[Scoped[Level], ...]:
        """The lowest levels that count, where a source has its own."""
        root = str(self.project.root)
        return tuple(
            Scoped(glob_of(self._input(one).removeprefix(COMMAND)), one.min_level, root)
            for one in self.project.settings.source
            if one.min_level is not None
        )

    def owners(self) -> tuple[Owner, ...]:
        """The services that sources belong to, where the settings say so."""
        return tuple(
            Owner(glob_of(self._input(one)), one.service or one.name)
            for one in self.project.settings.source
        )

    def ways(
        self, *, min_level: Level | None, interval: float | None, once: bool
    ) -> Callable[[str], Ways]:
        """How to ask for an input; what is given holds for all of them."""
        settings = self.project.settings
        known = {self._input(source): source for source in settings.source}

        def ways(name: str) -> Ways:
            source = known.get(name)
            level = min_level or (source and source.min_level) or settings.min_level
            line = expression(level) if settings.loki.errors_only else None
            return Ways(
                tail=settings.loki.tail and not once,
                sought=Sought(line, level_words()) if line is not None else None,
                interval=interval or (source and source.interval) or Ways().interval,
            )

        return ways

    def _sources(self, *, commands: bool) -> Iterator[str]:
        for source in self.project.settings.source:
            if source.input is not None or commands:
                yield self._input(source)

    def _input(self, source: SourceSettings) -> str:
        return COMMAND + source.name if source.input is None else self._local(source.input)

    def _local(self, name: str) -> str:
        if name == PIPE or name.startswith(COMMAND) or is_remote(name):
            return name
        return str(self.project.root / name)

    def _narrowed(self, inputs: Sequence[str], services: Sequence[str]) -> list[str]:
        settings = self.project.settings
        owners = {self._input(one): one.service or one.name for one in settings.source}
        found = [
            narrow
            for name in inputs
            for service in services
            if (narrow := _of_service(name, owners.get(name), service)) is not None
        ]
        if not found:
            msg = (
                f"--service {', '.join(services)}: no input has it; a [[source]] has a service, "
                "and railway: and loki: have many"
            )
            raise UsageError(msg)
        return list(dict.fromkeys(found))


def _of_service(name: str, owner: str | None, service: str) -> str | None:
    """The part of an input that is of a service; None where nothing is."""
    if owner is not None:
        return name if owner == service else None
    if name.startswith(WHOLE):
        return WHOLE + service if name in (WHOLE, WHOLE + service) else None
    if name.startswith(LOKI):
        query = Query.of(name.removeprefix(LOKI))
        return LOKI + query.narrowed(SERVICE_LABEL, service)
    return None

"""The composition root: settings -> the parts that do the work. Nothing else imports an adapter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from errwatch import config
from errwatch.classify.rules import RulePack, load_rules
from errwatch.config import Project
from errwatch.detect.frames import FrameRules
from errwatch.errors import RulesError, UsageError
from errwatch.interfaces import FixEngine, Repository, Sandbox, Source
from errwatch.model.levels import Level
from errwatch.pipeline import Eyes
from errwatch.repository.git import open_repository
from errwatch.sandbox.local import best_sandbox
from errwatch.sources.files import expand
from errwatch.store.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Wiring:
    project: Project

    @classmethod
    def here(cls) -> Wiring:
        """For the working directory and the environment. Raises ConfigError."""
        config.clean_git_environment()
        return cls(config.load(Path.cwd(), os.environ))

    def rules(self) -> RulePack:
        """The user's rules before ours. Raises RulesError."""
        pack = _rules(config.resource("rules.toml"))
        for path in reversed(self.project.rules):
            pack = pack.extended_by(_rules(path))
        return pack

    def eyes(self, min_level: Level | None = None) -> Eyes:
        settings = self.project.settings
        frames = FrameRules(in_app=settings.repo.in_app, library=settings.repo.library)
        return Eyes(self.rules(), frames, min_level or settings.min_level)

    def store(self) -> SqliteStore:
        return SqliteStore(self.project.state, repository=str(self.project.repository))

    def sources(self, inputs: Sequence[str]) -> tuple[list[Source], list[str]]:
        """What the inputs stand for, and a line for each that stands for nothing readable."""
        named = list(inputs) or [self._local(name) for name in self.project.settings.inputs]
        if not named:
            msg = (
                "nothing to read: name a file, a directory, a glob or - (see errwatch scan --help)"
            )
            raise UsageError(msg)
        return expand(named)

    def _local(self, name: str) -> str:
        return name if name == "-" else str(self.project.root / name)

    def repository(self, path: Path | None = None) -> Repository:
        """Raises RepositoryUnusable."""
        wanted = path or self.project.repository
        return open_repository(wanted, default_branch=self.project.settings.repo.default_branch)

    def sandbox(self) -> Sandbox:
        return best_sandbox(timeout=self.project.settings.fix.timeout)


def _rules(path: Path) -> RulePack:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        msg = f"{path}: cannot be read: {reason}"
        raise RulesError(msg) from error
    return load_rules(text, str(path))


def engines(names: Sequence[str]) -> list[FixEngine]:
    """The engines of these names, in order of cost."""
    from errwatch.fix.recipes import RecipeEngine  # libcst takes 0.2 s to import

    known: dict[str, FixEngine] = {"recipes": RecipeEngine()}
    unknown = [name for name in names if name not in known]
    if unknown:
        msg = f"{unknown[0]}: no such engine; there is {', '.join(known)}"
        raise UsageError(msg)
    return [known[name] for name in names]

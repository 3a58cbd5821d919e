"""errwatch.toml, `[tool.errwatch]` in pyproject.toml and ERRWATCH_* variables -> Settings.

The first of these wins: an option of the command line, a variable, the file. The file is looked for
from the working directory upwards. Secrets never stand in a file: they come from the environment.
docs/settings.md lists every setting.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from errwatch.config.proposing import FollowSettings, ForgeSettings, PullRequestSettings
from errwatch.config.section import Section
from errwatch.config.sections import (
    AlertSettings,
    AlertsSettings,
    AutoFixSettings,
    ClaudeSettings,
    FixSettings,
    GroupSettings,
    IgnoreSettings,
    LokiSettings,
    NotifySettings,
    PriceSettings,
    RailwaySettings,
    RedactSettings,
    RepositorySettings,
    RetentionSettings,
    Settings,
    SourceSettings,
)
from errwatch.errors import ConfigError, StateError

__all__ = [
    "AlertSettings",
    "AlertsSettings",
    "AutoFixSettings",
    "ClaudeSettings",
    "FixSettings",
    "FollowSettings",
    "ForgeSettings",
    "GroupSettings",
    "IgnoreSettings",
    "LokiSettings",
    "NotifySettings",
    "PriceSettings",
    "Project",
    "PullRequestSettings",
    "RailwaySettings",
    "RedactSettings",
    "RepositorySettings",
    "RetentionSettings",
    "Settings",
    "SourceSettings",
    "load",
    "resource",
]

FILE = "errwatch.toml"
PREFIX = "ERRWATCH_"
OTHERS = frozenset({"ERRWATCH_REPORT"})
"""Variables that are no settings: the sandbox tells a test command where to write its report."""
TABLES = frozenset({"alert", "notify", "group", "ignore", "source", "price"})
"""Settings that are tables of a file, and have no variable."""
UNKNOWN = "no such setting; see docs/settings.md for those there are"


class Project(BaseModel):
    """A folder that errwatch works for, with its settings."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    root: Path
    """Where errwatch.toml, `[tool.errwatch]` or .git is; else the working directory."""
    settings: Settings
    origin: Path | None
    """The file that the settings were read from."""

    @property
    def state(self) -> Path:
        """Raises StateError where the user has no folder for it."""
        if self.settings.state is not None:
            return self.root / self.settings.state
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:8]
        try:
            folder = platformdirs.user_state_path("errwatch")
        except RuntimeError as error:  # a container may run as a user that it does not know
            msg = "the state has no place, for there is no HOME; let ERRWATCH_STATE name a file"
            raise StateError(msg) from error
        return folder / f"{self.root.name or 'root'}-{digest}.db"

    @property
    def repository(self) -> Path:
        return self.root / (self.settings.repo.path or Path())

    @property
    def rules(self) -> tuple[Path, ...]:
        return tuple(self.root / path for path in self.settings.rules)


def load(directory: Path, environment: Mapping[str, str]) -> Project:
    """The project of a directory. Raises ConfigError."""
    root, origin, table = _find(directory.resolve())
    overlay = _from_environment(environment)
    try:
        settings = Settings.model_validate(_merged(table, overlay))
    except ValidationError as error:
        raise ConfigError(_explain(error, origin, overlay)) from error
    return Project(root=root, settings=settings, origin=origin)


def resource(name: str) -> Path:
    """A file that ships with errwatch: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / name
    return inside if inside.exists() else package.parent / name


def _find(directory: Path) -> tuple[Path, Path | None, dict[str, Any]]:
    for folder in (directory, *directory.parents):
        own, pyproject = folder / FILE, folder / "pyproject.toml"
        if own.is_file():
            return folder, own, _read(own)
        if pyproject.is_file():
            tool = _read(pyproject).get("tool")
            if isinstance(tool, dict) and isinstance(tool.get("errwatch"), dict):
                return folder, pyproject, tool["errwatch"]
        if (folder / ".git").exists():
            return folder, None, {}
    return directory, None, {}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: not valid TOML: {error}"
        raise ConfigError(msg) from error
    except RecursionError as error:
        msg = f"{path}: too deeply nested to be read"
        raise ConfigError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise ConfigError(msg) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """ERRWATCH_STATE, ERRWATCH_REPO_TEST, ...: a list setting takes its values between commas."""
    found: dict[str, Any] = {}
    variables = _variables()
    for variable, value in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable in OTHERS or not value:
            continue
        if variable not in variables:
            msg = f"{variable}: {UNKNOWN}"
            raise ConfigError(msg)
        (*sections, name), several = variables[variable]
        into = found.setdefault(sections[0], {}) if sections else found
        into[name] = [one.strip() for one in value.split(",")] if several else value
    return found


def _variables() -> dict[str, tuple[tuple[str, ...], bool]]:
    """Variable -> the path of its setting, and whether that is a list."""
    sections: dict[str, type[Section]] = {
        "repo": RepositorySettings,
        "fix": FixSettings,
        "autofix": AutoFixSettings,
        "claude": ClaudeSettings,
        "forge": ForgeSettings,
        "pull_request": PullRequestSettings,
        "alerts": AlertsSettings,
        "loki": LokiSettings,
        "railway": RailwaySettings,
    }
    fields: dict[tuple[str, ...], FieldInfo] = {
        (name,): field for name, field in Settings.model_fields.items()
    }
    for section, model in sections.items():
        fields |= {(section, name): field for name, field in model.model_fields.items()}
    return {
        f"{PREFIX}{'_'.join(path).upper()}": (path, _is_list(field))
        for path, field in fields.items()
        if len(path) > 1 or path[0] not in TABLES | sections.keys()
    }


def _is_list(field: FieldInfo) -> bool:
    """Also where its default is to be found by looking."""
    return isinstance(field.default, tuple) or "tuple[" in str(field.annotation)


def _merged(table: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    merged = dict(table)
    for key, value in overlay.items():
        below = merged.get(key)
        merged[key] = {**below, **value} if isinstance(below, dict) else value
    return merged


def _explain(error: ValidationError, origin: Path | None, overlay: dict[str, Any]) -> str:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    key = ".".join(path)
    inside: Any = overlay
    for part in path[:2]:
        inside = inside.get(part) if isinstance(inside, dict) else None
    where = f"{PREFIX}{'_'.join(path[:2]).upper()}" if inside else f"{origin or FILE}: {key}"
    if first["type"] == "extra_forbidden":
        return f"{where}: {UNKNOWN}"
    said = first["msg"].lower().replace("a valid tuple", "a list")
    return f"{where}: {said}"

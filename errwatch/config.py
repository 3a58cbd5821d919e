"""errwatch.toml, `[tool.errwatch]` in pyproject.toml and ERRWATCH_* variables -> Settings.

The first of these wins: an option of the command line, a variable, the file. The file is looked for
from the working directory upwards. Secrets never stand in a file: they come from the environment.
docs/settings.md lists every setting.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import platformdirs
import re2
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo

from errwatch.errors import ConfigError
from errwatch.model.levels import Level

FILE = "errwatch.toml"
PREFIX = "ERRWATCH_"
OTHERS = frozenset({"ERRWATCH_REPORT"})
"""Variables that are no settings: the sandbox tells a test command where to write its report."""
UNKNOWN = "no such setting; see docs/settings.md for those there are"


def _at_home(path: Path) -> Path:
    """`~` and `~user` expanded."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        msg = "there is no home directory of that user"
        raise ValueError(msg) from error


def _input_at_home(name: str) -> str:
    return str(_at_home(Path(name))) if name.startswith("~") else name


def _pattern(pattern: str) -> str:
    try:
        re2.compile(pattern)
    except re2.error as error:
        msg = f"not a pattern of RE2: {error}"
        raise ValueError(msg) from error
    return pattern


HomePath = Annotated[Path, AfterValidator(_at_home)]
Input = Annotated[str, AfterValidator(_input_at_home)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RepositorySettings(_Section):
    """`[repo]`: the repository that issues come from."""

    path: HomePath | None = None
    """Default: the git repository of the project's root."""
    default_branch: str | None = None
    """Default: what origin/HEAD names, else the only branch, else main or master."""
    python: str | None = None
    """Interpreter for the tests. Default: the repository's .venv, else errwatch's own."""
    test: str | None = None
    """Test command; `none` skips the tests. Default: pytest or unittest, found by looking."""
    in_app: tuple[str, ...] = ()
    """Globs of paths that are the user's own code, over the conventions."""
    library: tuple[str, ...] = ()
    """Globs of paths that are not."""


class FixSettings(_Section):
    """`[fix]`: what a change may be."""

    deny: tuple[str, ...] = ()
    """Globs of files that no change may touch, added to the built-in list."""
    max_files: Annotated[int, Field(ge=1)] = 5
    max_lines: Annotated[int, Field(ge=1)] = 200
    """Lines added and removed, together."""
    timeout: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 600.0
    """Seconds for one run of the tests or of the reproduction."""


class IgnoreSettings(_Section):
    """One `[[ignore]]`: what meets all of its conditions is counted, and not shown by `scan`."""

    reason: Annotated[str, Field(min_length=1)]
    until: date | None = None
    """The last day, in UTC, on which the rule holds. Default: for good."""
    id: Annotated[str, Field(pattern=r"^(?i:EW-)[0-9A-Fa-f]{8,32}$")] | None = None
    fingerprint: Annotated[str, Field(pattern=r"^v\d+:[0-9a-f]{32}$")] | None = None
    exception_type: str | None = None
    message: Pattern | None = None
    """RE2, searched in `Type: message`."""
    path: str | None = None
    """A glob for the culprit's file."""

    @model_validator(mode="after")
    def _has_condition(self) -> IgnoreSettings:
        conditions = (self.id, self.fingerprint, self.exception_type, self.message, self.path)
        if not any(conditions):
            msg = "name an id, fingerprint, exception_type, message or path to ignore"
            raise ValueError(msg)
        return self


class GroupSettings(_Section):
    """One `[[group]]`: what meets all of its conditions is one issue."""

    name: Annotated[str, Field(min_length=1)]
    exception_type: str | None = None
    message: Pattern | None = None
    """RE2, searched in `Type: message`."""
    path: str | None = None
    """A glob for the culprit's file."""

    @model_validator(mode="after")
    def _has_condition(self) -> GroupSettings:
        if not any((self.exception_type, self.message, self.path)):
            msg = "name an exception_type, message or path to group"
            raise ValueError(msg)
        return self


class Settings(_Section):
    inputs: tuple[Input, ...] = ()
    """What `scan` and `watch` read when no input is named."""
    state: HomePath | None = None
    """The SQLite file. Default: one a project, in the user's state folder."""
    rules: tuple[HomePath, ...] = ()
    """Rule files that come before the built-in ones."""
    min_level: Level = Level.ERROR
    repo: RepositorySettings = RepositorySettings()
    fix: FixSettings = FixSettings()
    group: tuple[GroupSettings, ...] = ()
    """Only in a file, as `ignore`."""
    ignore: tuple[IgnoreSettings, ...] = ()
    """Only in a file: a rule needs its reason beside it."""


class Project(BaseModel):
    """A folder that errwatch works for, with its settings."""

    model_config = ConfigDict(frozen=True)

    root: Path
    """Where errwatch.toml, `[tool.errwatch]` or .git is; else the working directory."""
    settings: Settings
    origin: Path | None
    """The file that the settings were read from."""

    @property
    def state(self) -> Path:
        if self.settings.state is not None:
            return self.root / self.settings.state
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:8]
        return platformdirs.user_state_path("errwatch") / f"{self.root.name or 'root'}-{digest}.db"

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
    package = Path(__file__).parent
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
    sections: dict[str, type[_Section]] = {"repo": RepositorySettings, "fix": FixSettings}
    fields: dict[tuple[str, ...], FieldInfo] = {
        (name,): field for name, field in Settings.model_fields.items()
    }
    for section, model in sections.items():
        fields |= {(section, name): field for name, field in model.model_fields.items()}
    return {
        f"{PREFIX}{'_'.join(path).upper()}": (path, isinstance(field.default, tuple))
        for path, field in fields.items()
        if path not in {("repo",), ("fix",), ("group",), ("ignore",)}
    }


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
    return f"{where}: {first['msg'].lower()}"

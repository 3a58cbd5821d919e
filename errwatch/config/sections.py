"""Every setting, with its type, its bounds and its default. docs/settings.md says what they do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from errwatch.config.proposing import FollowSettings, ForgeSettings, PullRequestSettings
from errwatch.config.section import Section
from errwatch.config.values import HomePath, Input, Pattern, Zone
from errwatch.model.alert import Kind, Per
from errwatch.model.levels import Level, Severity


class RepositorySettings(Section):
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


class FixSettings(Section):
    """`[fix]`: what a change may be."""

    deny: tuple[str, ...] = ()
    """Globs of files that no change may touch, added to the built-in list."""
    max_files: Annotated[int, Field(ge=1)] = 5
    max_lines: Annotated[int, Field(ge=1)] = 200
    """Lines added and removed, together."""
    timeout: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 600.0
    """Seconds for one run of the tests or of the reproduction."""
    require_sandbox: bool = False
    """Never run code of the repository where a sandbox can only limit, not confine it."""


class PriceSettings(Section):
    """One `[[price]]`: what a model costs, in dollars for a million tokens."""

    model: Annotated[str, Field(min_length=1)]
    """The beginning of its name."""
    input: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    output: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ClaudeSettings(Section):
    """`[claude]`: the models that write changes where no recipe does, and what they may cost."""

    models: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
    )
    """From the cheapest to the strongest: the next is asked where the one before proved nothing."""
    dollars: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2.0
    """For one fix."""
    analysis_dollars: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 0.5
    """For one analysis."""
    turns: Annotated[int, Field(ge=1)] = 60
    tokens: Annotated[int, Field(ge=1)] = 2_000_000
    """Read and written, together."""
    seconds: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 1200.0


class AutoFixSettings(Section):
    """`[autofix]`: which issues `watch --auto-fix` has fixed, and how many."""

    min_severity: Severity = Severity.MEDIUM
    min_count: Annotated[int, Field(ge=1)] = 1
    per_day: Annotated[int, Field(ge=0)] = 10
    """Attempts within 24 hours, counted when they start."""
    usd_per_day: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 5.0
    """What they may cost, together."""
    pull_requests_per_day: Annotated[int, Field(ge=0)] = 5
    usd: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.5
    """What is set aside for one attempt."""
    patience: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 30.0
    """Seconds that an issue must be known before it is tried."""
    timeout: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 3600.0
    """Seconds for one attempt."""
    storm_issues: Annotated[int, Field(ge=2)] = 10
    """New issues within `storm_window` that are a storm: none of them is fixed."""
    storm_one_cause: Annotated[int, Field(ge=2)] = 4
    """As many are enough where all point to the same function."""
    storm_window: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 300.0
    """Seconds."""


Days = Annotated[int, Field(ge=1, le=36_500)]
Seconds = Annotated[float, Field(gt=0, le=366 * 86_400, allow_inf_nan=False)]


_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_SPAN = f"^{_CLOCK}-{_CLOCK}$"


class RetentionSettings(Section):
    """`[retention]`: how many days the state keeps what."""

    fine: Days = 7
    """Events by five minutes; they become hours then."""
    hourly: Days = 30
    """Events by the hour; they become days then."""
    daily: Days = 365
    """Events by the day; only their sum is kept then."""
    heard: Days = 2
    """Lines and events of each source, by five minutes."""
    told: Days = 90
    """Messages that are delivered or given up."""
    samples: Days = 90
    """Days without an event after which an issue keeps its first and last sample alone."""
    resolved: Days = 180
    """Days without an event after which a resolved issue leaves the state."""
    issues: Days = 365
    """As `resolved`, of issues that are open."""
    files: Days = 30
    """Positions in files that are gone."""


class RedactSettings(Section):
    """`[redact]`: what goes beside secrets and personal data."""

    ip_addresses: bool = False


class AlertsSettings(Section):
    """`[alerts]`: what holds for all alerts."""

    quiet_hours: (
        Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")] | None
    ) = None
    """Of the local day; only what is critical is told then."""
    max_age: Seconds = 3600.0
    """Seconds after which what happened is no news."""
    together: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 10.0
    """Seconds within which alerts go into one message."""
    digest: Seconds = 86_400.0
    """Seconds between two messages about what was held back."""


class AlertSettings(Section):
    """One `[[alert]]`: when to say something, of what, and how often at most."""

    name: Annotated[str, Field(min_length=1)]
    on: Kind
    category: str | None = None
    min_severity: Severity = Severity.INFO
    issue: str | None = None
    source: str | None = None
    text: Pattern | None = None
    count: Annotated[int, Field(ge=1)] = 10
    window: Seconds = 300.0
    factor: Annotated[float, Field(gt=1, allow_inf_nan=False)] = 3.0
    history: Seconds = 86_400.0
    metric: Literal["cpu", "memory", "disk", "success"] | None = None
    above: float | None = None
    below: float | None = None
    per: Per = Per.ISSUE
    hold: Annotated[float, Field(ge=0, le=366 * 86_400, allow_inf_nan=False)] = 0.0
    severity: Severity = Severity.HIGH
    cooldown: Seconds = 3600.0
    longest_cooldown: Seconds = 86_400.0

    @model_validator(mode="after")
    def _measures(self) -> AlertSettings:
        if self.on is Kind.METRIC and (
            self.metric is None or (self.above is None and self.below is None)
        ):
            msg = "name a metric, and the bound above or below which it is told"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _counts(self) -> AlertSettings:
        of_issues = (self.category, self.issue, self.text)
        if self.per is Per.SOURCE and any(one is not None for one in of_issues):
            msg = "per = 'source' counts all that a source says: no category, issue or text"
            raise ValueError(msg)
        return self


class NotifySettings(Section):
    """One `[[notify]]`: a channel that alerts are told through."""

    name: Annotated[str, Field(min_length=1)]
    variable: Annotated[str, Field(min_length=1)]
    """The environment variable with its address: one of http or https is a webhook, any other is
    for apprise."""
    secret: str | None = None
    """The environment variable with the secret that a webhook is signed with."""
    min_severity: Severity = Severity.INFO
    title: str = "$severity: $title"
    body: str = "$body"


class IgnoreSettings(Section):
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


class GroupSettings(Section):
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


class SourceSettings(Section):
    """One `[[source]]`: a command whose output `watch` follows, or an input with settings of its
    own."""

    name: Annotated[str, Field(min_length=1)]
    command: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Its words; there is no shell."""
    restarts: Annotated[int, Field(ge=0)] | None = None
    """How often it is started again at most, if it ends soon each time. Default: always."""
    input: Input | None = None
    """As one of `inputs`."""
    service: str = ""
    """What `--service` knows it by. Default: its name."""
    min_level: Level | None = None
    timezone: Zone | None = None
    """As the setting `timezone`, of this source."""
    interval: Annotated[float, Field(ge=0.1, le=86_400, allow_inf_nan=False)] | None = None
    """Seconds between two questions to a service."""

    @model_validator(mode="after")
    def _is_one(self) -> SourceSettings:
        if bool(self.command) is (self.input is not None):
            msg = "name either a command or an input"
            raise ValueError(msg)
        return self


class LokiSettings(Section):
    """`[loki]`: how Loki is asked."""

    tail: bool = True
    """Have it say at once that there is something new."""
    errors_only: bool = False
    """Have it search for errors, and read only what is near one."""


class RailwaySettings(Section):
    """`[railway]`: what is read there, by name or id, where the token does not say it."""

    project: str | None = None
    """Its id."""
    environment: str | None = None


Named = TypeVar("Named", AlertSettings, NotifySettings, SourceSettings)


class Settings(Section):
    inputs: tuple[Input, ...] = ()
    """What `scan` and `watch` read when no input is named."""
    state: HomePath | None = None
    """The SQLite file. Default: one a project, in the user's state folder."""
    rules: tuple[HomePath, ...] = ()
    """Rule files that come before the built-in ones."""
    min_level: Level = Level.ERROR
    timezone: Zone = "UTC"
    """What times that tell no zone are in: `local`, or a name of the time zone database."""
    repo: RepositorySettings = RepositorySettings()
    fix: FixSettings = FixSettings()
    autofix: AutoFixSettings = AutoFixSettings()
    forge: ForgeSettings = ForgeSettings()
    pull_request: PullRequestSettings = PullRequestSettings()
    follow: FollowSettings = FollowSettings()
    claude: ClaudeSettings = ClaudeSettings()
    price: tuple[PriceSettings, ...] = ()
    retention: RetentionSettings = RetentionSettings()
    redact: RedactSettings = RedactSettings()
    alerts: AlertsSettings = AlertsSettings()
    loki: LokiSettings = LokiSettings()
    railway: RailwaySettings = RailwaySettings()
    alert: tuple[AlertSettings, ...] = ()
    """Only in a file, as `ignore`. Default: what is new or back, from `medium` on."""
    notify: tuple[NotifySettings, ...] = ()
    """Only in a file."""
    group: tuple[GroupSettings, ...] = ()
    """Only in a file, as `ignore`."""
    source: tuple[SourceSettings, ...] = ()
    """Only in a file."""
    ignore: tuple[IgnoreSettings, ...] = ()
    """Only in a file: a rule needs its reason beside it."""

    @field_validator("alert", "notify", "source")
    @classmethod
    def _told_apart(cls, tables: tuple[Named, ...]) -> tuple[Named, ...]:
        names = [table.name for table in tables]
        if len(names) != len(set(names)):
            msg = "two of one name; what is remembered of them is told apart by it"
            raise ValueError(msg)
        return tables

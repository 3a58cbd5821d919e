"""Every error that errwatch raises on purpose. `cli` turns one into a line and an exit code.

    ErrwatchError
    ├── UsageError              exit 2: what was asked for makes no sense here
    │   ├── ConfigError         errwatch.toml, [tool.errwatch] or an ERRWATCH_* variable
    │   ├── RulesError          a rule file; names the rule and the key
    │   ├── BaselineError       a baseline that cannot be read, or is not one
    │   ├── UnknownReference    no issue or fix of that name, or more than one
    │   ├── StateMismatch       a state file that is not ours, or newer than we are
    │   └── RepositoryUnusable  not a git repository, no default branch
    └── OperationError          exit 3: it made sense, and something in the world said no
        ├── SourceError         an input that could not be read
        ├── OutputError         a file that was asked for could not be written
        ├── StateError          the state could not be written: full disk, lock, permission
        │   └── StateConflict   another process counted the same lines meanwhile
        ├── GitError            a git command failed
        │   ├── BranchKept      the branch holds a change that is proven as well or better
        │   ├── BranchMoved     the branch upstream stands elsewhere: somebody pushed to it
        │   └── PushRefused     no right to push there, a protected branch, a wrong token
        ├── ForgeError          the forge refused something, or could not be reached
        ├── SandboxError        a command could not be started, or no sandbox as strict as required
        ├── NotifyError         a message for people could not be delivered
        └── ModelError          a model that gave no answer

A foreign error (OSError, sqlite3.Error, ...) is translated by the adapter that meets it.
"""

from __future__ import annotations


class ErrwatchError(Exception):
    """One clear line that names the input and what to do."""

    exit_code = 3


class UsageError(ErrwatchError):
    exit_code = 2


class ConfigError(UsageError):
    pass


class RulesError(UsageError):
    pass


class BaselineError(UsageError):
    pass


class UnknownReference(UsageError):
    pass


class StateMismatch(UsageError):
    pass


class RepositoryUnusable(UsageError):
    pass


class OperationError(ErrwatchError):
    exit_code = 3


class SourceError(OperationError):
    pass


class OutputError(OperationError):
    pass


class StateError(OperationError):
    pass


class StateConflict(StateError):
    pass


class GitError(OperationError):
    pass


class BranchKept(GitError):
    pass


class BranchMoved(GitError):
    pass


class PushRefused(GitError):
    pass


class ForgeError(OperationError):
    """`passing`: the same may work later."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class SandboxError(OperationError):
    pass


class ModelError(OperationError):
    """`passing`: the same may work later. `everywhere`: no other model of the service would do."""

    def __init__(self, message: str, *, passing: bool = False, everywhere: bool = False) -> None:
        super().__init__(message)
        self.passing = passing
        self.everywhere = everywhere


class NotifyError(OperationError):
    """`retry_after`: the seconds that the receiver asks us to wait."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after

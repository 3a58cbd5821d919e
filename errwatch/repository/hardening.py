"""The environment that git gets here: no program that a configuration names is ever run.

Hooks, file system monitors, filters, signing and transports are all commands in the configuration
of the user or of the repository. Settings travel as GIT_CONFIG_KEY_n, which (unlike `-c`) can hold
any key, and which git hands on to the git commands that it starts itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from errwatch.model.pull_request import ADDRESS

OLDEST_GIT = (2, 32)
"""The first version that knows GIT_CONFIG_GLOBAL and GIT_CONFIG_COUNT."""

IDENTITY = ("errwatch", ADDRESS)

_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "",
    "core.sparseCheckout": "false",
    "core.splitIndex": "false",
    "core.quotePath": "false",
    "commit.gpgSign": "false",
    "log.showSignature": "false",
    "submodule.recurse": "false",
    "i18n.commitEncoding": "UTF-8",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "protocol.ext.allow": "never",
}

_FILTER_COMMANDS = (".clean", ".smudge", ".process")


def hardened(git_dir: Path, root: Path, configured: Iterable[str] = ()) -> dict[str, str]:
    """All that a git command needs; `configured` are the keys of the repository's own config."""
    name, email = IDENTITY
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "LC_ALL": "C",
        "GIT_DIR": str(git_dir),
        "GIT_WORK_TREE": str(root),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
        **as_environment(_SETTINGS | _without_filters(configured)),
    }


def _without_filters(configured: Iterable[str]) -> dict[str, str]:
    """Every filter that the repository configures, emptied: git takes that for "no filter"."""
    filters = [key for key in configured if key.startswith("filter.")]
    commands = {key: "" for key in filters if key.endswith(_FILTER_COMMANDS)}
    return commands | {key: "false" for key in filters if key.endswith(".required")}


def as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    numbered = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return numbered

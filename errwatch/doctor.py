"""Whether all that errwatch needs is in order, and what to do where it is not."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator, Mapping
from datetime import date

from errwatch import __version__
from errwatch.errors import ConfigError, ErrwatchError
from errwatch.model.check import Check, Condition
from errwatch.wiring import NOTHING_KNOWN, Wiring

KEYS = {
    "ANTHROPIC_API_KEY": "fixes by Claude",
    "RAILWAY_TOKEN": "logs of Railway",
    "LOKI_ADDR": "logs of Loki",
}
"""Variables that make errwatch better, and what they add."""


LETTERS = "mend the channel, then errwatch letters resend; or errwatch letters drop"


def examine(wiring: Wiring, environment: Mapping[str, str], today: date) -> Iterator[Check]:
    """Everything, in the order in which a log line meets it. Shows no secret, writes nothing."""
    yield Check("errwatch", Condition.GOOD, f"{__version__}, Python {platform.python_version()}")
    yield _settings(wiring)
    yield from _rules(wiring, today)
    yield from _inputs(wiring)
    yield from wiring.state_checks()
    yield _watcher(wiring)
    yield from _notify(wiring, environment)
    yield from _repository(wiring)
    yield _sandbox(wiring)
    yield from _keys(environment)


def unsettled(error: ConfigError) -> Check:
    """All that can be said where the settings make no sense."""
    advice = "mend it: docs/settings.md has every setting, with its default"
    return Check("settings", Condition.BAD, str(error), advice)


def _settings(wiring: Wiring) -> Check:
    origin = wiring.project.origin
    found = str(origin) if origin else f"no errwatch.toml at or above {wiring.project.root}"
    return Check("settings", Condition.GOOD, found)


def _rules(wiring: Wiring, today: date) -> Iterator[Check]:
    try:
        pack = wiring.rules()
    except ErrwatchError as error:
        yield Check("rules", Condition.BAD, str(error), "mend the rule file")
        return
    yield Check("rules", Condition.GOOD, f"{len(pack.rules)} rules")
    for rule in wiring.ignores():
        if rule.until is not None and rule.until < today:
            found = f"an ignore rule ended on {rule.until}: {rule.reason}"
            yield Check("rules", Condition.WARNING, found, "take it out, or give it a later day")


def _inputs(wiring: Wiring) -> Iterator[Check]:
    settings = wiring.project.settings
    names = [*settings.inputs, *(one.input for one in settings.source if one.input is not None)]
    if not names:
        yield Check("inputs", Condition.GOOD, "none in the settings: name them on the command line")
    services = wiring.services(names)
    local = [name for name in names if name not in services]
    if local:
        files = [name for name in wiring.inputs([]) if name not in services]
        sources, failures = wiring.sources(files, NOTHING_KNOWN)
        yield Check("inputs", Condition.GOOD, f"{len(sources)} files of {', '.join(local)}")
        for failure in failures:
            yield Check("inputs", Condition.BAD, failure, "check the path and its permissions")
    yield from wiring.service_checks(services)


def _watcher(wiring: Wiring) -> Check:
    holder = wiring.watched_by()
    return Check("watcher", Condition.GOOD, f"running: {holder}" if holder else "none is running")


def _notify(wiring: Wiring, environment: Mapping[str, str]) -> Iterator[Check]:
    names = [channel.name for channel in wiring.project.settings.notify]
    try:
        wiring.watching.notifiers(environment)
    except ErrwatchError as error:
        yield Check("notify", Condition.BAD, str(error), "mend [[notify]] or set the variable")
        return
    found = f"channels: {', '.join(names)}" if names else "no channels: nobody is told of alerts"
    yield Check("notify", Condition.GOOD, found)
    for letter in wiring.dead_letters():
        found = f"given up: {letter.channel}: {letter.notice.title}: {letter.error}"
        yield Check("notify", Condition.WARNING, found, LETTERS)


def _repository(wiring: Wiring) -> Iterator[Check]:
    try:
        repository = wiring.repository()
        tree = repository.tree()
    except ErrwatchError as error:
        need = "set repo.path" if shutil.which("git") else "install git"
        advice = f"scan and watch work without; analyze and fix need one: {need}"
        yield Check("repository", Condition.WARNING, str(error), advice)
        return
    notes = "; ".join(repository.notes())
    found = f"{repository.root} at {tree.commit[:12]}, {len(tree.files())} files"
    yield Check("repository", Condition.GOOD, f"{found}; {notes}" if notes else found)
    yield wiring.publishing(lambda _line: None).check(repository)


def _sandbox(wiring: Wiring) -> Check:
    try:
        tier = wiring.sandbox_tier()
    except ErrwatchError as error:
        advice = "install bubblewrap: without a sandbox fix cannot run tests"
        return Check("sandbox", Condition.BAD, str(error), advice)
    if tier == "limits":
        advice = "install bubblewrap or allow user namespaces: tests reach network and files now"
        return Check("sandbox", Condition.WARNING, "limits alone", advice)
    return Check("sandbox", Condition.GOOD, tier)


def _keys(environment: Mapping[str, str]) -> Iterator[Check]:
    for name, adds in KEYS.items():
        found = "set" if environment.get(name) else f"not set; it would add {adds}"
        yield Check("keys", Condition.GOOD, f"{name}: {found}")

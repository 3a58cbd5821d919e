"""Which way to Railway there is."""

from __future__ import annotations

from collections.abc import Mapping

from errwatch.sources.backend import Backend
from errwatch.sources.railway.api_builds import ApiBuilds
from errwatch.sources.railway.builds import Builds
from errwatch.sources.railway.cli import CliBuilds, CliLogs, Program
from errwatch.sources.railway.logs import Railway
from errwatch.sources.railway.tokens import token_of


def open_railway(service: str, environment: Mapping[str, str]) -> list[Backend]:
    """What a service says, and the build logs of its failed deployments; of all, without a name.

    Raises UsageError where there is neither a token nor the command line.
    """
    if token_of(environment) is not None:
        logs = Railway(service, environment)
        return [logs, Builds(ApiBuilds(logs))]
    program, other = Program(service, environment), Program(service, environment)
    return [CliLogs(program), Builds(CliBuilds(other))]

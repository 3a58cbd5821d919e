"""Settings of pull requests: where they are opened, how, and what becomes of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from errwatch.config.section import Section
from errwatch.model.pull_request import Draft


class ForgeSettings(Section):
    """`[forge]`: where pull requests are opened."""

    url: str | None = None
    """Of an Enterprise server, for people: `https://git.example.com`. Default: GitHub."""
    repository: Annotated[str, Field(min_length=3)] | None = None
    """`owner/name`. Default: what origin says."""
    token_variable: Annotated[str, Field(min_length=1)] = "GITHUB_TOKEN"  # noqa: S105
    """The environment variable with the token."""
    app_id: Annotated[str, Field(min_length=1)] | None = None
    """Of an app that is installed there, in the place of a token."""
    app_key_variable: Annotated[str, Field(min_length=1)] = "GITHUB_APP_PRIVATE_KEY"
    """The environment variable with its private key, in PEM."""


Label = Annotated[str, Field(min_length=1, max_length=50)]
Reviewer = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*(/[\w.-]+)?$")]


class PullRequestSettings(Section):
    """`[pull_request]`: how they are opened."""

    draft: Draft = Draft.UNTIL_GREEN
    labels: tuple[Label, ...] = ()
    """On top of `auto-fix`, the category and the evidence."""
    reviewers: tuple[Reviewer, ...] | None = None
    """Accounts, and `owner/team`. Default: by CODEOWNERS, and who last changed the lines."""
    most_open: Annotated[int, Field(ge=0)] = 3
    """Of ours at a time; what is over stays on its branch."""
    per_hour: Annotated[int, Field(ge=0)] = 2
    per_day: Annotated[int, Field(ge=0)] = 5


class FollowSettings(Section):
    """`[follow]`: what becomes of pull requests."""

    every: Annotated[float, Field(ge=30, le=86_400, allow_inf_nan=False)] = 300.0
    """Seconds between two looks of `watch`."""
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """That an error which stays away is mended, and not just rare."""
    shortest_hours: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    longest_days: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 14.0
    deployment_minutes: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 15.0
    """In which the code before the merge may still log."""

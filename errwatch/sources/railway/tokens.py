"""The kinds of tokens of Railway, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    PROJECT = "project token"
    ACCOUNT = "account or workspace token"


VARIABLES = {Kind.PROJECT: "RAILWAY_TOKEN", Kind.ACCOUNT: "RAILWAY_API_TOKEN"}
"""The first that is set is used."""


def token_of(environment: Mapping[str, str]) -> tuple[Kind, str] | None:
    for kind, variable in VARIABLES.items():
        if token := environment.get(variable, "").strip():
            return kind, token
    return None

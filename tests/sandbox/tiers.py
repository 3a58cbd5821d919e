"""The tiers that this machine allows; each of the others is skipped, and says what is missing."""

from __future__ import annotations

from functools import cache

import pytest

from errwatch.sandbox.local import Limits, LocalSandbox
from errwatch.sandbox.tiers import Bubblewrap, LimitsAlone, Namespaces, Tier

MISSING = {
    "bubblewrap": "bubblewrap (bwrap) is not installed, or may make no namespaces here",
    "namespaces": "this machine does not permit `unshare --user --pid --net`",
}


def allowed(tier: Tier) -> bool:
    return _allowed(type(tier))


@cache
def _allowed(kind: type[Tier]) -> bool:
    return LocalSandbox(kind(), Limits()).works()


def parameters(*tiers: Tier) -> list[object]:
    return [
        pytest.param(
            tier,
            id=tier.name,
            marks=pytest.mark.skipif(
                not allowed(tier), reason=MISSING.get(tier.name, "limits do not work here")
            ),
        )
        for tier in tiers
    ]


CONFINING = parameters(Bubblewrap(), Namespaces())
ALL = parameters(Bubblewrap(), Namespaces(), LimitsAlone())

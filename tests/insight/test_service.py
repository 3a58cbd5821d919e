"""Which service a source belongs to."""

from __future__ import annotations

import pytest

from errwatch.insight.service import Owner, service_of

NAMES = {
    "/var/log/api.log": "api",
    "/var/log/api.log.1": "api",
    "api.log": "api",
    "-": "standard input",
    'loki:logs.invalid {app="checkout", env="x"}': "checkout",
    'loki:logs.invalid {service_name="web"}': "web",
    "docker:shop": "shop",
    "kubectl:prod/shop-7f9": "shop-7f9",
    "journal:nginx.service": "nginx.service",
    "command:worker": "worker",
    "railway:cli production/api": "api",
    "/var/log/": "log",
    "": "",
    ".hidden": ".hidden",
}


@pytest.mark.parametrize(("source", "service"), NAMES.items())
def test_the_name_says_it(source: str, service: str) -> None:
    assert service_of(source) == service


def test_the_settings_say_it_first() -> None:
    owners = [Owner("/var/log/shop", "shop"), Owner("*.gz", "old")]
    assert service_of("/var/log/shop/api.log", owners) == "shop"
    assert service_of("/var/log/shop", owners) == "shop"
    assert service_of("/var/log/shopping.log", owners) == "shopping"
    assert service_of("a.gz", owners) == "old"

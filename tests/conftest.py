"""Hypothesis must not judge by the clock: the machine may be busy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("errwatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("errwatch")

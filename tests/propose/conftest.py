from __future__ import annotations

from tests.forge.conftest import clock, connected, server

__all__ = ["clock", "connected", "server"]

"""Modules that are imported when something of them is first used: a command needs few of them.

if TYPE_CHECKING:
    from errwatch.fix import loop
else:
    loop = later("errwatch.fix.loop")
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def later(name: str) -> Any:
    """Stands for the module of that name."""
    return _Later(name)

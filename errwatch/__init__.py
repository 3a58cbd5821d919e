"""errwatch: from log lines to verified pull requests.

The stable API is `errwatch.scan`, `errwatch.group.fingerprint` and `errwatch.group.group_messages`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from errwatch.api import scan as scan

__version__ = "0.1.0"
__all__ = ["__version__", "scan"]


def __getattr__(name: str) -> object:
    """Load `scan` on first use: `errwatch --version` must not wait for the scanner."""
    if name == "scan":
        from errwatch.api import scan

        return scan
    raise AttributeError(f"module 'errwatch' has no attribute {name!r}")  # noqa: EM102

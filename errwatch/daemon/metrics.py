"""How busy this machine is."""

from __future__ import annotations

from pathlib import Path


def machine(folder: Path) -> dict[str, float]:
    """Percent used of the processor since the last call, of memory, and of the disk of `folder`."""
    import psutil  # only where a rule asks for it

    return {
        "cpu": psutil.cpu_percent(interval=None),
        "memory": psutil.virtual_memory().percent,
        "disk": psutil.disk_usage(str(folder)).percent,
    }

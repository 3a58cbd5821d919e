"""What kind of file system a path lies on."""

from __future__ import annotations

from pathlib import Path

from errwatch import lazy_re as re

MOUNTS = Path("/proc/self/mountinfo")

SHARED = re.compile(r"nfs4?|cifs|smb[23]?|smbfs|9p|virtiofs|fuse\..*|ceph|glusterfs|afs|drvfs")
"""Those on which the locks of SQLite cannot be trusted: another machine may write too."""


def shared(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The name of the file system where it is a shared one; None where it is not, or unknown."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    kind = _kind(path.absolute(), lines)
    return kind if SHARED.fullmatch(kind) else None


def _kind(path: Path, mounts: list[str]) -> str:
    """The file system of the deepest mount above the path; a later one covers an earlier."""
    found, depth = "", -1
    for line in mounts:
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        if path.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = after.split()[0], len(point.parts)
    return found

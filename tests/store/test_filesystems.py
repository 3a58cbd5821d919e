"""Which file systems SQLite's locks cannot be trusted on."""

from __future__ import annotations

from pathlib import Path

import pytest

from errwatch.store.filesystems import shared

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /home rw - nfs4 server:/home rw
24 23 0:22 / /home/me/my\\040disk rw - xfs /dev/sdb1 rw
25 22 0:23 / /mnt/c rw - 9p C: rw
26 22 0:24 / /srv rw - ext4 /dev/sdc1 rw
27 22 0:25 / /srv rw - fuse.sshfs me@there:/srv rw
broken
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/state.db", None),
        ("/home/me/state.db", "nfs4"),
        ("/homes/state.db", None),
        ("/home/me/my disk/state.db", None),
        ("/mnt/c/state.db", "9p"),
        ("/srv/state.db", "fuse.sshfs"),
    ],
)
def test_the_deepest_and_latest_mount_counts(tmp_path: Path, path: str, kind: str | None) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert shared(Path(path), mounts) == kind


def test_where_there_is_no_such_list(tmp_path: Path) -> None:
    assert shared(tmp_path, tmp_path / "none") is None

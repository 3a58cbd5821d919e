"""Where a word stands in the files of one commit."""

from __future__ import annotations

from errwatch.model.analysis import Mention
from errwatch.repository.runner import Git

MOST = 2_000
"""Lines with one word that are looked at."""

_FOUND, _NOTHING = 0, 1


def mentions(git: Git, commit: str, word: str) -> list[Mention]:
    options = ("-I", "-n", "-z", "-w", "-F", "--no-color", "--no-textconv", "--full-name")
    found = git.run("grep", *options, "-e", word, commit, "--", fine=(_FOUND, _NOTHING))
    rows = [row.split("\0", 2) for row in found.split("\n") if row.count("\0") > 1]
    return [
        Mention(name.partition(":")[2], int(line), text)
        for name, line, text in rows[:MOST]
        if name.isprintable()
    ]

"""The bare repository on the server's disk: what people push to, and what merges are made in."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_HOOK = """#!/bin/sh
status=0
while read old new ref; do
    if grep -qxF "$ref" "$GIT_DIR/protected"; then
        echo "error: GH006: Protected branch update failed for $ref." >&2
        echo "error: Changes must be made through a pull request." >&2
        status=1
    fi
done
exit $status
"""


@dataclass(frozen=True)
class Bare:
    path: Path

    @classmethod
    def make(cls, path: Path) -> Bare:
        path.mkdir(parents=True)
        bare = cls(path)
        bare.git("init", "--quiet", "--bare", "--initial-branch", "main")
        bare.git("config", "http.receivepack", "true")
        bare.git("config", "uploadpack.allowAnySHA1InWant", "true")
        bare.git("config", "receive.shallowUpdate", "true")
        hook = path / "hooks" / "pre-receive"
        hook.write_text(_HOOK)
        hook.chmod(0o755)
        bare.protect()
        return bare

    def git(self, *arguments: str, stdin: str = "", who: str = "Ada", check: bool = True) -> str:
        """`who` commits."""
        address = f"{who.lower()}@example.invalid"
        names = {f"GIT_{role}_NAME": who for role in ("AUTHOR", "COMMITTER")}
        addresses = {f"GIT_{role}_EMAIL": address for role in ("AUTHOR", "COMMITTER")}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **names, **addresses},
            input=stdin,
            capture_output=True,
            text=True,
            check=check,
        )
        return done.stdout.strip()

    def protect(self, *branches: str) -> None:
        """Nobody may push to these."""
        listed = "".join(f"refs/heads/{branch}\n" for branch in branches)
        (self.path / "protected").write_text(listed)

    def tip(self, branch: str) -> str | None:
        return self.resolve(f"refs/heads/{branch}")

    def resolve(self, name: str) -> str | None:
        return (
            self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", check=False) or None
        )

    def branches(self) -> dict[str, str]:
        form = "--format=%(refname:lstrip=2) %(objectname)"
        rows = self.git("for-each-ref", form, "refs/heads/").splitlines()
        return dict(row.split(" ") for row in rows)

    def set(self, branch: str, commit: str | None) -> None:
        if commit is None:
            self.git("update-ref", "-d", f"refs/heads/{branch}")
        else:
            self.git("update-ref", f"refs/heads/{branch}", commit)

    def commit(self, branch: str, files: dict[str, str], message: str, who: str = "Ada") -> str:
        """As if somebody had pushed it."""
        parent = self.tip(branch)
        index = ["--index-info"]
        rows = []
        for name, text in files.items():
            blob = self.git("hash-object", "-w", "--stdin", stdin=text)
            rows.append(f"100644 {blob}\t{name}\n")
        if parent:
            self.git("read-tree", parent)
        else:
            self.git("read-tree", "--empty")
        self.git("update-index", *index, stdin="".join(rows))
        parents = ["-p", parent] if parent else []
        tree = self.git("write-tree")
        commit = self.git("commit-tree", tree, *parents, stdin=message, who=who)
        self.set(branch, commit)
        return commit

    def is_ancestor(self, old: str, new: str) -> bool:
        return self.git("merge-base", old, new, check=False) == old

    def between(self, base: str, head: str) -> list[str]:
        """Commits of `head` that `base` has not, the oldest first."""
        return self.git("rev-list", "--reverse", f"{base}..{head}").splitlines()

    def changed(self, base: str, head: str) -> list[str]:
        return self.git("diff", "--name-only", f"{base}...{head}").splitlines()

    def merged_tree(self, one: str, other: str) -> str | None:
        """None where they conflict."""
        done = subprocess.run(
            ["git", "merge-tree", "--write-tree", one, other],
            cwd=self.path,
            capture_output=True,
            text=True,
        )
        return done.stdout.split("\n")[0] if done.returncode == 0 else None

    def merge(self, base: str, head: str, method: str, title: str, who: str) -> str | None:
        """A commit on top of `base` with what `head` brings; None where they conflict."""
        if method == "rebase":
            return self._rebased(base, self.between(base, head), who)
        tree = self.merged_tree(base, head)
        if tree is None:
            return None
        parents = ["-p", base, *(["-p", head] if method == "merge" else [])]
        return self.git("commit-tree", tree, *parents, stdin=title, who=who)

    def _rebased(self, base: str, commits: list[str], who: str) -> str | None:
        with TemporaryDirectory() as folder:
            place = f"{folder}/tree"
            self.git("worktree", "add", "--quiet", "--detach", place, base)
            try:
                self.git("-C", place, "cherry-pick", *commits, who=who)
                return self.git("-C", place, "rev-parse", "HEAD")
            except subprocess.CalledProcessError:
                return None
            finally:
                self.git("worktree", "remove", "--force", place)

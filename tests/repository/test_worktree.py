from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import pytest

from errwatch.errors import BranchKept, GitError
from errwatch.interfaces import Worktree
from errwatch.model.fix import Edit
from errwatch.repository.branches import place_branch
from errwatch.repository.git import GitRepository, open_repository
from errwatch.repository.runner import Git
from tests.repository.scratch import commit, git, make_repository

BEFORE, AFTER = "a = 1\n", "a = 2\n"
EDIT = Edit("shop/cart.py", BEFORE, AFTER)
NEW = Edit("tests/new/test_cart.py", None, "assert True\n")
MESSAGE = "Set a\n\nErrwatch-Issue: EW-1\nErrwatch-Fingerprint: v1:aa\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "r", {"shop/cart.py": BEFORE, "run.sh": "true\n"})


@pytest.fixture
def repository(root: Path) -> GitRepository:
    return open_repository(root)


def fix(repository: GitRepository, *edits: Edit, message: str = MESSAGE) -> str:
    with repository.worktree(repository.tree().commit) as worktree:
        worktree.apply(edits)
        return worktree.commit(edits, "auto-fix/x/EW-1", message)


def worktrees(root: Path) -> int:
    return git(root, "worktree", "list", "--porcelain").count("worktree ")


def test_a_commit_holds_exactly_the_edits(root: Path, repository: GitRepository) -> None:
    with repository.worktree(repository.tree().commit) as worktree:
        worktree.apply([EDIT, NEW])
        (worktree.path / "junk.txt").write_text("left by a test run")
        (worktree.path / "run.sh").write_text("changed by a test run")
        made = worktree.commit([EDIT, NEW], "auto-fix/x/EW-1", MESSAGE)
    assert git(root, "rev-parse", "auto-fix/x/EW-1", "auto-fix/x/EW-1^").split() == [
        made,
        repository.tree().commit,
    ]
    changed = git(root, "diff-tree", "-r", "--name-status", "main", made).split()
    assert changed == ["M", EDIT.file, "A", NEW.file]
    assert git(root, "show", f"{made}:{EDIT.file}") == AFTER
    assert git(root, "log", "-1", "--format=%an %ae%n%B", made) == (
        f"errwatch errwatch@noreply.invalid\n{MESSAGE}\n"
    )


def test_the_mode_of_a_file_stays(root: Path) -> None:
    (root / "run.sh").chmod(0o755)
    commit(root, {})
    made = fix(open_repository(root), Edit("run.sh", "true\n", "false\n"))
    assert git(root, "ls-tree", made, "run.sh").startswith("100755")


def test_the_worktree_is_separate_and_goes_away(root: Path, repository: GitRepository) -> None:
    with repository.worktree(repository.tree().commit) as worktree:
        path = worktree.path
        assert not path.is_relative_to(root)
        assert (path / EDIT.file).read_text() == BEFORE
        assert not (path / ".git").exists()
    assert not path.parent.exists()
    assert worktrees(root) == 1


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError])
def test_the_worktree_goes_away_whatever_happens(
    root: Path, repository: GitRepository, fault: type[BaseException]
) -> None:
    seen = []
    with (  # noqa: PT012
        pytest.raises(fault),
        repository.worktree(repository.tree().commit) as worktree,
    ):
        seen.append(worktree.path)
        (worktree.path / "closed").mkdir(mode=0o000)
        raise fault
    assert not seen[0].exists()
    assert worktrees(root) == 1


def test_a_file_that_changes_under_test_is_noticed(repository: GitRepository) -> None:
    with repository.worktree(repository.tree().commit) as worktree:
        worktree.apply([EDIT])
        assert worktree.rewritten() == frozenset()
        (worktree.path / EDIT.file).write_text("a = 3\n")
        assert worktree.rewritten() == {EDIT.file}
        (worktree.path / EDIT.file).unlink()
        assert worktree.rewritten() == {EDIT.file}


def test_any_file_of_the_commit_that_is_written_is_noticed(repository: GitRepository) -> None:
    """Also where it is put back as it was, or another file stands in for it."""
    with repository.worktree(repository.tree().commit) as worktree:
        worktree.apply([])
        others = sorted(repository.tree().files() - {EDIT.file})
        for file in others:
            place = worktree.path / file
            text, times = place.read_bytes(), place.stat()
            place.write_bytes(b"else")
            place.write_bytes(text)
            os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert worktree.rewritten() == set(others)
        (worktree.path / "new").write_text("")
        first = worktree.path / EDIT.file
        first.rename(worktree.path / "moved")
        first.symlink_to("/etc/passwd")
        assert worktree.rewritten() == {*others, EDIT.file}


@pytest.mark.parametrize(
    "file",
    ["../out.py", "/etc/passwd", "a/../../out.py", ".git/hooks/x", "sub/.GIT/x", "", "a//b", "./a"],
)
def test_paths_that_leave_the_tree_are_refused(repository: GitRepository, file: str) -> None:
    with repository.worktree(repository.tree().commit) as worktree:
        refuse(worktree, Edit(file, None, "x"))


def refuse(worktree: Worktree, edit: Edit) -> None:
    with pytest.raises(GitError):
        worktree.apply([edit])


def test_links_are_refused(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("keep")
    (root / "folder").symlink_to(outside)
    (root / "link").symlink_to(outside / "file")
    commit(root, {})
    repository = open_repository(root)
    with repository.worktree(repository.tree().commit) as worktree:
        refuse(worktree, Edit("folder/new", None, "x"))
        refuse(worktree, Edit("link", None, "x"))
    assert [path.name for path in outside.iterdir()] == ["file"]
    assert (outside / "file").read_text() == "keep"


def test_an_edit_of_another_text_is_refused(repository: GitRepository) -> None:
    with repository.worktree(repository.tree().commit) as worktree:
        refuse(worktree, Edit(EDIT.file, "a = 7\n", AFTER))
        refuse(worktree, Edit(EDIT.file, None, AFTER))
        refuse(worktree, Edit("missing.py", "a = 7\n", AFTER))
        assert (worktree.path / EDIT.file).read_text() == BEFORE


def test_our_own_branch_is_moved(root: Path, repository: GitRepository) -> None:
    fix(repository, EDIT)
    second = fix(repository, Edit(EDIT.file, BEFORE, "a = 3\n"))
    assert git(root, "rev-parse", "auto-fix/x/EW-1").strip() == second


def test_a_branch_of_another_issue_is_left_alone(repository: GitRepository) -> None:
    fix(repository, EDIT)
    with pytest.raises(GitError, match="holds somebody's commits"):
        fix(repository, EDIT, message=MESSAGE.replace("v1:aa", "v1:bb"))


def test_a_branch_with_work_of_a_person_is_left_alone(
    root: Path, repository: GitRepository
) -> None:
    fix(repository, EDIT)
    git(root, "switch", "--quiet", "auto-fix/x/EW-1")
    git(root, "commit", "--quiet", "--amend", "--no-edit")
    git(root, "switch", "--quiet", "main")
    tip = git(root, "rev-parse", "auto-fix/x/EW-1")
    with pytest.raises(GitError, match="holds somebody's commits"):
        fix(repository, EDIT)
    assert git(root, "rev-parse", "auto-fix/x/EW-1") == tip


def test_a_branch_that_is_checked_out_is_left_alone(root: Path, repository: GitRepository) -> None:
    fix(repository, EDIT)
    git(root, "switch", "--quiet", "auto-fix/x/EW-1")
    with pytest.raises(GitError, match="is checked out in"):
        fix(repository, EDIT)


def test_impossible_branches_are_one_clear_line(root: Path, repository: GitRepository) -> None:
    git(root, "branch", "auto-fix")
    with pytest.raises(GitError, match="auto-fix"):
        fix(repository, EDIT)
    with (
        repository.worktree(repository.tree().commit) as worktree,
        pytest.raises(GitError, match="not a name that a branch can have"),
    ):
        worktree.commit([EDIT], "auto-fix/a..b", MESSAGE)


def test_the_same_change_again_is_the_commit_that_is_there(repository: GitRepository) -> None:
    first = fix(repository, EDIT, message=f"{MESSAGE}Errwatch-Evidence: E1\n")
    assert fix(repository, EDIT, message=f"Again. {MESSAGE}Errwatch-Evidence: E1\n") == first
    better = fix(repository, EDIT, message=f"{MESSAGE}Errwatch-Evidence: E2\n")
    assert better != first
    with pytest.raises(BranchKept):
        fix(repository, EDIT, message=f"{MESSAGE}Errwatch-Evidence: E1\n")


def test_a_file_that_lfs_keeps_is_not_changed(root: Path) -> None:
    commit(root, {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "a.bin": "v1\n"})
    with pytest.raises(GitError, match=r"a\.bin: kept by Git LFS"):
        fix(open_repository(root), Edit("a.bin", "v1\n", "v2\n"))


def test_a_branch_that_moves_meanwhile_is_told(root: Path, repository: GitRepository) -> None:
    """A second fix of the issue lands between the look at the branch and the move of it."""
    fix(repository, EDIT)
    other = git(root, "commit-tree", "main^{tree}", "-p", "main", "-m", MESSAGE).strip()
    git_of = repository._git

    class Racing:
        """Git, with another process that moves the branch right before this one would."""

        def run(self, *arguments: str, **options: object) -> str:
            if arguments[0] == "update-ref":
                git(root, "update-ref", "refs/heads/auto-fix/x/EW-1", "main")
            return git_of.run(*arguments)

    new = git(root, "rev-parse", "main").strip()
    with pytest.raises(GitError, match="another fix of this issue moved the branch meanwhile"):
        place_branch(cast("Git", Racing()), "auto-fix/x/EW-1", other, MESSAGE)
    assert git(root, "rev-parse", "auto-fix/x/EW-1").strip() == new

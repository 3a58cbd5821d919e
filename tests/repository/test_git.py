from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from errwatch.errors import RepositoryUnusable
from errwatch.repository.branches import References
from errwatch.repository.git import open_repository
from tests.repository.scratch import commit, git, make_repository

FILES = {"shop/cart.py": "a = 1\nb = 2\n", "data.bin": "x"}


def test_reads_the_default_branch_whatever_is_checked_out(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    git(root, "switch", "--quiet", "--create", "topic")
    commit(root, {"shop/cart.py": "a = 9\n", "new.py": ""})
    tree = open_repository(root).tree()
    assert tree.commit == git(root, "rev-parse", "main").strip()
    assert tree.files() == {"shop/cart.py", "data.bin"}
    assert tree.read("shop/cart.py") == "a = 1\nb = 2\n"


def test_finds_the_repository_from_a_folder_inside(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    assert open_repository(root / "shop").root == root


def test_a_file_that_is_not_there_or_not_text_reads_as_none(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    (root / "data.bin").write_bytes(b"\xff\xfe\x00")
    (root / "link.py").symlink_to("shop/cart.py")
    commit(root, {})
    tree = open_repository(root).tree()
    assert tree.read("data.bin") is None
    assert tree.read("missing.py") is None
    assert tree.read("link.py") is None
    assert "link.py" not in tree.files()


def test_blame_names_the_last_change_of_each_line(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    second = commit(root, {"shop/cart.py": "a = 1\nb = 3\n"}, "Raise b")
    first, last = open_repository(root).blame(second, "shop/cart.py", 1, 2)
    assert (first.line, first.summary, first.author) == (1, "Start", "Ada")
    assert (last.line, last.summary, last.commit) == (2, "Raise b", second)
    assert last.date.tzinfo is UTC


def test_blame_beyond_the_file_is_empty(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    repository = open_repository(root)
    commit_ = repository.tree().commit
    assert repository.blame(commit_, "shop/cart.py", 40, 41) == []
    assert repository.blame(commit_, "missing.py", 1, 1) == []


def test_a_shallow_clone_works_and_says_so(tmp_path: Path) -> None:
    origin = make_repository(tmp_path / "origin", FILES)
    tip = commit(origin, {"shop/cart.py": "a = 1\nb = 3\n"})
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", "clone")
    repository = open_repository(tmp_path / "clone")
    assert repository.tree().commit == tip
    assert repository.blame(tip, "shop/cart.py", 1, 2) == []
    assert any("shallow" in note for note in repository.notes())


def test_uncommitted_changes_are_noted_and_not_read(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    assert open_repository(root).notes() == []
    (root / "shop/cart.py").write_text("broken(")
    (root / "new.py").write_text("")
    repository = open_repository(root)
    assert repository.tree().read("shop/cart.py") == FILES["shop/cart.py"]
    assert repository.notes() == [f"{root} has uncommitted changes (2), which are left out"]


def test_a_detached_head_works(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    tip = commit(root, {"b.py": ""})
    git(root, "checkout", "--quiet", "--detach", "HEAD~1")
    assert open_repository(root).tree().commit == tip


def test_a_linked_worktree_of_the_user_works(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    git(root, "worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "other"))
    repository = open_repository(tmp_path / "other")
    assert repository.root == tmp_path / "other"
    with repository.worktree(repository.tree().commit) as worktree:
        assert (worktree.path / "shop/cart.py").exists()


def test_origin_decides_which_branch_is_the_default(tmp_path: Path) -> None:
    origin = make_repository(tmp_path / "origin", FILES, branch="develop")
    git(origin, "branch", "main")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    clone = tmp_path / "clone"
    git(clone, "branch", "main")
    ahead = commit(clone, {"b.py": ""})
    repository = open_repository(clone)
    assert repository.tree().commit == ahead
    assert repository.notes() == ["develop differs from origin/develop; the local one is used"]


@pytest.mark.parametrize(
    ("local", "remote", "origin", "expected"),
    [
        ({"work": "1"}, {}, None, ("work", "1")),
        ({"main": "1", "work": "2"}, {}, None, ("main", "1")),
        ({"main": "1", "master": "2"}, {}, None, None),
        ({"a": "1", "b": "2"}, {}, None, None),
        ({"a": "1", "b": "2"}, {"b": "3"}, "b", ("b", "2")),
        ({"a": "1"}, {"b": "3"}, "b", ("b", "3")),
        ({}, {"a": "1", "trunk": "2"}, None, ("trunk", "2")),
        ({}, {}, None, None),
    ],
)
def test_default_branch(
    local: dict[str, str],
    remote: dict[str, str],
    origin: str | None,
    expected: tuple[str, str] | None,
) -> None:
    head = References(local, remote, origin).default()
    assert (head and (head.name, head.commit)) == expected


def test_a_configured_branch_wins(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", FILES)
    git(root, "branch", "release")
    tip = commit(root, {"b.py": ""})
    assert open_repository(root, default_branch="release").tree().commit != tip


def refusal(path: Path, default_branch: str | None = None) -> str:
    with pytest.raises(RepositoryUnusable) as caught:
        open_repository(path, default_branch=default_branch)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_what_cannot_be_used_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "no such directory" in refusal(tmp_path / "missing")
    assert "not a git repository" in refusal(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    assert "no commit" in refusal(empty)
    git(tmp_path, "init", "--quiet", "--bare", "bare")
    assert "bare" in refusal(tmp_path / "bare")
    root = make_repository(tmp_path / "r", FILES, branch="one")
    git(root, "branch", "two")
    assert "no default branch among one, two" in refusal(root)
    assert "no branch three" in refusal(root, "three")


def test_a_git_variable_of_the_caller_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repository(tmp_path / "other", {"other.py": ""})
    root = make_repository(tmp_path / "r", FILES)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    repository = open_repository(root)
    assert repository.tree().files() == set(FILES)
    assert repository.notes() == []
    with repository.worktree(repository.tree().commit) as worktree:
        assert (worktree.path / "data.bin").exists()


def test_a_temporary_directory_inside_the_repository_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_repository(tmp_path / "r", FILES)
    monkeypatch.setattr("tempfile.tempdir", str(root))
    assert "TMPDIR" in refusal(root)

"""Words in the files of one commit."""

from __future__ import annotations

from pathlib import Path

from errwatch.model.analysis import Mention
from errwatch.repository.git import open_repository
from tests.repository.scratch import commit, make_repository

FILES = {
    "shop/stock.py": "def release(held):\n    pass\n\nrelease(1)\n",
    "web.py": "import stock\nstock.release(2)\nstock.release_all()\n",
    "data.bin": "release\0",
}


def test_whole_words_of_the_commit_that_is_asked(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "shop", FILES)
    repository = open_repository(root)
    head = repository.tree().commit
    assert repository.mentions(head, "release") == [
        Mention("shop/stock.py", 1, "def release(held):"),
        Mention("shop/stock.py", 4, "release(1)"),
        Mention("web.py", 2, "stock.release(2)"),
    ]
    commit(root, {"web.py": "release()\n"})
    assert len(repository.mentions(head, "release")) == 3
    (root / "web.py").write_text("release release\n")
    now = open_repository(root).tree().commit
    assert [one.text for one in repository.mentions(now, "release")][-1] == "release()"


def test_a_word_is_no_expression_and_no_option(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "shop", FILES | {"odd.txt": "--open-files-in-pager\n"})
    repository = open_repository(root)
    head = repository.tree().commit
    assert repository.mentions(head, "rel.*") == []
    assert repository.mentions(head, "nowhere") == []
    assert repository.mentions(head, "--open-files-in-pager") == [
        Mention("odd.txt", 1, "--open-files-in-pager")
    ]

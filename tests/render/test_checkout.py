from __future__ import annotations

import pytest

from errwatch.model.event import Frame
from errwatch.render.checkout import Checkout

FILES = Checkout(
    [
        "src/billing/plans.py", "src/a/utils.py", "src/b/utils.py", "main.py", "web/main.py",
        "lib/deep/a/one.ts", "old/deep/a/one.ts", "shop/web.py", "copy/shop/web.py",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/app/billing/plans.py", "src/billing/plans.py"),
        ("C:\\work\\billing\\plans.py", "src/billing/plans.py"),
        ("./src/billing/plans.py", "src/billing/plans.py"),
        ("plans.py", "src/billing/plans.py"),
        ("/app/other/plans.py", None),
        ("/app/a/utils.py", "src/a/utils.py"),
        ("utils.py", None),
        ("/app/c/utils.py", None),
        ("/app/main.py", "main.py"),
        ("/app/web/main.py", "web/main.py"),
        ("/x/deep/a/one.ts", None),
        ("/x/lib/deep/a/one.ts", "lib/deep/a/one.ts"),
        ("/app/shop/web.py", "shop/web.py"),
        ("<frozen importlib._bootstrap>", None),
        ("", None),
    ],
)
def test_the_longest_common_end_of_the_paths(file: str, expected: str | None) -> None:
    assert FILES.find(Frame(file, 1, "f")) == expected


def test_no_culprit_is_nowhere() -> None:
    assert FILES.find(None) is None

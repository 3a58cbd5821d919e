"""Where a new import goes, and how a name leaves an old one."""

from __future__ import annotations

import pytest

from errwatch.fix.recipes.imports import Import, add_import
from errwatch.fix.recipes.source import Source

JSON = Import("json")


def with_import(text: str, new: Import = JSON, before: int | None = None) -> str:
    source = Source.parse(text)
    assert source is not None
    return source.spliced([add_import(source, new, before)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "import json\n"),
        ("x = 1\n", "import json\n\nx = 1\n"),
        ("def f(): ...\n", "import json\n\n\ndef f(): ...\n"),
        ('"""Doc."""\n', '"""Doc."""\n\nimport json\n'),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\n\nimport json\n\nx = 1\n'),
        ('"""Doc."""\n\nx = 1\n', '"""Doc."""\n\nimport json\n\nx = 1\n'),
        (
            '"""Doc."""\nfrom __future__ import annotations\n\nx = 1\n',
            '"""Doc."""\nfrom __future__ import annotations\n\nimport json\n\nx = 1\n',
        ),
        (
            "#!/usr/bin/python\n# Licence\nx = 1\n",
            "#!/usr/bin/python\n# Licence\nimport json\n\nx = 1\n",
        ),
        (
            "# Licence\n\n# About f.\n@d\ndef f(): ...\n",
            "# Licence\n\nimport json\n\n\n# About f.\n@d\ndef f(): ...\n",
        ),
        ("\ufeffdef f(): ...\n", "\ufeffimport json\n\n\ndef f(): ...\n"),
        ("\ufeff# Licence\nx = 1\n", "\ufeff# Licence\nimport json\n\nx = 1\n"),
        ("\ufeffimport os\n", "\ufeffimport json\nimport os\n"),
        ("import abc\nimport os\n", "import abc\nimport json\nimport os\n"),
        ("import os\nimport sys\n", "import json\nimport os\nimport sys\n"),
        ("import abc  # c\r\nx = 1\r\n", "import abc  # c\r\nimport json\r\nx = 1\r\n"),
        ("import numpy\n", "import json\n\nimport numpy\n"),
        ("import abc; x = 1\n", "import abc; x = 1\nimport json\n"),
        ("if x:\n    import os\n", "import json\n\nif x:\n    import os\n"),
        ("import abc", "import abc\nimport json"),
    ],
)
def test_goes_where_its_kind_stands(text: str, expected: str) -> None:
    assert with_import(text) == expected


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (
            Import("re", "sub"),
            "import os\nfrom re import sub\n\nimport numpy\n\nfrom .a import b\n",
        ),
        (Import("attrs"), "import os\n\nimport attrs\nimport numpy\n\nfrom .a import b\n"),
        (Import(".c", "d"), "import os\n\nimport numpy\n\nfrom .a import b\nfrom .c import d\n"),
        (Import(".a", "a"), "import os\n\nimport numpy\n\nfrom .a import a, b\n"),
        (Import(".a", "c", "e"), "import os\n\nimport numpy\n\nfrom .a import b, c as e\n"),
    ],
)
def test_keeps_the_sections_apart(new: Import, expected: str) -> None:
    assert with_import("import os\n\nimport numpy\n\nfrom .a import b\n", new) == expected


def test_starts_a_line_where_a_statement_would_get_too_long() -> None:
    text = f"from .a import {', '.join('b' * 9 + str(n) for n in range(6))}\n"
    assert with_import(text, Import(".a", "c" * 10)) == f"{text}from .a import {'c' * 10}\n"


def test_comes_before_the_line_that_needs_it() -> None:
    text = "import abc\nx = json.dumps(1)\nimport os\nimport sys\n"
    assert with_import(text, before=2) == text.replace("\n", "\nimport json\n", 1)

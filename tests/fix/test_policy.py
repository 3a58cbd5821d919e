from __future__ import annotations

import pytest

from errwatch.fix.policy import Policy, is_test


@pytest.mark.parametrize(
    "file",
    [
        ".github/workflows/ci.yml",
        "service/.github/x",
        ".gitlab-ci.yml",
        "Jenkinsfile",
        "Dockerfile",
        "deploy/api.Dockerfile",
        "docker-compose.prod.yml",
        "uv.lock",
        "package-lock.json",
        "pyproject.toml",
        "setup.py",
        "requirements-dev.txt",
        "conftest.py",
        "tests/conftest.py",
        "pytest.ini",
        "sitecustomize.py",
        "lib/evil.pth",
        ".claude/settings.json",
        "CLAUDE.md",
        ".mcp.json",
        ".gitattributes",
        ".gitmodules",
        ".git/hooks/pre-commit",
        ".husky/pre-push",
        "shop/Migrations/0001_initial.py",
        ".env",
        ".env.production",
        "errwatch.toml",
    ],
)
def test_denies_what_runs_by_itself_or_says_what_is_installed(file: str) -> None:
    assert Policy().denied(file)


@pytest.mark.parametrize(
    "file", ["shop/orders.py", "src/hooks/use_cart.py", "shop/setup_mail.py", "environment.py"]
)
def test_allows_source(file: str) -> None:
    assert Policy().denied(file) is None


def test_a_users_globs_match_names_folders_and_paths() -> None:
    policy = Policy(deny=("billing/", "src/auth/*", "*.sql"))
    assert policy.denied("a/billing/b/c.py") == "billing/"
    assert policy.denied("src/auth/login.py") == "src/auth/*"
    assert policy.denied("a/b.SQL") == "*.sql"
    assert policy.denied("billing.py") is None


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("tests/shop.py", True),
        ("shop/test_orders.py", True),
        ("shop/orders_test.go", True),
        ("web/cart.test.ts", True),
        ("shop/tests.py", True),
        ("shop/testing.py", False),
        ("shop/latest.py", False),
        ("contest/rules.py", False),
    ],
)
def test_knows_tests_by_convention(file: str, expected: bool) -> None:
    assert is_test(file) is expected

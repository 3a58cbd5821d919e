"""What a change may touch, and how large it may be. Data; the gates read it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

CI = (
    ".github/",
    ".gitlab/",
    ".gitlab-ci*",
    ".circleci/",
    ".buildkite/",
    ".drone.y*ml",
    ".travis.y*ml",
    ".ci/",
    "appveyor.y*ml",
    "azure-pipelines*",
    "bitbucket-pipelines.y*ml",
    "cloudbuild.y*ml",
    "jenkinsfile*",
    "codeowners",
)
BUILD = (
    "*dockerfile*",
    "*.dockerfile",
    "docker-compose*",
    "compose.y*ml",
    ".devcontainer/",
    "makefile",
    "justfile",
    "procfile",
    "railway.*",
    "fly.toml",
    "*.tf",
)
MANIFESTS = (
    "*.lock",
    "*-lock.json",
    "*-lock.y*ml",
    "npm-shrinkwrap.json",
    "go.sum",
    "go.mod",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements*.txt",
    "requirements*.in",
    "requirements/",
    "constraints*.txt",
    "pipfile",
    "environment*.y*ml",
    "package.json",
    "cargo.toml",
    "gemfile",
    "composer.json",
    "pom.xml",
    "build.gradle*",
    "manifest.in",
)
TEST_SETTINGS = ("conftest.py", "pytest.ini", ".pytest.ini", "tox.ini", "noxfile.py", ".coveragerc")
RUNS_BY_ITSELF = ("sitecustomize.py", "usercustomize.py", "*.pth", ".envrc")
AGENTS = (
    ".claude/",
    "claude*.md",
    "agents.md",
    "gemini.md",
    ".mcp.json",
    ".cursor/",
    ".cursorrules",
    ".aider*",
    ".vscode/",
    ".idea/",
)
GIT = (
    ".git/",
    ".gitattributes",
    ".gitmodules",
    ".gitignore",
    ".githooks/",
    ".husky/",
    ".pre-commit-*",
    "lefthook.y*ml",
)
SECRETS = (".env", ".env.*", "*.pem", "*.key", ".netrc", ".npmrc", ".pypirc", "pip.conf")
SCHEMA = ("migrations/", "alembic/")
OURS = ("errwatch.toml", ".errwatch/")

DENY = (
    *CI,
    *BUILD,
    *MANIFESTS,
    *TEST_SETTINGS,
    *RUNS_BY_ITSELF,
    *AGENTS,
    *GIT,
    *SECRETS,
    *SCHEMA,
    *OURS,
)
"""What runs without being called, says what is installed, or tells people and tools what to do."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of a change."""

    deny: tuple[str, ...] = DENY
    """Globs without regard to case. `name/` denies a folder wherever it stands, a pattern with an
    inner slash matches the whole path, any other the file name."""
    max_files: int = 5
    max_lines: int = 200
    """Lines added and removed, together."""

    def denied(self, file: str) -> str | None:
        """The glob that denies a path, or None."""
        path = PurePosixPath(file.lower())
        return next((glob for glob in self.deny if _matches(path, glob.lower())), None)


def _matches(path: PurePosixPath, glob: str) -> bool:
    if glob.endswith("/"):
        folder = glob.rstrip("/")
        if "/" in folder:
            return fnmatchcase(str(path), folder + "/*")
        return any(fnmatchcase(part, folder) for part in path.parts[:-1])
    return fnmatchcase(str(path) if "/" in glob else path.name, glob)


def is_test(file: str) -> bool:
    """Whether a path belongs to the tests by the usual conventions."""
    path = PurePosixPath(file.lower())
    folders = {"test", "tests", "__tests__", "spec"}
    stem = path.name.split(".", 1)[0]
    named = (
        stem.startswith("test_") or stem.endswith(("_test", "_spec")) or stem in {"test", "tests"}
    )
    inner = any(part in {"test", "spec"} for part in path.name.split(".")[1:-1])
    return bool(folders & set(path.parts[:-1])) or named or inner or path.name == "conftest.py"

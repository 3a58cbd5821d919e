from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from errwatch import config
from errwatch.config import (
    AlertSettings,
    AlertsSettings,
    AutoFixSettings,
    ClaudeSettings,
    FixSettings,
    FollowSettings,
    ForgeSettings,
    GroupSettings,
    IgnoreSettings,
    LokiSettings,
    NotifySettings,
    PriceSettings,
    PullRequestSettings,
    RailwaySettings,
    RedactSettings,
    RepositorySettings,
    RetentionSettings,
    Settings,
    SourceSettings,
    load,
)
from errwatch.errors import ConfigError
from errwatch.model.levels import Level


def test_file_is_found_upwards(tmp_path: Path) -> None:
    (tmp_path / "errwatch.toml").write_text('inputs = ["logs"]\n[repo]\ntest = "make check"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    project = load(inner, {})
    assert project.root == tmp_path
    assert project.settings.inputs == ("logs",)
    assert project.settings.repo.test == "make check"


def test_pyproject_table_counts_only_where_it_is_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.errwatch]\nmin_level = 'warning'\n")
    inner = tmp_path / "service"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[tool.other]\n")
    assert load(inner, {}).settings.min_level is Level.WARNING


def test_git_marks_the_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "src"
    inner.mkdir()
    assert load(inner, {}).root == tmp_path


def test_environment_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "errwatch.toml").write_text(
        '[repo]\ntest = "a"\npython = "p"\n[fix]\ntimeout = 5\n'
    )
    environment = {
        "ERRWATCH_FIX_TIMEOUT": "7.5",
        "ERRWATCH_REPO_TEST": "b",
        "ERRWATCH_INPUTS": "x, y",
    }
    settings = load(tmp_path, environment).settings
    assert settings.fix.timeout == 7.5
    assert (settings.repo.test, settings.repo.python) == ("b", "p")
    assert settings.inputs == ("x", "y")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inputs = ", ["errwatch.toml", "not valid TOML"]),
        ("input = 5", ["errwatch.toml", "input", "no such setting"]),
        ("[fix]\ntimeout = 'soon'", ["errwatch.toml", "fix.timeout", "number"]),
        ("[fix]\ntimeout = inf", ["errwatch.toml", "fix.timeout", "finite"]),
        ("[fix]\ntimeout = nan", ["errwatch.toml", "fix.timeout", "finite"]),
        ("[fix]\ntimeout = 1e20", ["errwatch.toml", "fix.timeout", "86400"]),
        ("[fix]\nmax_files = 0", ["errwatch.toml", "fix.max_files", "greater"]),
        ("x = " + "[" * 20_000, ["errwatch.toml", "too deeply nested"]),
        ("state = '~no-such-user/x.db'", ["errwatch.toml", "state", "no home directory"]),
        ("rules = ['~no-such-user/x.toml']", ["errwatch.toml", "rules.0", "no home directory"]),
        ("inputs = ['~no-such-user/*.log']", ["errwatch.toml", "inputs.0", "no home directory"]),
        ("[repo]\npath = '~no-such-user'", ["errwatch.toml", "repo.path", "no home directory"]),
        ("repo = 3", ["errwatch.toml", "repo"]),
        ("[[ignore]]\nid = 'EW-1a2b3c4d'", ["errwatch.toml", "ignore.0.reason", "required"]),
        ("[[ignore]]\nreason = ''\nid = 'EW-1a2b3c4d'", ["ignore.0.reason"]),
        ("[[ignore]]\nreason = 'x'", ["ignore.0", "exception_type", "path"]),
        ("[[ignore]]\nreason = 'x'\nmessage = '(?=y)'", ["ignore.0.message", "re2"]),
        ("[[ignore]]\nreason = 'x'\nid = 'EW-'", ["ignore.0.id"]),
        ("[[ignore]]\nreason = 'x'\npath = 'a'\nuntil = 'soon'", ["ignore.0.until", "date"]),
        ("[[ignore]]\nreason = 'x'\npath = 'a'\nfor = 'ever'", ["ignore.0.for", "no such"]),
    ],
)
def test_bad_file_is_one_line_that_names_file_and_key(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    (tmp_path / "errwatch.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_bad_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ERRWATCH_FIX_MAX_FILES"):
        load(tmp_path, {"ERRWATCH_FIX_MAX_FILES": "many"})


@pytest.mark.parametrize("name", ["ERRWATCH_STAT", "ERRWATCH_IGNORE", "ERRWATCH_REPO"])
def test_an_unknown_variable_is_refused_like_an_unknown_key(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: no such setting"):
        load(tmp_path, {name: "x"})
    known = {name: "", "ERRWATCH_REPORT": "/tmp/report.xml", "OTHER": "x"}
    assert load(tmp_path, known).settings == Settings()


def test_a_variable_that_names_no_home_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^ERRWATCH_STATE: .*no home directory"):
        load(tmp_path, {"ERRWATCH_STATE": "~no-such-user/x.db"})


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "errwatch.toml").write_text(
        "inputs = ['~/logs/*.log', 'a~', '-']\nstate = '~/s.db'\nrules = ['~/r.toml', 'r.toml']\n"
        "[repo]\npath = '~/shop'\n"
    )
    project = load(tmp_path, {})
    assert project.settings.inputs == (str(tmp_path / "home" / "logs" / "*.log"), "a~", "-")
    assert project.state == tmp_path / "home" / "s.db"
    assert project.rules == (tmp_path / "home" / "r.toml", tmp_path / "r.toml")
    assert project.repository == tmp_path / "home" / "shop"


def test_ignore_rules_are_read_with_their_dates(tmp_path: Path) -> None:
    (tmp_path / "errwatch.toml").write_text(
        "[[ignore]]\nreason = 'a'\npath = 'x/*'\nuntil = 2026-12-31\n"
        "[[ignore]]\nreason = 'b'\nid = 'ew-1A2B3C4D'\nuntil = '2027-01-01'\n"
    )
    first, second = load(tmp_path, {}).settings.ignore
    assert (first.reason, first.path, first.until) == ("a", "x/*", date(2026, 12, 31))
    assert (second.id, second.until) == ("ew-1A2B3C4D", date(2027, 1, 1))


def test_state_is_one_file_a_project(tmp_path: Path) -> None:
    first, second = tmp_path / "one" / "shop", tmp_path / "two" / "shop"
    first.mkdir(parents=True)
    second.mkdir(parents=True)
    assert load(first, {}).state != load(second, {}).state
    assert load(first, {}).state.name.startswith("shop-")
    assert load(first, {"ERRWATCH_STATE": "/somewhere/s.db"}).state == Path("/somewhere/s.db")


def test_every_setting_is_documented() -> None:
    page = (Path(config.__file__).parent.parent.parent / "docs" / "settings.md").read_text("utf-8")
    sections: dict[str, type[BaseModel]] = {
        "repo": RepositorySettings,
        "fix": FixSettings,
        "autofix": AutoFixSettings,
        "retention": RetentionSettings,
        "redact": RedactSettings,
        "alerts": AlertsSettings,
        "alert": AlertSettings,
        "notify": NotifySettings,
        "group": GroupSettings,
        "ignore": IgnoreSettings,
        "source": SourceSettings,
        "loki": LokiSettings,
        "claude": ClaudeSettings,
        "price": PriceSettings,
        "forge": ForgeSettings,
        "pull_request": PullRequestSettings,
        "follow": FollowSettings,
        "railway": RailwaySettings,
    }
    names = set(Settings.model_fields) - set(sections)
    for section, model in sections.items():
        names |= {f"{section}.{name}" for name in model.model_fields}
    documented = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert documented == names


def test_resources_are_found() -> None:
    assert config.resource("rules.toml").is_file()
    assert (config.resource("examples/shop") / "shop.log").is_file()


def test_a_pattern_is_refused_in_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "errwatch.toml").write_text("[[ignore]]\nreason = 'x'\nmessage = '(open'\n")
    with pytest.raises(ConfigError, match=r"re2: missing \): \(open$"):
        load(tmp_path, {})
    assert capfd.readouterr() == ("", "")

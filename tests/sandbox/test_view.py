from __future__ import annotations

import sys
from pathlib import Path

import pytest

from errwatch.sandbox.view import Place, Sight, places


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a checkout, and nothing that is scratch around it."""
    home = tmp_path / "home"
    for folder in ("code/shop/.venv/bin", ".local/bin", ".nvm/v20/bin", ".ssh", "w", "h"):
        (home / folder).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.setattr("errwatch.sandbox.view.SCRATCH", ())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    monkeypatch.setenv("PATH", f"{home}/.local/bin:{home}/.nvm/v20/bin:.:")
    return home


def seen(
    home: Path, *, hidden: tuple[Path, ...] = (), python: Path | None = None
) -> dict[str, str]:
    pythons = [python or Path(sys.executable)]
    laid = places(home / "w", home / "h", pythons, hidden)
    below = [place for place in laid if place.path.is_relative_to(home)]
    return {str(place.path.relative_to(home)): place.sight.value for place in below}


def test_a_home_is_hidden_but_for_the_programs_in_it(machine: Path) -> None:
    assert seen(machine) == {
        ".": "hide",
        ".local/bin": "show",
        ".nvm/v20": "show",
        "w": "write",
        "h": "write",
    }


def test_an_interpreter_in_the_checkout_is_shown_and_the_rest_of_it_is_not(machine: Path) -> None:
    checkout = machine / "code" / "shop"
    python = checkout / ".venv" / "bin" / "python"
    python.symlink_to(sys.executable)
    found = seen(machine, hidden=(checkout,), python=python)
    assert found["code/shop/.venv"] == "show"
    assert "code/shop" not in found
    assert "code" not in found


def test_the_installation_behind_a_virtual_environment_is_shown(machine: Path) -> None:
    base = machine / "pythons" / "3.12" / "bin"
    base.mkdir(parents=True)
    environment = machine / "code" / "shop" / ".venv"
    (environment / "pyvenv.cfg").write_text(f"home = {base}\nversion = 3.12.1\n")
    python = environment / "bin" / "python"
    python.symlink_to(sys.executable)
    found = seen(machine, python=python)
    assert found["pythons/3.12"] == "show"


def test_an_interpreter_right_in_the_home_does_not_show_the_home(machine: Path) -> None:
    (machine / "bin").mkdir()
    python = machine / "bin" / "python"
    python.symlink_to(sys.executable)
    found = seen(machine, python=python)
    assert (found["."], found["bin/python"]) == ("hide", "show")
    assert "bin" not in found


def test_places_come_from_the_top_down(machine: Path) -> None:
    laid = places(machine / "w", machine / "h", [], [machine / "code"])
    depths = [len(place.path.parts) for place in laid]
    assert depths == sorted(depths)
    assert Place(machine / "w", Sight.WRITABLE) in laid


def test_what_is_not_there_needs_no_hiding(machine: Path) -> None:
    assert "gone" not in seen(machine, hidden=(machine / "gone",))

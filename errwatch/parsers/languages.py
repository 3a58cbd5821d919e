"""The language of a file, by the end of its name."""

from __future__ import annotations

_NAMES = {
    "python": "py pyi pyx",
    "javascript": "js jsx mjs cjs vue svelte",
    "typescript": "ts tsx mts cts",
    "java": "java",
    "kotlin": "kt kts",
    "scala": "scala",
    "groovy": "groovy gradle",
    "go": "go",
    "rust": "rs",
    "ruby": "rb erb rake",
    "php": "php",
    "csharp": "cs",
    "fsharp": "fs",
    "elixir": "ex exs",
    "erlang": "erl hrl",
    "cpp": "c cc cpp cxx h hh hpp hxx m mm",
    "swift": "swift",
    "dart": "dart",
    "haskell": "hs lhs",
    "perl": "pl pm",
    "lua": "lua",
    "shell": "sh bash",
}
_LANGUAGES = {end: language for language, ends in _NAMES.items() for end in ends.split()}


def language_of_file(file: str) -> str | None:
    return _LANGUAGES.get(file.rpartition(".")[2].lower())

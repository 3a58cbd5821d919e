"""Last words of tools: lines that only say again that something failed, under what went wrong."""

from __future__ import annotations

from errwatch import lazy_re as re

_SAYS = (
    r"[Ee]rror: (?:could not compile|aborting due to|failed to push some refs|build failed"
    r"|fatalError"
    r"|(?:test|loading|command) failed|the following (?:build |test )?command|recipe [`']"
    r"|Command failed|Process completed with|Test failures|execution of an external program failed"
    r"|called from|ignoring const|\[Cabal-)"
    r"|ERROR: (?:Build did NOT|Analysis of target|(?:lazy )?loading failed|Encountered errors"
    r"|Failed building wheel|Could not build wheels|Command errored out|Job failed"
    r"| +Application (?:startup|shutdown) failed|failed to (?:solve|build)|process \"|Service )"
    r"|error Command failed|Execution halted|Failed to build |(?:\*\* )?BUILD FAILED\b"
    r"|FAILED(?: \(|: Build|$)"
    r"|g?make(?:\[\d+\])?: \*\*\* |ninja: build stopped|collect2: error|clang: error: "
    r"|compilation terminated|cc1(?:plus)?: |exit status \d|##\[error\]Process completed"
    r"|The following build commands failed|\(\d+ failures?\)|Some tests failed"
    r"|\* (?:removing|restoring) |To \S+\.git$|nginx: configuration file \S+ test failed"
    r"|ERROR: \S+ .{1,60} did not complete successfully"
)
_LAST = re.compile(_SAYS)
_FIRST = frozenset("eEFfBgmnc#T(S*t")
"""What these begin with."""


def concludes(line: str) -> bool:
    """Whether a line tells nothing but the end of what the lines above it tell."""
    return line[:1] in _FIRST and _LAST.match(line) is not None

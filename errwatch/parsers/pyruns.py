"""What Python's package manager and test runner print of what failed, with the tracebacks in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Link
from errwatch.parsers.listed import Listed
from errwatch.parsers.python import PYTHON, TRACEBACK
from errwatch.parsers.section import Section


def _traceback(lines: Sequence[str], ends: tuple[str, ...]) -> tuple[ExceptionInfo, ...]:
    """The first traceback within, whatever its lines are indented by."""
    begin = next((n for n, line in enumerate(lines) if line.strip() == TRACEBACK), None)
    if begin is None:
        return ()
    margin = lines[begin].partition("T")[0]
    inside = [line.removeprefix(margin) for line in lines[begin:]]
    end = next((n for n, line in enumerate(inside) if line.startswith(ends)), len(inside))
    return PYTHON.parse(inside[:end])


class Pip(Listed):
    """A report of pip, which quotes what a package's own build printed."""

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        told = Listed.parse(self, lines)
        quoted = _traceback(lines, ("[end of output]",))
        return (*told, replace(quoted[0], link=Link.CAUSE), *quoted[1:]) if quoted else told


class Pytest(Section):
    """The failure of one test, drawn by pytest, or printed as a traceback where it is told so."""

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return _traceback(lines, ("===", "---")) or Section.parse(self, lines)


_PIP = Pip(
    language="python",
    hints=(
        "annot install ",
        "satisfies the requirement",
        "subprocess-exited",
        "building wheel",
        "errored out",
        "× No solution",
    ),
    opens=(
        re.compile(r"(?:ERROR: )?(?P<message>Cannot install .* conflicting dependencies\.?)"),
        re.compile(r"(?:ERROR: )?(?P<message>Could not find a version that satisfies .*)"),
        re.compile(r"(?:ERROR: )?(?P<message>Failed building wheel for .*)"),
        re.compile(r"\s*ERROR: (?P<message>Command errored out with exit status \d+):"),
        re.compile(r"\s*× (?P<message>No solution found .*?):?$"),
        re.compile(r"\s*(?:error: )?(?P<message>subprocess-exited-with-error)$"),
    ),
    more=re.compile(
        r"(?:ERROR: )?(?:ResolutionImpossible|No matching distribution|Could not build wheels"
        r"|Failed to build )|The conflict is caused by|To fix this you|\d\. |[×╰│]|note: "
        r"|Failed to build"
    ),
    after=re.compile(
        r"(?:error: )?metadata-generation-failed|legacy-install-failure|Failed to build|× "
    ),
)

_RAISED = r"(?P<type>[A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt|Failed))"

_PYTEST = Pytest(
    language="python",
    hints=("___ ",),
    opens=re.compile(r"_{3,} (?:ERROR (?:at \w+ of|collecting) )?\S.* _{3,}$"),
    ends=re.compile(r"=+ .*\d+ (?:failed|errors?|passed).* in [\d.]+s.*=+$"),
    says=(
        re.compile(rf"E +(?:[\w.]+\.)?{_RAISED}: (?P<message>.*)"),
        re.compile(r"E +(?P<message>\S.*)"),
        re.compile(rf"\S+\.py:\d+: {_RAISED}$"),
    ),
    frames=(re.compile(r"(?P<file>[^\s:]+\.py):(?P<line>\d+): (?:in (?P<function>\S+)|\w|$)"),),
    headed=re.compile(r"[\w./\\-]+\.py(?:::.*| - .*)?$"),
)

_PYTEST_LINE = Listed(
    language="python",
    hints=("FAILED ",),
    opens=(
        re.compile(
            rf"FAILED (?P<file>\S+\.py)::(?P<function>\S+)(?: - (?:{_RAISED}: )?(?P<message>.*))?$"
        ),
    ),
    alone=True,
    indented=False,
)
"""A line of the summary where no failure was shown at length."""

_CONFTEST = Listed(
    language="python",
    hints=("while loading conftest",),
    opens=(re.compile(r"\w*Error while loading conftest '[^']+'\.$"),),
    frames=(re.compile(r"(?P<file>[^\s:]+\.py):(?P<line>\d+): in (?P<function>\S+)$"),),
    more=re.compile(r"E  "),
    says=re.compile(r"E +(?:(?P<type>\w*(?:Error|Exception)): )?(?P<message>\S.*)"),
    outward=True,
)

PYTHON_RUNS = (_PIP, _PYTEST, _PYTEST_LINE, _CONFTEST)

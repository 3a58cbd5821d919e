"""What test runners print of a failed test, and package managers, bundlers and linkers that fail.

As in `builds`, the language of a report is that of the file that it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo
from errwatch.parsers.listed import Listed
from errwatch.parsers.section import Section

_JEST = Listed(
    language="javascript",
    hints=("● ", "FAIL  "),
    opens=(
        re.compile(r" {2,}● (?P<function>(?!Console|Deprecation|Validation Warning)\S.*)"),
        re.compile(r" ?FAIL {2}(?P<function>\S.* > .*)"),
    ),
    frames=(
        re.compile(r"\s+at (?:.* \()?(?P<file>[^():\s]+):(?P<line>\d+):\d+\)?$"),
        re.compile(r" ❯ (?:\S+ )?(?P<file>[^():\s]+):(?P<line>\d+):\d+$"),
    ),
    more=re.compile(r"(?:[A-Z]\w*)?Error: |[-+] |⎯|Serialized Error"),
    says=re.compile(
        r"(?: {4}|(?=\w*Error: ))(?:(?P<type>[A-Z]\w*(?:Error|Exception)): )?(?P<message>\S.*)"
    ),
)
"""Jest and Vitest."""

_MOCHA = Listed(
    language="javascript",
    hints=(" failing",),
    opens=(re.compile(r"\s+(?P<message>[1-9]\d* failing)$"),),
    frames=(
        re.compile(r"\s+at (?:(?P<function>\S.*) \()?(?P<file>[^():\s]+):(?P<line>\d+):\d+\)?$"),
    ),
    more=re.compile(r"\S.* !== |[+-]|\w*Error\b"),
    says=re.compile(r"\s+(?P<message>\w*(?:Error|Exception)\b.*)"),
)

_CPP_TEST = Listed(
    language="cpp",
    hints=(": Failure", ": FAILED:", ": error: in "),
    opens=(
        re.compile(r"(?P<file>[^\s:]+):(?P<line>\d+): (?:Failure|FAILED:)$"),
        re.compile(r"(?P<file>[^\s(]+)\((?P<line>\d+)\): error: in (?P<message>.*)"),
    ),
    more=re.compile(
        r"Expected|Value of|Actual|with expansion:|\[ {2}FAILED {2}\]|test cases: |assertions: "
        r"|=+$|\d+$"
    ),
    says=re.compile(r"(?:\s+|Value of: |Expected )(?P<message>\S.*)"),
)
"""GoogleTest, Catch2 and Boost.Test."""

_RSPEC_LISTED = Listed(
    language="ruby",
    hints=("Failure/Error: ",),
    opens=(re.compile(r"\s+Failure/Error: (?P<message>.*)"),),
    frames=(re.compile(r"\s+# (?P<file>\./[^:\s]+):(?P<line>\d+)(?::in [`'](?P<function>.*)')?"),),
)
_RAISED = re.compile(
    r"\s+(?P<type>(?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception|NotFound|Invalid)\w*):$"
)


class Rspec:
    """A failed example: its source, and what it raised or expected (see `trace.TraceFormat`)."""

    language = "ruby"
    hint = _RSPEC_LISTED.hint
    start = staticmethod(_RSPEC_LISTED.start)
    follow = staticmethod(_RSPEC_LISTED.follow)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        (told,) = _RSPEC_LISTED.parse(lines)
        for line, message in pairwise(lines):
            if found := _RAISED.match(line):
                return (replace(told, type=found["type"], message=message.strip()),)
        return (told,)


_MINITEST = Listed(
    language="ruby",
    hints=(") Failure:", ") Error:"),
    opens=(re.compile(r"\s*\d+\) (?:Failure|Error):$"),),
    frames=(
        re.compile(r"(?P<function>[\w:]+#\w+) \[(?P<file>[^\]:]+):(?P<line>\d+)\]:$"),
        re.compile(r"\s+(?P<file>\S+\.rb):(?P<line>\d+):in [`'](?P<function>.*)'$"),
    ),
    more=re.compile(r"[\w:]+#\w+|Expected|(?:[A-Z]\w*(?:::)?)+: "),
    says=re.compile(r"(?P<message>Expected.*|(?:[A-Z]\w*(?:::)?)+: .*)"),
)

_PHPUNIT = Section(
    language="php",
    hints=("There w",),
    opens=re.compile(r"There (?:was|were) \d+ (?:failure|error)s?:$"),
    ends=re.compile(r"Tests: \d+, Assertions: \d+"),
    says=(
        re.compile(r"(?P<message>Failed asserting .*)"),
        re.compile(r"(?P<type>[\w\\]+(?:Error|Exception)): (?P<message>.*)"),
    ),
    frames=(re.compile(r"(?P<file>\S+\.php):(?P<line>\d+)$"),),
)

_EXUNIT = Listed(
    language="elixir",
    hints=(") test ", ") doctest ", ") property "),
    opens=(
        re.compile(
            r"\s+\d+\) (?P<function>(?:test|doctest|property) .*) \((?P<module>[A-Z][\w.]*)\)$"
        ),
    ),
    frames=(re.compile(r"\s+(?P<file>\S+\.exs?):(?P<line>\d+): (?P<function>\S.*)"),),
    says=re.compile(r" {5}(?P<message>[A-Z*].*)"),
)

_XUNIT = Listed(
    language="csharp",
    hints=("Failed ",),
    opens=(re.compile(r"\s*Failed (?P<function>[\w.+]+(?:\(.*\))?) \[[<\d][\w .,]*\]$"),),
    frames=(re.compile(r"\s+at (?P<function>[^\s(]+)\(.*\) in (?P<file>.+):line (?P<line>\d+)"),),
    more=re.compile(r"Expected|Actual|But was|Assert\.|\S+Exception ?: "),
    says=re.compile(r"\s{3,}(?P<message>\S.*)"),
)

_LINKER = Listed(
    language="cpp",
    hints=(
        "in function `",
        "undefined reference",
        "Undefined symbols",
        "ld returned",
        "linker comm",
    ),
    opens=(
        re.compile(r"(?:\S{0,200}/)?(?:[\w-]{1,40}-)?ld(?:\.\w+)?: \S+: in function [`'].*':$"),
        re.compile(
            r"(?:(?:\S{0,200}/)?(?:[\w-]{1,40}-)?ld(?:\.\w+)?: )?(?:\S+: )?(?P<file>[^\s:()]+):"
            r"(?:(?P<line>\d+)|\(.*?\)): (?P<message>(?:more )?undefined reference.*)"
        ),
        re.compile(r"(?P<message>Undefined symbols for architecture .*):$"),
        re.compile(r"(?P<message>collect2: error: ld returned .*)"),
        re.compile(r"clang(?:\+\+)?: error: (?P<message>linker command failed .*)"),
    ),
    frames=(
        re.compile(
            r"(?:(?:\S{0,200}/)?(?:[\w-]{1,40}-)?ld(?:\.\w+)?: )?(?:\S+: )?(?P<file>[^\s:()]+):"
            r"(?:(?P<line>\d+)|\(.*?\)): (?:more )?undefined reference"
        ),
    ),
    more=re.compile(
        r"(?:\S{0,200}/)?(?:[\w-]{1,40}-)?ld(?:\.\w+)?: |\S+: undefined reference|\S*:\(\.text"
        r"|collect2: error"
        r"|clang(?:\+\+)?: error: linker|ld: symbol|\S+: in function|\S+:\d+: (?:more )?undefined"
        r"|g?make(?:\[\d+\])?: \*\*\* "
    ),
    says=re.compile(r".*(?P<message>undefined reference.*)"),
)

_PACKAGES = Listed(
    language=None,
    hints=(
        "ERR_PNPM_",
        "could not be resolved",
        "ELIFECYCLE",
        "find compatible versions",
        "go: ",
        "===> ",
    ),
    opens=(
        re.compile(r"\s?(?P<type>ERR_PNPM_\w+)\s+(?P<message>.*)"),
        re.compile(r"(?P<message>Your requirements could not be resolved to .*)"),
        re.compile(r"(?P<message>(?:Bundler could|Could) not find compatible versions.*)"),
        re.compile(r"===> (?P<message>.* failed\b.*|Failed .*)"),
        re.compile(r"go: (?P<message>[^\s@]+@[^\s:]+: .*)"),
    ),
    more=re.compile(r"Note that in CI|This error happened|Problem \d|The latest release"),
)

_NODE_TEST = Listed(
    language="javascript",
    hints=("ms)",),
    opens=(re.compile(r"\s*✖ (?P<function>.*) \(\d+(?:\.\d+)?ms\)$"),),
    frames=(re.compile(r"\s+at (?:.* \()?(?P<file>(?!node:)[^():\s]+):(?P<line>\d+):\d+\)?$"),),
    more=re.compile(r"\s*[✖✔▶ℹ] |test at \S+:\d+:\d+$"),
    says=re.compile(r"\s+(?P<type>[A-Z]\w*)(?: \[\w+\])?: (?P<message>.*)"),
)
"""Node's own runner lists the tests, and then once more those that failed."""

_AVA = Listed(
    language="javascript",
    hints=("[fail]: ",),
    opens=(re.compile(r"\s*[✘✖] \[fail\]: (?P<function>\S.*)"),),
    frames=(re.compile(r"\s+› (?:.* \()?(?P<file>[^():\s]+):(?P<line>\d+):\d+\)?$"),),
    says=re.compile(
        r"\s+(?:(?P<type>[A-Z]\w*Error)(?: \[\w+\])?: )?"
        r"(?P<message>Difference .*|Value .*|(?<=: ).*)"
    ),
)

_TAP = Listed(
    language=None,
    hints=("not ok ",),
    opens=(re.compile(r"\s*not ok \d+ -? ?(?P<message>(?!.*# (?:TODO|SKIP)).*)"),),
    frames=(
        re.compile(r"\s+(?:at )?(?:.* \()?(?P<file>(?!node:)[^():'\s]+):(?P<line>\d+):\d+\)?$"),
    ),
    more=re.compile(r"\s*(?:not ok \d|\.\.\.$|\d+\.\.\d+$|# (?:\w+ \d|Looks like|Failed test))"),
)
"""The Test Anything Protocol; a failed test stands again for the file that holds it."""

_DOCTEST = Listed(
    language="python",
    hints=("Failed example:",),
    opens=(re.compile(r"Failed example:$"),),
    more=re.compile(
        r"Expected(?: nothing)?:?$|Got(?: nothing)?:?$|Exception raised:$|\*{3,}"
        r"|\d+ items? had failures"
    ),
    says=re.compile(r" {4}(?P<message>\S.*)"),
)

_BUNDLER = Listed(
    language="javascript",
    hints=("error during build:", "[ERROR] ", "[!] "),
    opens=(
        re.compile(r"(?P<message>error during build):$"),
        re.compile(r"[✘✗X] \[ERROR\] (?P<message>.*)"),
        re.compile(r"\[!\] (?:\(.*\) )?(?P<type>\w*Error): (?P<message>.*)"),
    ),
    frames=(
        re.compile(r"\s+at .*\((?:file://)?(?P<file>[^():\s]+):(?P<line>\d+):\d+\)$"),
        re.compile(r"file: (?P<file>/[^:\s]+):(?P<line>\d+):\d+"),
        re.compile(r"\s+(?P<file>[^\s:]+\.\w+):(?P<line>\d+):\d+:$"),
    ),
    more=re.compile(
        r"https?://\S+$|\d+: |\[vite\]: |\[[\w:-]+\] |\w*Error: |\d+ errors?$"
        r"|[\w./-]+\.\w+(?: \(\d+:\d+\))?$"
        r"|This is most likely|file: |If you do want"
    ),
)

_LINT = Listed(
    language=None,
    hints=("problem", "] Found "),
    opens=(
        re.compile(r"[✖×] (?P<message>\d+ problems? \([1-9]\d* errors?.*)"),
        re.compile(r" \[ERROR\] (?P<message>Found [1-9]\d* errors?)"),
    ),
    alone=True,
)
"""The sum of what a linter found."""

_DART_TEST = Listed(
    language="dart",
    hints=(" [E]",),
    opens=(re.compile(r"\d\d:\d\d \+\d+(?: ~\d+)? -\d+: (?P<message>.*) \[E\]$"),),
    frames=(re.compile(r"\s+(?P<file>\S+\.dart) (?P<line>\d+):\d+ +(?P<function>\S.*)"),),
    more=re.compile(r"\d\d:\d\d \+\d+(?: ~\d+)? -\d+: Some tests failed"),
)

_TEAMCITY = Listed(
    language=None,
    hints=("##teamcity[testFailed ", "##teamcity[buildProblem "),
    opens=(
        re.compile(
            r"##teamcity\[testFailed .{0,300}?name='(?P<function>[^']*)'.{0,300}? "
            r"message='(?P<message>[^']*)'"
        ),
        re.compile(r"##teamcity\[buildProblem .{0,300}?description='(?P<message>[^']*)'"),
    ),
    alone=True,
    indented=False,
)

_PLAYWRIGHT = Listed(
    language="javascript",
    hints=("] › ",),
    opens=(re.compile(r"\s+\d+\) \[[\w -]+\] › [^\s:]+:\d+:\d+ › "),),
    frames=(re.compile(r"\s+at (?P<file>[^():\s]+):(?P<line>\d+):\d+$"),),
    says=re.compile(r"\s{4}(?P<message>[A-Z]\w*: .*)"),
)

_COMPILED = Listed(
    language="javascript",
    hints=("Failed to compile",),
    opens=(re.compile(r"Failed to compile\.?$"),),
    frames=(re.compile(r"\.?/?(?P<file>[\w./@\[\]-]+\.\w{1,6}):(?P<line>\d+):\d+$"),),
    more=re.compile(r"[A-Z][\w ]+: |> ?\d+ \||\./|\S+\.\w{1,6}:\d+:\d+$"),
    says=re.compile(r"(?:\w+ error|\w*Error): (?P<message>.*)"),
)
"""Next.js and Create React App."""

_WEBPACK = Listed(
    language="javascript",
    hints=("ERROR in ",),
    opens=(
        re.compile(r"ERROR in \./(?P<file>[^\s:]+)(?:[ :](?P<line>\d+):\d+(?:-(?:\d+:)?\d+)?)?$"),
        re.compile(r"ERROR in \w[\w-]*$"),
    ),
    more=re.compile(
        r"Module (?:not found|build failed|parse failed)|\w*Error: |TS\d+: |@ \./|> |resolve '"
        r"|webpack \d|File was processed|You may need"
    ),
    says=re.compile(r"(?P<message>(?:Module [a-z ]+\b|\w*Error\b|TS\d+: ).*)"),
)

_EXCEPTION_BOX = Listed(
    language=None,
    hints=("Error", "Exception"),
    opens=(re.compile(r" {2,3}\[?(?P<type>[A-Z][\w\\]*(?:Error|Exception))\]?\s*$"),),
    frames=(
        re.compile(r" {2}at (?P<file>\S+):(?P<line>\d+)(?: in (?P<function>\S+)|$)"),
        re.compile(r" {2,4}\d+ {1,3}(?P<file>\S+):(?P<line>\d+)$"),
    ),
    says=re.compile(r" {2}(?P<message>\S.*)"),
)
"""Consoles of Poetry, Symfony and Laravel."""

_YARN = Listed(
    language=None,
    hints=("error ", "YN0000: "),
    opens=(
        re.compile(r"➤ YN0000: (?:[└·] )?(?P<message>Failed with errors.*)"),
        re.compile(r"error (?P<message>[A-Z][a-z']+ \S.*|\S+@\S+: .*)"),
    ),
    more=re.compile(r"info (?:Visit |If you think )|error Command failed|error Found incompatible"),
    indented=False,
)

_ELM = Listed(
    language="elm",
    hints=("-- ",),
    opens=(re.compile(r"-- (?P<type>[A-Z][A-Z ]+[A-Z]) -{4,} (?P<file>\S+\.elm)$"),),
    frames=(re.compile(r"(?P<line>\d+)\|"),),
    more=re.compile(r"\d+\||(?:Hint|Note): |[A-Z][^:]{10,400}[.:?]$"),
    says=re.compile(r"(?P<message>[A-Z].*)"),
)

_PURESCRIPT = Listed(
    language="purescript",
    hints=("Error found:",),
    opens=(re.compile(r"(?:\[\d+/\d+ \w+\] )?Error found:$"),),
    frames=(re.compile(r"at (?P<file>\S+\.purs):(?P<line>\d+):\d+ - "),),
    more=re.compile(
        r"in (?:module|value declaration) |at \S+\.purs:|while (?:checking|trying|inferring"
        r"|applying)"
        r"|where |See https?://|or to contribute "
    ),
    says=re.compile(r"  (?P<message>\S.*)"),
)

TESTRUNS: tuple[Listed | Section | Rspec, ...] = (
    _DART_TEST,
    _TEAMCITY,
    _PLAYWRIGHT,
    _COMPILED,
    _WEBPACK,
    _EXCEPTION_BOX,
    _JEST,
    _MOCHA,
    _CPP_TEST,
    _YARN,
    _ELM,
    _PURESCRIPT,
    Rspec(),
    _MINITEST,
    _PHPUNIT,
    _EXUNIT,
    _XUNIT,
    _LINKER,
    _PACKAGES,
    _BUNDLER,
    _AVA,
    _TAP,
    _DOCTEST,
    _NODE_TEST,
    _LINT,
)

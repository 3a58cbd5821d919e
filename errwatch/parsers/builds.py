"""What compilers, package managers and other tools of a build say when it fails.

The language of a diagnostic is that of the file that it names (see `languages`).
"""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo
from errwatch.parsers.go import GO
from errwatch.parsers.listed import Listed
from errwatch.parsers.pyruns import PYTHON_RUNS
from errwatch.parsers.section import Section

_FILE = r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:(\[]+\.[A-Za-z]\w{0,7})"
_CODE = r"(?P<type>[A-Z]{1,10}-?\d{1,6})"
_TAIL = (
    r"(?:##\[error\]|Error: )Process completed with exit code|g?make(?:\[\d+\])?: \*\*\* "
    r"|npm (?:ERR!|error)|error Command failed|exit status \d|FAIL\b|ninja: build stopped"
    r"|FAILURE: Build failed|\* (?:What went wrong|Try|Where|Exception is):|Execution failed for "
    r"|> (?:Compilation|Run with|A failure|Get more)|BUILD FAILED in|\d+ actionable"
)
"""What the tools around a compiler say after it."""

COMPILER = Listed(
    language=None,
    hints=("rror: ", "ERROR: ", "error ", ".go:", ".erl:", ".scala:", ".proto:", ".kt:", ".kts:"),
    opens=(
        re.compile(
            rf"{_FILE}:(?P<line>\d+):(?:\d+:)? ?(?:fatal "
            rf"|internal compiler )?(?:[Ee]rror|ERROR): ?(?P<message>.*)"
        ),
        re.compile(
            rf"{_FILE}\((?P<line>\d+)(?:,\d+)?\) ?: (?:fatal )?error {_CODE}: (?P<message>.*)"
        ),
        re.compile(rf"{_FILE} : (?:fatal )?error {_CODE}: (?P<message>.*)"),
        re.compile(rf"(?:Error: )?{_FILE}:(?P<line>\d+):\d+ - error {_CODE}: (?P<message>.*)"),
        re.compile(rf"{_FILE}\((?P<line>\d+), \d+\) Error: (?P<message>.*)"),
        re.compile(
            r"'(?:file://)?(?P<file>[^']+)': error: line (?P<line>\d+) pos \d+: (?P<message>.*)"
        ),
        re.compile(
            r"(?:vet: )?(?P<file>(?:\.{0,2}/)?[\w./@-]+\.(?:go|erl"
            r"|scala|proto)):(?P<line>\d+):\d+: (?P<message>(?!(?i:warning): )\S.*)"
        ),
        re.compile(
            r"e: (?:file://)?(?P<file>[^\s:]+\.kts?):(?: \()?(?P<line>\d+)[:,] ?\d+\)?:? "
            r"(?P<message>.*)"
        ),
    ),
    more=re.compile(
        rf"{_TAIL}|\d+ (?:errors?|warnings?)\b|compilation terminated|collect2: error"
        rf"|In file included"
        r"|[^\s:]+:\d+:(?:\d+:)? note: |[^\s:]+: In (?:member )?function |Found \d+ errors?"
        r"|\d+ \||\d+ {2,}\S"
        r"|too many errors|clang: error: linker|Errors +Files|note: |referenced by:"
        r"|\w+ errors? found"
        r"|error: (?:fatalError|the following )|\S+ build-\w+ |\(\S.* / \S+\) "
        r"|(?:\[\d+/\d+\] )?Compiling \S+ \S+\.swift|%|\S+ : fatal error LNK1120"
        r"|0x[0-9a-f]+ \S|Please submit a full bug|with preprocessed|See <|Total time: "
    ),
    after=re.compile(r"Command failed with exit code|Process completed with|Build FAILED\.$"),
    alone=True,
)

RUSTC = Listed(
    language="rust",
    hints=("error[E",),
    opens=(re.compile(r"error\[(?P<type>E\d{4})\]: (?P<message>.*)"),),
    frames=(re.compile(r"\s*--> (?P<file>[^:\s]+):(?P<line>\d+):\d+$"),),
    more=re.compile(
        rf"{_TAIL}|\d+ +[|+~-]|error: (?:aborting due to|could not compile|build failed)"
        rf"|help: |note: "
        r"|For more information about|Some errors have detailed|\.\.\. ?$|warning: build failed"
    ),
)

RUSTC_PLACE = Listed(
    language="rust",
    hints=("--> ",),
    opens=(re.compile(r"\s+--> (?P<file>[^:\s]+\.rs):(?P<line>\d+):\d+$"),),
    frames=RUSTC.frames,
    more=RUSTC.more,
)
"""The place under an error of the compiler that has no number."""

_GO_TEST = Listed(
    language="go",
    hints=("--- FAIL: ", "FAIL\t"),
    opens=(
        re.compile(r"--- FAIL: (?P<message>\S+)"),
        re.compile(r"FAIL\t(?P<message>\S+ \[(?:build|setup) failed\])"),
    ),
    frames=(
        re.compile(r"\s+(?P<file>\w+\.go):(?P<line>\d+): "),
        re.compile(r"\t(?P<file>\S+\.go):(?P<line>\d+) \+0x"),
    ),
    more=re.compile(
        r"FAIL\b(?!\t\S+ \[)|exit status \d|panic: |goroutine \d+ \[|created by "
        r"|[\w./-]+\.\S+\(.*\)$"
        r"|panic\("
    ),
)


class GoTest:
    """A test that failed, or that panicked: then the panic says more (see `trace.TraceFormat`)."""

    language = "go"
    hint = _GO_TEST.hint
    start = staticmethod(_GO_TEST.start)
    follow = staticmethod(_GO_TEST.follow)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        panics = (n for n, line in enumerate(lines) if n and GO.start(line) is not None)
        panic = next(panics, None)
        return _GO_TEST.parse(lines) if panic is None else GO.parse(lines[panic:])


CARGO_TEST = Listed(
    language="rust",
    hints=("test result: FAILED",),
    opens=(re.compile(r"(?P<message>test result: FAILED\. \d+ passed; \d+ failed)"),),
    more=re.compile(r"error: test failed|error: \d+ targets? failed"),
)

NPM = Listed(
    language=None,
    hints=("npm ", "gyp ERR!"),
    opens=(re.compile(r"(?:npm|gyp) (?:ERR!|error)(?: code (?P<type>\S+)| (?P<message>.*)|$)"),),
    says=re.compile(r"(?:npm|gyp) (?:ERR!|error) (?!code |errno |syscall |path )(?P<message>\S.*)"),
    more=re.compile(
        r"(?:npm|gyp) (?:ERR!|error|WARN|warn|notice|info|verb)"
        r"|(?:ERROR: )?process \".*\" did not complete"
        r"|(?:##\[error\]|Error: )Process completed with exit code"
    ),
)

MAVEN = Listed(
    language=None,
    hints=("COMPILATION ERROR", "execute goal", ".java:[", ".kt:[", ".scala:"),
    opens=(
        re.compile(r"(?P<message>COMPILATION ERROR) :"),
        re.compile(r"(?P<message>Failed to execute goal .*)"),
        re.compile(r"(?P<file>\S+\.(?:java|kt|groovy)):\[(?P<line>\d+),\d+\] (?P<message>.*)"),
    ),
    more=re.compile(
        r"\S+\.(?:java|kt|groovy):\[\d+,\d+\] |-> \[Help|To see the full stack|Re-run Maven"
        r"|\[Help \d"
        r"|For more information about the errors|After correcting the problems|-{5,}$"
        r"|\s*(?:symbol|location):"
        r"|COMPILATION ERROR"
    ),
    after=re.compile(
        r"-{20,}$|\d+ errors? *$|BUILD FAILURE|Total time: |Finished at: |Failed to execute goal |$"
    ),
    frames=(re.compile(r"(?P<file>\S+\.(?:java|kt|groovy)):\[(?P<line>\d+),\d+\] "),),
)

_SUMMED = re.compile(r"Tests run: \d+, .* <<< (?:FAILURE|ERROR)!")
_TEST_FAILED = re.compile(r"(?!Tests run: )\S.*<<< (?:FAILURE|ERROR)!$")


def sums_up(summary: str) -> bool:
    """Surefire sums up a class of tests before it says which of them failed."""
    return _SUMMED.match(summary) is not None


def first_failed(summary: str, message: str) -> bool:
    """Whether a message says which of the tests failed first that the line above it summed up."""
    return sums_up(summary) and _TEST_FAILED.match(message) is not None


GO_CYCLE = Listed(
    language="go",
    hints=("import cycle",),
    opens=(re.compile(r"\s+imports (?P<function>\S+): (?P<message>import cycle not allowed.*)"),),
    alone=True,
)

MAKE = Listed(
    language=None,
    hints=("make", "CMake Error"),
    opens=(
        re.compile(
            r"g?make(?:\[\d+\])?: \*\*\* (?P<message>\[(?:(?P<file>[^:\]\s]+):(?P<line>\d+): )?"
            r"[^\]]*\] Error \d+)(?! \(ignored\))"
        ),
        re.compile(r"g?make(?:\[\d+\])?: \*\*\* (?P<message>.*)  Stop\."),
        re.compile(r"CMake Error at (?P<file>[^:\s]+):(?P<line>\d+) (?P<message>\(.*\)):"),
    ),
    more=re.compile(
        rf"{_TAIL}|-- Configuring incomplete|See also \"|Call Stack \(most"
        r"|g?make(?:\[\d+\])?: (?:Entering|Leaving) directory "
    ),
    alone=True,
)

TERRAFORM = Listed(
    language=None,
    hints=("│ Error: ",),
    opens=(re.compile(r"│ Error: (?P<message>.*)"),),
    frames=(re.compile(r"│ +on (?P<file>\S+) line (?P<line>\d+)(?:, in (?P<function>[^:]+))?"),),
    more=re.compile(r"│(?! (?:Error|Warning): )|╵"),
)

TERRAFORM_PLACE = Listed(
    language=None,
    hints=(" line ",),
    opens=(
        re.compile(
            r" +on (?P<file>\S+\.tf(?:\.json)?) line (?P<line>\d+)(?:, in (?P<function>[^:]+))?"
        ),
    ),
)
"""The place under an error that is not boxed."""

ACTIONS = Listed(
    language=None,
    hints=("##[error]", "::error"),
    opens=(
        re.compile(
            r"::error (?:\w+=[^,:]*,)*?file=(?P<file>[^,:]+)(?:,\w+=[^,:]*?)*?,line=(?P<line>"
            r"\d+)[^:]*"
            r"::(?P<message>.*)"
        ),
        re.compile(r"::error(?: [^:]*)?::(?P<message>.*)"),
        re.compile(r"##\[error\](?P<message>.*)"),
    ),
    alone=True,
    indented=False,
)

GRADLE = Section(
    language=None,
    hints=("Build failed with an exception",),
    opens=re.compile(r"(?:FAILURE: )?Build failed with an exception\.?$"),
    ends=re.compile(r"BUILD FAILED in "),
    says=(
        re.compile(
            r"(?P<message>(?:Execution failed|Could not|A problem occurred|Task |Plugin ).*)"
        ),
    ),
    frames=(re.compile(r".*[Bb]uild file '(?P<file>[^']+)' line: (?P<line>\d+)"),),
)

DOCKER = Section(
    language=None,
    hints=("> [",),
    opens=re.compile(r"\s*> \[.{1,200}\] ?.*:$"),
    ends=re.compile(r"(?:ERROR: )?failed to (?:solve|build)"),
    says=(re.compile(r"(?:ERROR: )?failed to (?:solve|build): (?P<message>.*)"),),
    frames=(re.compile(r"(?P<file>\S*[Dd]ockerfile\S*):(?P<line>\d+)$"),),
)
"""The summary of BuildKit: the step again, its output, and the place in the Dockerfile."""

CTEST = Listed(
    language=None,
    hints=("The following tests FAILED:",),
    opens=(re.compile(r"The following tests FAILED:$"),),
    says=re.compile(r"\s+(?P<message>\d+ - .*)"),
    more=re.compile(r"Errors while running CTest"),
)

DBT = Listed(
    language="sql",
    hints=(" Error in ",),
    opens=(
        re.compile(
            r"\s*(?:Database|Compilation|Runtime|Parsing|Dependency|Validation) Error in \w+ \S+ "
            r"\((?P<file>\S+)\)$"
        ),
    ),
    says=re.compile(r"\s+(?P<message>\S.*)"),
)

BAZEL = Listed(
    language=None,
    hints=(" failed: ",),
    opens=(re.compile(r"ERROR: (?P<file>\S+):(?P<line>\d+):\d+: (?P<message>\S.* failed: .*)"),),
    more=re.compile(
        rf"{COMPILER.more.pattern if COMPILER.more else ''}"
        rf"|{_FILE}:\d+:|Target //|Use --|ERROR: Build did NOT|INFO: |FAILED: Build"
    ),
)

BUILDS = (
    BAZEL,
    COMPILER,
    RUSTC,
    GoTest(),
    CARGO_TEST,
    NPM,
    *PYTHON_RUNS,
    MAVEN,
    MAKE,
    GO_CYCLE,
    TERRAFORM,
    ACTIONS,
    GRADLE,
    DOCKER,
    CTEST,
    DBT,
)
GODOT_PLACE = Listed(
    language="gdscript",
    hints=("(res://",),
    opens=(
        re.compile(r"\s+(?:at:|\[0\]) (?P<function>\S+) \((?P<file>res://[^)]+):(?P<line>\d+)\)$"),
    ),
    frames=(re.compile(r"\s+\[\d+\] (?P<function>\S+) \((?P<file>res://[^)]+):(?P<line>\d+)\)$"),),
    more=re.compile(r"\s+GDScript backtrace"),
)
"""The place in a script under an error of the engine."""

PLACES = (RUSTC_PLACE, TERRAFORM_PLACE, GODOT_PLACE)

"""Languages whose errors are told by a line or two: R, MATLAB, PowerShell, Tcl, SQL ..."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.listed import Listed

_R = Listed(
    language="r",
    hints=("Error in ",),
    opens=(
        re.compile(
            r"(?:Warning: )?Error in (?P<function>[\w`][^\n]{0,300}?)(?: :|(?<=[)`]):"
            r"|(?<=\w): (?=\S))"
            r" ?(?P<message>.*)$"
        ),
    ),
    more=re.compile(
        r"Calls: |Execution halted|In addition: |Warning messages?:|In .{1,200} :|\d+: |Backtrace:"
        r"|[!ℹ✖✔•*] |Caused by error|Run `rlang|ERROR: lazy loading failed"
        r"|Error in \w[\w>.]{0,100} \(line "
    ),
    says=re.compile(r"(?:\s+|! )(?P<message>\S.*)"),
)

_R_CRASH = Listed(
    language="r",
    hints=("*** caught ",),
    opens=(
        re.compile(r"\s*\*\*\* caught (?P<message>segfault|illegal operation|bus error) \*\*\*$"),
    ),
    more=re.compile(
        r"address |Traceback:|An irrecoverable|Possible actions|\d+: |Selection:|Segmentation fault"
    ),
)

_MATLAB = Listed(
    language="matlab",
    hints=("Error in ",),
    opens=(re.compile(r"Error in (?P<message>\w[\w>.]{0,100}) \(line \d+\)$"),),
    more=re.compile(r"Error in \w[\w>.]{0,100} \(line "),
)
"""What went wrong stands in the text above."""

_CLOJURE = Listed(
    language="clojure",
    hints=("Unhandled ", "#error {"),
    opens=(
        re.compile(r"Unhandled (?P<type>(?:\w+\.)+[A-Z][\w$]*)$"),
        re.compile(r"#error \{"),
    ),
    frames=(
        re.compile(
            r"\s+(?P<file>[\w/-]+\.cljc?): +(?P<line>\d+) +(?P<module>[^\s/]+)/(?P<function>\S+)"
        ),
        re.compile(
            r".*\[(?P<module>[\w.-]+)\$(?P<function>\S+) \w+ "
            r"\"(?P<file>\w+\.cljc?)\" (?P<line>\d+)\]"
        ),
    ),
    says=re.compile(r"\s+(?::cause \")?(?P<message>[^\s:{\[\"][^\"]*)\"?$"),
)
"""Exceptions as values, and as development tools show them."""

_POWERSHELL = Listed(
    language="powershell",
    hints=(" char:", " Zeichen:", " car.:", " Carácter:", ".ps"),
    opens=(
        re.compile(r"[A-Z]\w{1,3} (?P<file>\S.{0,300}\.psm?1):(?P<line>\d+) \w+:\d+$"),
        re.compile(r"[A-Z]\w{1,3} \w+:(?P<line>\d+) (?:char|Zeichen|car\.|Carácter):\d+$"),
        re.compile(r"(?P<type>\w[\w.-]*): (?P<file>\S.{0,300}\.psm?1):(?P<line>\d+)$"),
    ),
    more=re.compile(r"\+ |Line \|$|[A-Z][^:]{10,300}\.$"),
    says=re.compile(r"\s+(?:\+ FullyQualifiedErrorId :|\|) (?P<message>[^\s~].*)"),
)

_TCL = Listed(
    language="tcl",
    hints=("while executing",),
    opens=(re.compile(r"\s+while executing$"),),
    frames=(re.compile(r'\s+\(file "(?P<file>[^"]+)" line (?P<line>\d+)\)'),),
    more=re.compile(r'"|\s+(?:invoked from within|\()'),
    says=re.compile(r'"(?P<message>.*)"'),
)

_GUILE = Listed(
    language="scheme",
    hints=(": In procedure ",),
    opens=(
        re.compile(
            r"(?P<file>[^\s:]+):(?P<line>\d+):\d+: In procedure (?P<function>\S+?): (?P<message>.*)"
        ),
    ),
    alone=True,
)

_VUE = Listed(
    language="javascript",
    hints=("[Vue warn]: ",),
    opens=(
        re.compile(r'\[Vue warn\]: Error in [\w ]+: "(?P<type>\w*Error): (?P<message>.*)"$'),
        re.compile(r"\[Vue warn\]: (?P<message>(?:Error in|Unhandled error during) .*)"),
    ),
    frames=(re.compile(r"\s*(?:---> )?<(?P<function>\w+)> at (?P<file>\S+\.vue)$"),),
    more=re.compile(r"found in$|---> "),
)

_SQL = Listed(
    language="sql",
    hints=("ORA-", "Msg ", ".sql:"),
    opens=(
        re.compile(r"(?P<type>ORA-\d{5}):? (?P<message>.*)"),
        re.compile(r"(?P<type>Msg \d+), (?P<message>Level (?:1[1-9]|2\d), State \d+.*)"),
        re.compile(
            r"(?:psql:)?(?P<file>[^\s:]+\.sql):(?P<line>\d+): (?:ERROR|FATAL): +(?P<message>.*)"
        ),
    ),
    more=re.compile(
        r"ORA-\d{5}: |LINE \d+: |(?:DETAIL|HINT|CONTEXT|QUERY): |The statement has been terminated"
        r"|[A-Z][^:]{10,400}\.$"
    ),
)
"""What clients of databases print."""

_PYTHON = Listed(
    language="python",
    hints=("No module named ", "an't open file ", " ignored"),
    opens=(
        re.compile(
            r"(?:\S*/)?python[\d.]*: (?P<message>(?:No module named|can't open file"
            r"|Error while finding module specification for) .*)"
        ),
        re.compile(r"Exception (?P<type>\w[\w.]*): (?P<message>.*) in <.*> ignored$"),
    ),
    alone=True,
    indented=False,
)
"""What the interpreter says before it runs anything, and of what it can't raise (2.7)."""

SCRIPTING = (_R, _R_CRASH, _MATLAB, _CLOJURE, _POWERSHELL, _TCL, _GUILE, _VUE, _SQL, _PYTHON)

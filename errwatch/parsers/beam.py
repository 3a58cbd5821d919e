"""Elixir and Erlang: exceptions, terminating processes, crash reports.

Whose code a file is, its path does not tell there (`lib/sql.ex`); the application before it does.
The files of applications that people depend on get the path that Mix gives them: `deps/APP/...`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link

_RAISED = re.compile(
    r"\s*\*\* \((?P<type>[A-Z][\w.]*|exit|stop|throw|EXIT[^)]{0,80}|ErlangError)\) ?(?P<message>.*)"
)
_SHELL = re.compile(r"\s*(?:escript: |\*\* )?exception (?P<type>error|exit|throw): (?P<message>.*)")
_REPORT = re.compile(
    r"=(?:ERROR|CRASH|SUPERVISOR) REPORT=+|\{\"(?:init terminating in do_boot|Kernel pid)\b"
)
_HEADS = re.compile(
    r"(?:\w+=\S+ ){0,6}(?:GenServer .{1,400} terminating|Process .{1,200} raised an exception"
    r"|Task .{1,200} started from .{1,200} terminating"
    r"|(?:State machine|GenStateMachine) .{1,200} terminating"
    r"|Child .{1,200} of Supervisor .{1,200} terminated|Ranch protocol .{1,200} terminated"
    r"|#PID<[\d.]+> running .{1,200} terminated|Error in process <[\d.]+>"
    r"|:gen_\w+ .{1,200} terminating|\*\* [A-Z][\w ]{1,40} \S{1,100} terminating *$| *crasher:$"
    r"|Kernel pid terminated|Runtime terminating during boot|init terminating in do_boot)"
)
_PLACE = re.compile(
    r"\s+(?:\((?P<app>[a-z]\w*)(?: [\w.+-]+)?\) )?(?P<file>[\w./@-]+\.(?:exs?|erl|[hls]?eex"
    r"|hrl|yrl))"
    r":(?P<line>\d+): (?P<function>\S.*)"
)
_TERM = re.compile(
    r"\{(?P<module>\w+|'[^']{1,100}'),(?P<name>[\w-]+|'[^']{1,100}'),(?P<arity>\d+"
    r"|\[[^\[\]]*(?:\[[^\]]*\])?\]),"
    r"\s*\[\{file,\s?\"(?P<file>[^\"]{1,300})\"\},\s*\{line,\s?(?P<line>\d+)\}"
)
_IN_CALL = re.compile(
    r"\s+in (?:function|call from) +(?P<function>\S+?/\d+)?.*\((?P<file>[^(),\s]+), line (?P<"
    r"line>\d+)\)"
)
_OTHER = re.compile(
    r"(?:Last message|State|Data|Client|Function|Server|Request|Process Label|Label|Initial Call"
    r"|Ancestors|Crash Reason|Exit reason|Queue|Postponed|Callback mode|Registered Name|Pid"
    r"|Start Call|Restart|Shutdown|Type|Neighbours|Messages|Message Queue)\b[^:]{0,200}:|\*\* "
    r"|Crash dump is being written"
    r"|init terminating in do_boot|Kernel pid terminated|[{}\[\]%(]|Error in process |escript: "
)
_QUERY = re.compile(
    r"(?:from|join|(?:left|right|inner|cross|full)_join|where|or_where|select|order_by|group_by|on"
    r"|limit|offset|preload|lock|having|distinct|update|windows|union|as):? \S"
)
"""What Ecto asked the database, under a message that ends with a colon."""
_REASON = re.compile(r"\s+[Rr]eason: +(?P<message>\S.*)")
_CODE_PLACE = re.compile(r"(?P<file>[\w./-]+\.exs?):(?P<line>\d+)(?::\d+)?: ")
_WRAPPER = "an exception was raised"

_DEPENDENCIES = frozenset(
    [
        "elixir",
        "eex",
        "ex_unit",
        "iex",
        "logger",
        "mix",
        "erts",
        "kernel",
        "stdlib",
        "compiler",
        "crypto",
        "inets",
        "ssl",
        "mnesia",
        "runtime_tools",
        "sasl",
        "public_key",
        "ecto",
        "ecto_sql",
        "db_connection",
        "postgrex",
        "myxql",
        "exqlite",
        "phoenix",
        "phoenix_ecto",
        "phoenix_html",
        "phoenix_live_view",
        "phoenix_live_dashboard",
        "phoenix_pubsub",
        "phoenix_template",
        "plug",
        "plug_cowboy",
        "plug_crypto",
        "cowboy",
        "cowlib",
        "ranch",
        "bandit",
        "thousand_island",
        "websock",
        "websock_adapter",
        "oban",
        "absinthe",
        "absinthe_plug",
        "dataloader",
        "tesla",
        "finch",
        "mint",
        "req",
        "httpoison",
        "hackney",
        "httpotion",
        "gun",
        "jason",
        "poison",
        "nimble_pool",
        "nimble_options",
        "nimble_parsec",
        "broadway",
        "gen_stage",
        "flow",
        "telemetry",
        "swoosh",
        "bamboo",
        "guardian",
        "ueberauth",
        "redix",
        "exredis",
        "amqp",
        "brod",
        "quantum",
        "cachex",
        "con_cache",
        "libcluster",
        "horde",
        "swarm",
        "gettext",
        "timex",
        "decimal",
        "sentry",
        "nebulex",
        "commanded",
        "ash",
        "ash_postgres",
        "ex_aws",
        "ex_aws_s3",
        "stream_data",
        "poolboy",
        "lager",
        "ibrowse",
        "fuse",
        "castore",
        "ssl_verify_fun",
        "idna",
        "certifi",
        "parse_trans",
        "unicode_util_compat",
    ]
)


class State(Enum):
    TITLE = "title"
    """After the first line of a report, which only says when."""
    HEAD = "head"
    BODY = "body"

    @property
    def complete(self) -> bool:
        return False


@dataclass(frozen=True, slots=True, eq=False)
class Beam:
    """The recogniser of one of the two languages (see `trace.TraceFormat`)."""

    language: str
    hint: str
    starts: Callable[[str], bool]

    def start(self, line: str) -> State | None:
        if not self.starts(line):
            return None
        return State.TITLE if line.startswith("=") else State.HEAD

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        if not line.strip():
            return state if isinstance(state, State) else None
        if _REPORT.match(line) or _HEADS.match(line):
            told = line[:1] not in tuple("=CGPRST#:")
            return State.HEAD if state in (State.TITLE, State.HEAD) and told else None
        if _PLACE.match(line) or _RAISED.match(line) or _OTHER.match(line) or _QUERY.match(line):
            return State.BODY
        if state is State.TITLE:
            return State.HEAD
        if state is State.HEAD and (loose or line[0].isspace()):
            return State.HEAD
        return State.BODY if line[0].isspace() else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        told = [one for one in _told(lines) if one.type or one.message or one.frames]
        if len(told) > 1 and told[0].message.rstrip(":").endswith(_WRAPPER):
            told = told[1:]
        return tuple(
            ExceptionInfo(one.type, one.message, one.frames, Link.CAUSE if n else Link.RAISED)
            for n, one in enumerate(told)
        )


def _elixir(line: str) -> bool:
    if "** (" in line and _RAISED.match(line):
        return True
    likely = line[:1] in tuple("CGPRST#:") or "=" in line
    return likely and _HEADS.match(line) is not None


def _erlang(line: str) -> bool:
    likely = (
        line[:1] in tuple("={*KRic ") or "exception " in line[:30] or line.startswith("Error in")
    )
    return likely and (_REPORT.match(line) or _SHELL.match(line) or _HEADS.match(line)) is not None


_ENDED = "terminat|raised an exception|crasher:"
ELIXIR = Beam("elixir", rf"\*\* \(|{_ENDED}", _elixir)
ERLANG = Beam(
    "erlang",
    rf"^=(?:ERROR|CRASH|SUPERVISOR) REPORT|exception (?:error|exit|throw): "
    rf"|^Error in|{_ENDED}",
    _erlang,
)


def _told(lines: Sequence[str]) -> Iterator[ExceptionInfo]:
    """Each exception as it is printed, the outermost first."""
    begins = [number for number, line in enumerate(lines) if _RAISED.match(line)]
    if not begins:
        yield _of_term(lines)
        return
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        found = _RAISED.match(lines[begin])
        if found is not None:
            message = [found["message"], *_more(lines[begin + 1 : end])]
            text = "\n".join(message).strip()
            frames = tuple(_frames(lines[begin + 1 : end])) or _code_place(text)
            yield ExceptionInfo(found["type"].partition(" ")[0], text, frames)


def _more(lines: Sequence[str]) -> Iterator[str]:
    """More of the message, up to the first frame."""
    for line in lines:
        if _PLACE.match(line) or _OTHER.match(line) or line.lstrip()[:1] in (":", "("):
            return
        yield line


def _frames(lines: Sequence[str]) -> list[Frame]:
    found = [_PLACE.match(line) or _IN_CALL.match(line) for line in lines]
    return [_frame(one.groupdict()) for one in reversed(found) if one]


def _frame(groups: dict[str, str | None]) -> Frame:
    file, app = groups["file"] or "", groups.get("app")
    if app in _DEPENDENCIES:
        file = f"deps/{app}/{file}"
    file = file if app else _otp(file)
    function = (groups["function"] or "").strip()
    arity = function.rfind("/")
    function = function[:arity] if arity > 0 and function[arity + 1 :].isdecimal() else function
    return Frame(file, int((groups["line"] or "0")[:9]), function or None, app)


def _of_term(lines: Sequence[str]) -> ExceptionInfo:
    """Of a report whose reason is an Erlang term."""
    first = next((m for line in lines if (m := _SHELL.match(line))), None)
    text = "\n".join(lines)
    frames = [
        Frame(_otp(one["file"]), int(one["line"][:9]), f"{one['module']}:{one['name']}")
        for one in _TERM.finditer(text[:20_000])
    ]
    if first is not None:
        return ExceptionInfo("", first["message"], tuple(frames[::-1] or _frames(lines)))
    if lines[0].startswith("=SUPERVISOR"):
        said = next((m for line in lines if (m := _REASON.match(line))), None)
        return ExceptionInfo("", said["message"] if said else lines[0].strip(), tuple(frames[::-1]))
    reason = re.search(r"^\{(?:\"init terminating in do_boot\",\{)?'?(\w+)", text, re.M)
    told = [line for line in lines if line[:1] in tuple("{*")] or lines[1:2] or lines
    message = told[0]
    return ExceptionInfo(reason[1] if reason else "", message.strip()[:500], tuple(frames[::-1]))


def _otp(file: str) -> str:
    """Files of OTP are named without a folder."""
    known = ("lists.erl", "gen_server.erl", "proc_lib.erl", "erl_eval.erl", "gen_statem.erl")
    return f"deps/stdlib/{file}" if file in known else file


def _code_place(message: str) -> tuple[Frame, ...]:
    """A compiler says in its message where it stopped."""
    found = _CODE_PLACE.match(message)
    return (Frame(found["file"], int(found["line"][:9]), None),) if found else ()

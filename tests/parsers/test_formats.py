"""One line of each common form: its level, its time, who wrote it, and what is left to say."""

# ruff: noqa: E501 - tables of lines

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from errwatch.model.levels import Level
from errwatch.parsers.logline import read_line

NOW = datetime(2026, 12, 1, tzinfo=UTC)
AT = datetime(2026, 4, 1, 12, 30, 5, tzinfo=UTC)
E, W, INFO, C, D = Level.ERROR, Level.WARNING, Level.INFO, Level.CRITICAL, Level.DEBUG

TEXT = [
    # Who writes it, the line, level, logger, message.
    ("klog", "E0401 12:30:05.000000    4711 kubelet.go:2431] jam", E, None, "jam"),
    ("klog info", "I0401 12:30:05.000000 1 main.go:9] error count 0", INFO, None, "error count 0"),
    ("ruby", "E, [2026-04-01T12:30:05.000000 #77] ERROR -- mill: jam", E, "mill", "jam"),
    ("ruby fatal", "F, [2026-04-01T12:30:05.000000 #77] FATAL -- : jam", C, None, "jam"),
    ("logcat", "04-01 12:30:05.000  1702  2395 E MillView: jam", E, "MillView", "jam"),
    ("logcat padded", "04-01 12:30:05.000  1702  2395 W Mill   : jam", W, "Mill", "jam"),
    ("logcat brief", "04-01 12:30:05.000 E/MillView( 1702): jam", E, "MillView", "jam"),
    ("tornado", "[E 260401 12:30:05 web:2063] jam", E, "web", "jam"),
    ("serilog text", "2026-04-01 12:30:05.000 +00:00 [ERR] jam", E, None, "jam"),
    ("serilog fatal", "2026-04-01 12:30:05.000 +00:00 [FTL] jam", C, None, "jam"),
    ("one letter", "2026-04-01 12:30:05 [E] jam", E, None, "jam"),
    ("mysql", "2026-04-01T12:30:05.000000Z 8 [ERROR] [MY-010119] [Server] jam", E, None,
     "[MY-010119] [Server] jam"),
    ("postgres", "2026-04-01 12:30:05.000 UTC [231] app@shop ERROR:  jam", E, None, "jam"),
    ("sql server", "2026-04-01 12:30:05.00 spid51      Error: 18456, Severity: 14", None, "spid51",
     "Error: 18456, Severity: 14"),
    ("windows csv", "Error,4/1/2026 12:30:05 PM,MillSvc,7031,None,jam", E, "MillSvc", "jam"),
    ("windows tabs", "Error\t4/1/2026 12:30:05 PM\tMillSvc\t7031\tNone\tjam", E, "MillSvc", "jam"),
    ("windows cbs", "2026-04-01 12:30:05, Error                 CBS    jam", E, None, "CBS    jam"),
    ("windows cbs info", "2026-04-01 12:30:05, Info                  CBS    no error", INFO, None,
     "CBS    no error"),
    ("redis", "4711:M 01 Apr 2026 12:30:05.000 # jam", W, None, "jam"),
    ("go", "2026/04/01 12:30:05 main.go:23: jam", None, None, "main.go:23: jam"),
    ("zap console", "2026-04-01T12:30:05.000Z\tERROR\tmill\tmill/stone.go:41\tjam\t{}", E, "mill",
     "jam\t{}"),
    ("nginx", "2026/04/01 12:30:05 [crit] 13#13: *4 jam", C, None, "13#13: *4 jam"),
    ("apache", "[Wed Apr 01 12:30:05.000000 2026] [core:error] [pid 41] jam", E, None,
     "[pid 41] jam"),
    ("tomcat", "01-Apr-2026 12:30:05.000 SEVERE [main] o.a.Mill.turn jam", E, None,
     "[main] o.a.Mill.turn jam"),
    ("log4j", "2026-04-01 12:30:05,000 ERROR [mill-1] jam", E, None, "[mill-1] jam"),
    ("logback", "2026-04-01 12:30:05.000 [main] ERROR a.b.Mill -- jam", E, None, "a.b.Mill -- jam"),
    ("epoch", "1775046605.000 ERROR jam", E, None, "jam"),
    ("epoch ms", "1775046605000 ERROR jam", E, None, "jam"),
    ("compact", "20260401 12:30:05.000 ERROR jam", E, None, "jam"),
    ("erlang", "2026-04-01 12:30:05.000 [error] <0.471.0> jam", E, None, "<0.471.0> jam"),
    ("caddy console", "2026/04/01 12:30:05.000\tERROR\thttp.log\tjam", E, None, "http.log\tjam"),
    ("access", '10.0.0.9 - - [01/Apr/2026:12:30:05 +0000] "GET /a HTTP/1.1" 502 9 "-" "x"', E, None,
     "HTTP 502 Bad Gateway: GET /a"),
    ("gin", '[GIN] 2026/04/01 - 12:30:05 | 500 |   1.2ms |  10.0.0.9 | POST     "/a"', E, None,
     "HTTP 500 Internal Server Error: POST /a"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "level", "logger", "message"), [row[1:] for row in TEXT], ids=[row[0] for row in TEXT]
)
def test_text(text: str, level: Level | None, logger: str | None, message: str) -> None:
    line = read_line(text, NOW)
    assert (line.level, line.logger, line.message) == (level, logger, message)
    if not text.startswith("[GIN]"):
        assert line.time == AT


@pytest.mark.parametrize(
    ("text", "level", "message"),
    [
        ("fail: Mill.Stones[20]", E, ""),
        ("crit: Mill.Stones[20] jam", C, "jam"),
        ("[12:30:05 ERR] jam", E, "jam"),
        ("12:30PM ERR jam stone=3", E, "jam stone=3"),
        ("##[error]jam", E, "jam"),
        ("##[group]Run error tests", INFO, "Run error tests"),
        ("::error file=a.py,line=3,col=1::jam", E, "jam"),
        ("::warning::jam", W, "jam"),
        ("GET /a 503 12.1 ms - 128", E, "HTTP 503 Service Unavailable: GET /a"),
        ("SEVERE: jam", E, "jam"),
    ],
)
def test_text_without_a_day(text: str, level: Level, message: str) -> None:
    line = read_line(text, NOW)
    assert (line.level, line.message, line.time) == (level, message, None)


@pytest.mark.parametrize(
    "text",
    [
        '10.0.0.9 - - [01/Apr/2026:12:30:05 +0000] "GET /error/500 HTTP/1.1" 404 9',
        '10.0.0.9 - - [01/Apr/2026:12:30:05 +0000] "GET /a HTTP/1.1" 200 502',
        '[GIN] 2026/04/01 - 12:30:05 | 404 |   1.2ms |  10.0.0.9 | GET      "/500"',
        "GET /a 404 500.1 ms - 128",
        'INFO:     10.0.0.9:5000 - "GET /a HTTP/1.1" 200 OK',
        '"GET /a HTTP/1.1"',
        "took 500 ms",
    ],
)
def test_requests_that_the_server_answered(text: str) -> None:
    assert read_line(text, NOW).level in (None, INFO)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("E0401 12:30:05.000000    4711 kubelet.go:2431] jam", ("kubelet.go", 2431)),
        ("2026-04-01T12:30:05.000Z\tERROR\tmill/stone.go:41\tjam", ("mill/stone.go", 41)),
        ("::error file=a.py,line=3::jam", ("a.py", 3)),
        ('level=error caller=pool.go:229 msg="jam"', ("pool.go", 229)),
        ('{"level":"error","caller":"mill/pool.go:9","msg":"jam"}', ("mill/pool.go", 9)),
        ('{"level":"ERROR","source":{"function":"f","file":"/a/b.go","line":7},"msg":"jam"}',
         ("/a/b.go", 7)),
        ('{"levelname":"ERROR","pathname":"/app/a.py","lineno":7,"message":"jam"}', ("/app/a.py", 7)),
        ('{"log.level":"error","log":{"origin":{"file":{"name":"A.java","line":7}}},"message":"x"}',
         ("A.java", 7)),
        ('{"level":"error","file":"report.pdf","msg":"jam"}', None),
        ('{"level":"error","line":7,"msg":"jam"}', None),
    ],
)  # fmt: skip
def test_where_a_line_was_written(text: str, place: tuple[str, int] | None) -> None:
    caller = read_line(text, NOW).caller
    assert (caller and (caller.file, caller.line)) == place


MS = 1775046605000
JSON = [
    ("structlog", '{"event":"jam","level":"error","timestamp":"2026-04-01T12:30:05Z"}', E),
    ("pino", f'{{"level":50,"time":{MS},"pid":7,"hostname":"a","msg":"jam"}}', E),
    ("bunyan", '{"name":"a","hostname":"b","pid":1,"level":60,"msg":"jam",'
     '"time":"2026-04-01T12:30:05.000Z","v":0}', C),
    ("zap", '{"level":"dpanic","ts":1775046605.0,"caller":"a.go:1","msg":"jam"}', C),
    ("zerolog", '{"level":"error","time":1775046605,"message":"jam"}', E),
    ("slog", '{"time":"2026-04-01T12:30:05Z","level":"ERROR","msg":"jam"}', E),
    ("logrus", '{"level":"error","msg":"jam","time":"2026-04-01T12:30:05Z"}', E),
    ("logback", '{"@timestamp":"2026-04-01T12:30:05.000Z","@version":"1","message":"jam",'
     '"logger_name":"a.B","thread_name":"main","level":"ERROR","level_value":40000}', E),
    ("log4j", '{"instant":{"epochSecond":1775046605,"nanoOfSecond":0},"thread":"main",'
     '"level":"ERROR","loggerName":"a.B","message":"jam"}', E),
    ("serilog", '{"@t":"2026-04-01T12:30:05.0000000Z","@mt":"jam","@l":"Fatal"}', C),
    ("serilog usual", '{"@t":"2026-04-01T12:30:05.0000000Z","@mt":"jam"}', INFO),
    ("winston", '{"level":"error","message":"jam","timestamp":"2026-04-01T12:30:05.000Z"}', E),
    ("ecs", '{"@timestamp":"2026-04-01T12:30:05.000Z","log":{"level":"error"},"message":"jam"}', E),
    ("google", '{"severity":"CRITICAL","message":"jam","time":"2026-04-01T12:30:05Z"}', C),
    ("tracing", '{"timestamp":"2026-04-01T12:30:05Z","level":"ERROR","fields":{"message":"jam"},'
     '"target":"mill"}', E),
    ("monolog", '{"message":"jam","context":{},"level":400,"level_name":"ERROR","channel":"app",'
     '"datetime":"2026-04-01T12:30:05.000000+00:00"}', E),
    ("gelf", '{"version":"1.1","host":"a","short_message":"jam","level":3,"timestamp":1775046605.0}',
     E),
    ("mongodb", '{"t":{"$date":"2026-04-01T12:30:05.000+00:00"},"s":"E","c":"NETWORK","id":1,'
     '"ctx":"conn1","msg":"jam"}', E),
    ("otel", '{"timeUnixNano":"1775046605000000000","severityNumber":17,'
     '"body":{"stringValue":"jam"},"attributes":[]}', E),
    ("otel collector", '{"Timestamp":"2026-04-01T12:30:05Z","SeverityText":"Error",'
     '"SeverityNumber":17,"Body":"jam","Attributes":{},"Resource":{}}', E),
    ("loguru", '{"text":"jam\\n","record":{"level":{"name":"ERROR","no":40},"message":"jam",'
     '"time":{"timestamp":1775046605.0}}}', E),
    ("no level", '{"time":"2026-04-01T12:30:05Z","message":"jam"}', None),
    ("level in the message", '{"time":"2026-04-01T12:30:05Z","message":"ERROR jam"}', E),
    ("request", '{"time":"2026-04-01T12:30:05Z","method":"GET","path":"/a","status":502,'
     '"message":"jam"}', E),
    ("request that was answered", '{"time":"2026-04-01T12:30:05Z","method":"GET","path":"/a",'
     '"status":404,"message":"jam"}', None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "level"), [row[1:] for row in JSON], ids=[row[0] for row in JSON])
def test_json(text: str, level: Level | None) -> None:
    line = read_line(text, NOW)
    assert (line.level, line.message.strip(), line.time) == (level, "jam", AT)


NS = "2026-04-01T12:30:05.000000001Z"
WRAPPED = [
    # The record, its stream, and the level that the platform has for the line §; ¶ is a time.
    ("docker", '{"log":"§\\n","stream":"stderr","time":¶}', "stderr", None),
    ("loki", '{"labels":{"app":"a","level":"warn"},"line":"§","timestamp":¶}', "app=a", W),
    ("loki of a stream", '{"labels":{"stream":"stderr","level":"error"},"line":"§","timestamp":¶}', "stream=stderr", None),
    ("journald", '{"MESSAGE":"§","PRIORITY":"3","_PID":"7","_HOSTNAME":"h","_TRANSPORT":"syslog",'
     '"__REALTIME_TIMESTAMP":"1775046605000000"}', "h 7", E),
    ("journald of a stream", '{"MESSAGE":"§","PRIORITY":"6","_PID":"7","_TRANSPORT":"stdout",'
     '"__REALTIME_TIMESTAMP":"1775046605000000"}', "7", None),
    ("google", '{"textPayload":"§","severity":"ERROR","insertId":"x","timestamp":¶,'
     '"logName":"projects/p/logs/app"}', "", E),
    ("google of a stream", '{"textPayload":"§","severity":"ERROR","insertId":"x","timestamp":¶,'
     '"logName":"projects/p/logs/stderr"}', "", None),
    ("cloudwatch", f'{{"timestamp":{MS},"message":"§\\n","ingestionTime":{MS},"logStreamName":"s"}}',
     "s", None),
    ("railway", '{"message":"§","level":"error","timestamp":¶}', "", None),
    ("railway api", '{"message":"§","severity":"warn","timestamp":¶,"tags":{},"attributes":[]}', "", W),
    ("vercel", f'{{"message":"§","level":"error","timestamp":{MS},"source":"lambda",'
     '"projectId":"p","deploymentId":"d"}', "d lambda", None),
    ("fly", '{"event":{"provider":"app"},"fly":{"app":{"name":"a","instance":"i"}},'
     '"log":{"level":"info"},"message":"§","timestamp":¶}', "a i", None),
    ("datadog", '{"id":"x","type":"log","attributes":{"message":"§","status":"error",'
     '"timestamp":¶,"service":"s"}}', "s", E),
    ("shipped", '{"@timestamp":¶,"message":"§","agent":{"type":"x"}}', "", None),
    ("cri", f"{NS} stderr F §", "stderr", None),
    ("compose", "web-1  | §", "web-1", None),
    ("kubectl", "[pod/web-1/app] §", "pod/web-1/app", None),
    ("stern", "web-7d4b9c6f5-x2x1z app §", "web-7d4b9c6f5-x2x1z app", None),
    ("logplex", "2026-04-01T12:30:05.000000+00:00 app[web.1]: §", "app[web.1]", None),
    ("syslog", "Apr  1 12:30:05 h mill[7]: §", "h mill[7]", None),
    ("old priority", "<11>Apr  1 12:30:05 h mill[7]: §", "h mill[7]", E),
    ("new syslog", "<11>1 2026-04-01T12:30:05Z h mill 7 - - §", "h mill[7]", E),
    ("new syslog with data", '<14>1 2026-04-01T12:30:05Z h mill 7 x [a@1 b="c]\\"d"][e@2] §',
     "h mill[7]", INFO),
    ("kernel", "[12345.678901] §", "", None),
    ("actions", "2026-04-01T12:30:05.0000001Z §", "", None),
    ("downloaded actions", "build\tRun tests\t2026-04-01T12:30:05.0000001Z §", "build Run tests",
     None),
    ("docker in compose", 'a-1  | {"log":"§\\n","stream":"stdout","time":¶}', "a-1 stdout",
     None),
]  # fmt: skip


def filled(text: str, line: str) -> str:
    return text.replace("§", line).replace("¶", f'"{NS}"')


@pytest.mark.parametrize(
    ("text", "stream", "attached"), [row[1:] for row in WRAPPED], ids=[row[0] for row in WRAPPED]
)
def test_wrapped_lines(text: str, stream: str, attached: Level | None) -> None:
    line = read_line(filled(text, "it jams"), NOW)
    found = (line.stream, line.level, line.attached, line.message)
    assert found == (stream, None, attached, "it jams")
    assert line.time is None or line.time.replace(microsecond=0) == AT


@pytest.mark.parametrize("text", [row[1] for row in WRAPPED], ids=[row[0] for row in WRAPPED])
def test_what_a_wrapped_line_says_beats_its_platform(text: str) -> None:
    for inner, level in (("WARN  it jams", W), ("INFO  error: x", INFO), ("ERROR it jams", E)):
        assert read_line(filled(text, inner), NOW).level is level


@pytest.mark.parametrize("text", [row[1] for row in WRAPPED], ids=[row[0] for row in WRAPPED])
def test_wrapped_lines_keep_their_indentation(text: str) -> None:
    assert read_line(filled(text, "    turn()"), NOW).message == "    turn()"


FAULTS = [
    ("ecs", '{"log.level":"error","message":"jam","error":{"type":"a.B","message":"c",'
     '"stack_trace":"a.B: c\\n\\tat d.E.f(E.java:3)"}}', "a.B: c\n\tat d.E.f(E.java:3)"),
    ("otel", '{"severityNumber":17,"body":{"stringValue":"jam"},"attributes":[{"key":'
     '"exception.stacktrace","value":{"stringValue":"a.B: c\\n\\tat d"}}]}', "a.B: c\n\tat d"),
    ("serilog", '{"@t":"2026-04-01T12:30:05Z","@mt":"jam","@l":"Error","@x":"A.B: c\\n   at d"}',
     "A.B: c\n   at d"),
    ("structlog", '{"event":"jam","level":"error","exception":[{"exc_type":"KeyError",'
     '"exc_value":"\'a\'","frames":[{"filename":"/a.py","lineno":3,"name":"f"}]}]}',
     'Traceback (most recent call last):\n  File "/a.py", line 3, in f\nKeyError: \'a\''),
    ("lambda", '{"level":"ERROR","errorType":"KeyError","errorMessage":"\'a\'","message":"jam",'
     '"stackTrace":["  File \\"/a.py\\", line 3, in f\\n    g()\\n"]}',
     'Traceback (most recent call last):\n  File "/a.py", line 3, in f\n    g()\nKeyError: \'a\''),
    ("log4j", '{"level":"ERROR","message":"jam","thrown":{"name":"a.B","message":"c",'
     '"extendedStackTrace":[{"class":"d.E","method":"f","file":"E.java","line":3}]}}',
     "a.B: c\n\tat d.E.f(E.java:3)"),
    ("in the message", '{"level":"error","message":"jam\\nTraceback (most recent call last):'
     '\\n  File \\"/a.py\\", line 3, in f\\nKeyError: 1"}',
     'Traceback (most recent call last):\n  File "/a.py", line 3, in f\nKeyError: 1'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "trace"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_traces_in_json(text: str, trace: str) -> None:
    fault = read_line(text, NOW).fault
    assert fault is not None
    assert fault.trace == trace


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("01/Apr/2026:14:30:05 +0200", AT),
        ("Apr 01, 2026 12:30:05 PM", AT),
        ("4/1/2026 12:30:05 PM", AT),
        ("04-01 12:30:05.000", AT),
        ("0401 12:30:05.000", AT),
        ("260401 12:30:05", AT),
        ("Wed, 01 Apr 2026 12:30:05 GMT", AT),
        ("1775046605", AT),
        ("1775046605.5", AT + timedelta(milliseconds=500)),
        ("1775046605000", AT),
        ("1775046605000000", AT),
        ("1775046605000000000", AT),
    ],
)
def test_times_in_any_notation(text: str, moment: datetime) -> None:
    assert read_line(f"{text} ERROR jam", NOW).time == moment

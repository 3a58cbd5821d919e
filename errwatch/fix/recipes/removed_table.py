"""What newer Pythons moved or removed, as data: old name, new name, version, kind of rewrite, why.

A name is looked up from the left: `xml.etree.cElementTree` covers everything below it. Only what
behaves the same under its new name is here, or under the change that its kind makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    NAME = "the same thing under another name"
    TYPE = "a name that is the same only where types are checked"
    TEXT = "a name that is the same only for text"
    MAPPED = "a name that is the same for a function, not for None"
    CPU = "a clock that measured CPU time, except on Windows"
    ARGSPEC = "a name whose result has more fields"
    UNQUOTED = "a name that needs quote=False"
    KEYWORD = "a keyword argument that had no effect"
    METHOD = "x.old(...) -> x.new(...)"
    FUNCTION = "x.old() -> new(x)"
    STATIC = "x.old(...) -> new(...)"
    MEMBER = "x.old(key) -> key in x"


@dataclass(frozen=True, slots=True)
class Api:
    old: str
    """The full name; `builtins.` before a builtin, the attribute alone for a method."""
    new: str
    removed: str
    """The Python version that no longer has the old one."""
    reason: str
    kind: Kind = Kind.NAME
    owners: frozenset[str] = frozenset()
    """For methods: the types that had it; empty for a name that only ever meant this."""
    since: str = "3.0"
    """The Python version that brought the new one."""

    @property
    def change(self) -> str:
        """What a rewrite does, in the imperative."""
        old, new = (name.removeprefix("builtins.") for name in (self.old, self.new))
        if self.kind is Kind.KEYWORD:
            function, _, argument = old.rpartition(".")
            return f"Drop the argument {argument} of {function}"
        if self.kind not in {Kind.METHOD, Kind.FUNCTION, Kind.STATIC, Kind.MEMBER}:
            return f"Replace {old} with {new}"
        after = {Kind.METHOD: f".{new}()", Kind.MEMBER: f"`{new}`"}.get(self.kind, f"{new}()")
        return f"Replace .{old}() with {after}"


def _each(
    old: str, new: str, removed: str, reason: str, names: str, since: str = "3.0"
) -> list[Api]:
    return [Api(f"{old}.{n}", f"{new}.{n}", removed, reason, since=since) for n in names.split()]


def _pairs(
    old: str, new: str, removed: str, reason: str, pairs: str, kind: Kind = Kind.NAME
) -> list[Api]:
    return [
        Api(f"{old}.{before}", f"{new}.{after}", removed, reason, kind)
        for before, after in (pair.split(":") for pair in pairs.split())
    ]


def _methods(
    pairs: str, removed: str, reason: str, owners: str = "", kind: Kind = Kind.METHOD
) -> list[Api]:
    return [
        Api(before, after, removed, reason, kind, frozenset(owners.split()))
        for before, after in (pair.split(":") for pair in pairs.split())
    ]


NO_BYTES = "text is str; bytes, which were strings before, are no longer meant"
PY3 = "Python 3 renamed it"
DICTS = "dict collections.OrderedDict collections.defaultdict collections.Counter mappingproxy"
BUILT_IN = frozenset(
    {"dict", "mappingproxy", "generator", "list_iterator", "dict_keyiterator", "dict_itemiterator"}
    | {"zip", "map", "filter", "enumerate", "itertools.count", "itertools.cycle", "array.array"}
    | {"itertools.chain", "itertools.islice", "collections.OrderedDict", "collections.defaultdict"}
    | {"_csv.reader", "_io.TextIOWrapper", "_io.BufferedReader", "numpy.ndarray"}
    | {"xml.etree.ElementTree.Element"}
)
"""Types that an error names in full."""
ELEMENT = "xml.etree.ElementTree.Element"
LOOP = "asyncio finds the running loop itself"

NAMES = (
    *_each(
        "collections",
        "collections.abc",
        "3.10",
        "the abstract classes live in collections.abc",
        "Awaitable Coroutine AsyncIterable AsyncIterator AsyncGenerator Hashable Iterable Iterator "
        "Generator Reversible Sized Container Callable Collection Set MutableSet Mapping "
        "MutableMapping MappingView KeysView ItemsView ValuesView Sequence MutableSequence",
        since="3.3",
    ),
    Api(
        "fractions.gcd",
        "math.gcd",
        "3.9",
        "math.gcd does the same for integers, but its result is never negative, and that of "
        "fractions.gcd had the sign of its second argument",
        since="3.5",
    ),
    Api(
        "inspect.getargspec",
        "inspect.getfullargspec",
        "3.11",
        "getfullargspec starts with the same four fields; `keywords` is called `varkw`",
        Kind.ARGSPEC,
    ),
    Api(
        "time.clock",
        "time.process_time",
        "3.8",
        "time.clock measured the CPU time of the process, as process_time does; on Windows it "
        "measured the time that passed",
        Kind.CPU,
        since="3.3",
    ),
    Api(
        "cgi.escape",
        "html.escape",
        "3.8",
        "html.escape leaves quotes alone only with quote=False",
        Kind.UNQUOTED,
        since="3.2",
    ),
    *_each("cgi", "urllib.parse", "3.8", "they only called urllib.parse", "parse_qs parse_qsl"),
    *_pairs(
        "base64",
        "base64",
        "3.9",
        "the same functions, named after what they take",
        "encodestring:encodebytes decodestring:decodebytes",
    ),
    Api("xml.etree.cElementTree", "xml.etree.ElementTree", "3.9", "it is the same module"),
    Api("os.errno", "errno", "3.7", "it was os's own import of errno"),
    Api("os.getcwdu", "os.getcwd", "3.0", PY3),
    Api("tarfile.filemode", "stat.filemode", "3.8", "it was an alias", since="3.3"),
    Api("configparser.SafeConfigParser", "configparser.ConfigParser", "3.12", "it was an alias"),
    Api("pipes.quote", "shlex.quote", "3.13", "it was an alias", since="3.3"),
    Api("locale.format", "locale.format_string", "3.12", "format_string does the same"),
    Api(
        "distutils.spawn.find_executable", "shutil.which", "3.12", "distutils is gone", since="3.3"
    ),
    *_each("distutils.sysconfig", "sysconfig", "3.12", "distutils is gone", "get_config_var"),
    Api("distutils.util.get_platform", "sysconfig.get_platform", "3.12", "distutils is gone"),
    Api("imp.reload", "importlib.reload", "3.12", "imp is gone", since="3.4"),
    Api("imp.new_module", "types.ModuleType", "3.12", "imp is gone"),
    *_each(
        "imp",
        "importlib.util",
        "3.12",
        "imp is gone",
        "cache_from_source source_from_cache",
        since="3.4",
    ),
    *_each("asyncio.Task", "asyncio", "3.9", "they are functions now", "current_task", since="3.7"),
    Api("asyncio.JoinableQueue", "asyncio.Queue", "3.5", "Queue can do it", since="3.4"),
    Api("unittest._TextTestResult", "unittest.TextTestResult", "3.12", "it was an alias"),
    *_pairs(
        "plistlib",
        "plistlib",
        "3.9",
        "they only called these",
        "readPlistFromBytes:loads writePlistToBytes:dumps",
    ),
    *_pairs(
        "string",
        "string",
        "3.0",
        PY3,
        "letters:ascii_letters lowercase:ascii_lowercase uppercase:ascii_uppercase",
    ),
    *_pairs(
        "itertools",
        "builtins",
        "3.0",
        "the builtins are lazy now",
        "izip:zip",
    ),
    *_pairs(
        "itertools",
        "builtins",
        "3.0",
        "the builtins are lazy now",
        "imap:map ifilter:filter",
        Kind.MAPPED,
    ),
    *_pairs(
        "itertools", "itertools", "3.0", PY3, "izip_longest:zip_longest ifilterfalse:filterfalse"
    ),
    *_each(
        "urllib",
        "urllib.parse",
        "3.0",
        PY3,
        "quote quote_plus unquote unquote_plus urlencode",
    ),
    *_each("urllib", "urllib.request", "3.0", PY3, "urlopen urlretrieve pathname2url url2pathname"),
    *_each(
        "urllib2",
        "urllib.request",
        "3.0",
        PY3,
        "urlopen Request build_opener install_opener HTTPHandler HTTPSHandler ProxyHandler "
        "HTTPCookieProcessor HTTPBasicAuthHandler HTTPPasswordMgrWithDefaultRealm",
    ),
    *_each("urllib2", "urllib.error", "3.0", PY3, "URLError HTTPError"),
    *_each("urllib2", "urllib.parse", "3.0", PY3, "quote unquote"),
    Api("sys.maxint", "sys.maxsize", "3.0", "integers have no largest value; sizes do"),
    *_pairs(
        "types",
        "builtins",
        "3.0",
        PY3,
        "IntType:int FloatType:float BooleanType:bool ListType:list "
        "TupleType:tuple DictType:dict TypeType:type ObjectType:object",
    ),
    *_pairs("types", "builtins", "3.0", NO_BYTES, "StringType:str UnicodeType:str", Kind.TYPE),
    *_pairs("UserDict", "collections", "3.0", PY3, "UserDict:UserDict"),
    *_pairs("UserList", "collections", "3.0", PY3, "UserList:UserList"),
    *_each("commands", "subprocess", "3.0", PY3, "getoutput"),
)
"""Single names of modules."""

RENAMED_MODULES = (
    "urlparse:urllib.parse Queue:queue ConfigParser:configparser cPickle:pickle StringIO:io "
    "cStringIO:io HTMLParser:html.parser htmlentitydefs:html.entities httplib:http.client "
    "Cookie:http.cookies cookielib:http.cookiejar BaseHTTPServer:http.server copy_reg:copyreg "
    "SimpleHTTPServer:http.server SocketServer:socketserver xmlrpclib:xmlrpc.client "
    "__builtin__:builtins Tkinter:tkinter thread:_thread dummy_thread:_thread anydbm:dbm "
    "robotparser:urllib.robotparser"
)

MODULES = tuple(
    Api(old, new, "3.0", PY3) for old, new in (pair.split(":") for pair in RENAMED_MODULES.split())
)
"""Whole modules that Python 3 renamed."""

BUILTINS = (
    *_pairs(
        "builtins",
        "builtins",
        "3.0",
        PY3,
        "xrange:range raw_input:input unichr:chr long:int StandardError:Exception",
    ),
    Api("builtins.unicode", "builtins.str", "3.0", "all text is str", Kind.TEXT),
    Api("builtins.basestring", "builtins.str", "3.0", NO_BYTES, Kind.TYPE),
    Api("builtins.reduce", "functools.reduce", "3.0", "it is no builtin any more"),
    Api("builtins.reload", "importlib.reload", "3.0", "it is no builtin any more", since="3.4"),
    Api("builtins.intern", "sys.intern", "3.0", "it is no builtin any more"),
)

KEYWORDS = tuple(
    Api(f"{function}.{keyword}", "", removed, reason, Kind.KEYWORD)
    for keyword, removed, reason, functions in (
        ("encoding", "3.9", "Python 3 never used it", "json.load json.loads"),
        (
            "loop",
            "3.10",
            LOOP,
            "asyncio.sleep asyncio.wait asyncio.wait_for asyncio.gather asyncio.shield "
            "asyncio.as_completed asyncio.Lock asyncio.Event asyncio.Condition asyncio.Semaphore "
            "asyncio.BoundedSemaphore asyncio.Queue asyncio.LifoQueue asyncio.PriorityQueue "
            "asyncio.open_connection asyncio.start_server",
        ),
    )
    for function in functions.split()
)
"""`function.keyword`."""

METHODS = (
    *_methods("isAlive:is_alive", "3.9", "it was an alias", "threading.Thread"),
    *_methods(
        "unescape:html.unescape",
        "3.9",
        "it is a function now",
        "html.parser.HTMLParser",
        Kind.STATIC,
    ),
    *_methods(
        "readfp:read_file",
        "3.12",
        "the same method, renamed",
        "configparser.RawConfigParser configparser.ConfigParser",
    ),
    *_methods(
        "tostring:tobytes fromstring:frombytes", "3.9", "the same methods, renamed", "array.array"
    ),
    *_methods("tostring:tobytes", "2.3 of NumPy", "it was an alias", "numpy.ndarray"),
    *_methods("getchildren:list", "3.9", "an element is a sequence", ELEMENT, Kind.FUNCTION),
    *_methods(
        "getiterator:iter",
        "3.9",
        "the same method, renamed",
        f"{ELEMENT} xml.etree.ElementTree.ElementTree",
    ),
    *_methods("has_key:in", "3.0", PY3, DICTS, Kind.MEMBER),
    *_methods(
        "iteritems:items iterkeys:keys itervalues:values viewitems:items viewkeys:keys "
        "viewvalues:values",
        "3.0",
        PY3,
        DICTS,
    ),
    *_methods(
        "next:next",
        "3.0",
        PY3,
        "generator list_iterator dict_keyiterator dict_itemiterator zip map filter enumerate "
        "itertools.count itertools.cycle itertools.chain itertools.islice _csv.reader "
        "csv.DictReader _io.TextIOWrapper _io.BufferedReader",
        Kind.FUNCTION,
    ),
    *_methods(
        "assertEquals:assertEqual assertNotEquals:assertNotEqual assert_:assertTrue "
        "assertAlmostEquals:assertAlmostEqual assertNotAlmostEquals:assertNotAlmostEqual "
        "assertRegexpMatches:assertRegex assertNotRegexpMatches:assertNotRegex "
        "assertRaisesRegexp:assertRaisesRegex failUnlessEqual:assertEqual failUnless:assertTrue "
        "failIfEqual:assertNotEqual failIf:assertFalse failUnlessRaises:assertRaises "
        "assertItemsEqual:assertCountEqual",
        "3.12",
        "it was an alias",
    ),
)


def covering(name: str) -> Api | None:
    """The entry for a full name, or for what it is below."""
    parts = name.split(".")
    heads = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_BY_NAME[head] for head in heads if head in _BY_NAME), None)


def below(module: str) -> bool:
    """Whether the table knows a module, a part of it, or what is below it."""
    return any(f"{api.old}.".startswith(f"{module}.") for api in (*NAMES, *MODULES))


def methods(name: str) -> Iterator[Api]:
    yield from (api for api in METHODS if api.old == name)


def keyword(function: str, name: str) -> Api | None:
    return next((api for api in KEYWORDS if api.old == f"{function}.{name}"), None)


def is_removed_builtin(name: str) -> bool:
    return f"builtins.{name}" in _BY_NAME


_BY_NAME = {api.old: api for api in (*NAMES, *MODULES, *BUILTINS)}
LEAVES = frozenset(name.rpartition(".")[2] for name in _BY_NAME)
"""The last parts of all removed names."""

"""The names of the standard library that code uses without saying where they come from."""

from __future__ import annotations

import importlib
import sys
import warnings
from functools import cache
from importlib.util import find_spec
from types import ModuleType

ACTS_ON_IMPORT = frozenset({"antigravity", "idlelib", "this", "turtledemo", "test"})
"""Modules that do something when they are imported."""

SYMBOLS = {
    "abc": "ABC ABCMeta abstractmethod",
    "collections": "ChainMap Counter OrderedDict defaultdict deque namedtuple",
    "concurrent.futures": "ProcessPoolExecutor ThreadPoolExecutor as_completed",
    "contextlib": "ExitStack asynccontextmanager closing contextmanager nullcontext suppress",
    "copy": "deepcopy",
    "dataclasses": "asdict astuple dataclass",
    "datetime": "timedelta timezone",
    "decimal": "ROUND_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP Decimal InvalidOperation",
    "enum": "Enum Flag IntEnum IntFlag StrEnum",
    "fractions": "Fraction",
    "functools": "cached_property lru_cache partial singledispatch total_ordering wraps",
    "io": "BytesIO StringIO TextIOWrapper",
    "itertools": "chain combinations groupby islice permutations takewhile zip_longest",
    "json": "JSONDecodeError",
    "operator": "attrgetter itemgetter methodcaller",
    "pathlib": "Path PosixPath PurePath PurePosixPath",
    "tempfile": "NamedTemporaryFile TemporaryDirectory mkdtemp mkstemp",
    "textwrap": "dedent indent",
    "types": "MappingProxyType SimpleNamespace",
    "typing": "TYPE_CHECKING Any ClassVar Generic Literal NamedTuple NewType Optional ParamSpec "
    "Protocol TypedDict TypeVar Union overload",
    "urllib.parse": "parse_qs parse_qsl quote_plus unquote urlencode urljoin urlparse urlsplit "
    "urlunparse urlunsplit",
    "uuid": "UUID uuid1 uuid3 uuid4 uuid5",
    "zoneinfo": "ZoneInfo ZoneInfoNotFoundError",
}
"""Symbols that mean one thing wherever they are used."""

NAMESAKES = frozenset({"datetime", "glob", "pprint"})
"""Modules that define a symbol of their own name; how it is used tells which is meant."""

SHARED = frozenset({"Condition", "Event", "Lock", "Queue", "Semaphore", "copy", "sleep", "time"})
"""Symbols that several modules define: which one another file imports says little."""

HOME = {name: module for module, names in SYMBOLS.items() for name in names.split()}


def is_module(name: str) -> bool:
    """Whether it is a public module or package of the standard library that we may look into.

    Names come from logs, and looking into a module imports it: `ensurepip.__main__` acts.
    """
    top, *_ = parts = name.split(".")
    public = not any(part.startswith("_") for part in parts)
    return public and top in sys.stdlib_module_names and top not in ACTS_ON_IMPORT


@cache
def attributes(module: str, name: str | None = None) -> frozenset[str]:
    """What a module of the standard library defines, or what its symbol `name` has; empty where
    this Python has no such thing."""
    loaded = _load(module)
    found = loaded if name is None else getattr(loaded, name, None)
    return frozenset() if found is None else frozenset(dir(found))


def is_submodule(package: str, name: str) -> bool:
    """Whether `package.name` is a public module that has to be imported on its own."""
    is_package = not name.startswith("_") and hasattr(_load(package), "__path__")
    return is_package and find_spec(f"{package}.{name}") is not None


@cache
def _load(name: str) -> ModuleType | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name)
        except ImportError:
            return None

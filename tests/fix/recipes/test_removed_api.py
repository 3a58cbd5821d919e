"""Each row: the code of a module, the line and the error, and the module after the repair."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from textwrap import dedent

import pytest

from errwatch.fix.recipes.removed_table import BUILTINS, MODULES, NAMES
from errwatch.model.fix import Candidate
from tests.fix.trees import answers, declined, repaired

MODULE = "<module>"


def attribute(module: str, name: str) -> str:
    return f"AttributeError: module '{module}' has no attribute '{name}'"


def unimportable(module: str, name: str) -> str:
    return f"ImportError: cannot import name '{name}' from '{module}' (/usr/lib/x.py)"


def missing(module: str) -> str:
    return f"ModuleNotFoundError: No module named '{module}'"


def undefined(name: str) -> str:
    return f"NameError: name '{name}' is not defined"


def method(owner: str, name: str) -> str:
    return f"AttributeError: '{owner}' object has no attribute '{name}'"


IMPORTED = {
    "alone": (
        "from collections import Mapping\n",
        unimportable("collections", "Mapping"),
        "from collections.abc import Mapping\n",
    ),
    "among others": (
        "from collections import Mapping, OrderedDict  # both\n",
        unimportable("collections", "Mapping"),
        "from collections import OrderedDict  # both\nfrom collections.abc import Mapping\n",
    ),
    "last, under another name": (
        "from collections import OrderedDict, Mapping as M\n",
        unimportable("collections", "Mapping"),
        "from collections import OrderedDict\nfrom collections.abc import Mapping as M\n",
    ),
    "over several lines": (
        "from collections import (\n    OrderedDict,  # keep\n    Mapping,\n)\n",
        unimportable("collections", "Mapping"),
        "from collections import (\n    OrderedDict,  # keep\n)\n"
        "from collections.abc import Mapping\n",
    ),
    "over several lines, each with its comment": (
        "from collections import (\n    Mapping,  # a\n    deque,  # b\n    Set,  # c\n)\n",
        unimportable("collections", "Mapping"),
        "from collections import (\n    deque,  # b\n    Set,  # c\n)\n"
        "from collections.abc import Mapping\n",
    ),
    "at the end of several lines": (
        "from collections import (deque,  # b\n    Mapping)\n",
        unimportable("collections", "Mapping"),
        "from collections import (deque,  # b\n    )\nfrom collections.abc import Mapping\n",
    ),
    "in one line with other statements": (
        "from collections import Mapping, deque; x = 1\n",
        unimportable("collections", "Mapping"),
        "from collections import deque; from collections.abc import Mapping; x = 1\n",
    ),
    "under its old name in the message of an old Python": (
        "from fractions import gcd\nprint(gcd(4, 6))\n",
        "ImportError: cannot import name gcd",
        "from math import gcd\nprint(gcd(4, 6))\n",
    ),
    "to another name in the same module": (
        "from time import clock, sleep\nclock()\n",
        unimportable("time", "clock"),
        "from time import process_time, sleep\nprocess_time()\n",
    ),
    "to a builtin": (
        "from itertools import chain, izip\nizip(chain(a), b)\n",
        unimportable("itertools", "izip"),
        "from itertools import chain\nzip(chain(a), b)\n",
    ),
    "to nothing but a builtin": (
        "import os\nfrom itertools import izip as zip\nzip(a, b)\n",
        unimportable("itertools", "izip"),
        "import os\nzip(a, b)\n",
    ),
    "as a module": (
        "from os import errno\nerrno.ENOENT\n",
        unimportable("os", "errno"),
        "import errno\nerrno.ENOENT\n",
    ),
    "as a module under another name": (
        "from xml.etree import cElementTree\ncElementTree.parse(x)\n",
        unimportable("xml.etree", "cElementTree"),
        "from xml.etree import ElementTree\nElementTree.parse(x)\n",
    ),
    "an exported name": (
        "from time import clock\n__all__ = ['clock']\n",
        unimportable("time", "clock"),
        "from time import process_time as clock\n__all__ = ['clock']\n",
    ),
    "a name that is taken": (
        "from time import clock\nprocess_time = clock()\n",
        unimportable("time", "clock"),
        "from time import process_time as clock\nprocess_time = clock()\n",
    ),
    "of a module that is gone": (
        "import pipes\nprint(pipes.quote(x))\n",
        missing("pipes"),
        "import shlex\nprint(shlex.quote(x))\n",
    ),
    "of several that are gone": (
        "import pipes, os\nprint(pipes.quote(x))\n",
        missing("pipes"),
        "import os\nimport shlex\nprint(shlex.quote(x))\n",
    ),
    "of a package that is gone": (
        "from distutils import spawn\nspawn.find_executable('x')\n",
        missing("distutils"),
        "import shutil\nshutil.which('x')\n",
    ),
    "by the name of a package that is gone": (
        "from distutils.spawn import find_executable\nfind_executable('x')\n",
        missing("distutils.spawn"),
        "from shutil import which\nwhich('x')\n",
    ),
    "of a module under an alias": (
        "import xml.etree.cElementTree as ET\nET.parse(x)\n",
        missing("xml.etree.cElementTree"),
        "import xml.etree.ElementTree as ET\nET.parse(x)\n",
    ),
    "of a module that was renamed": (
        "import Queue\nQueue.Queue()\n",
        missing("Queue"),
        "import queue\nqueue.Queue()\n",
    ),
    "of a module whose new name is taken": (
        "import Queue\nqueue = Queue.Queue()\n",
        missing("Queue"),
        "import queue as Queue\nqueue = Queue.Queue()\n",
    ),
    "of a module that was split": (
        "import urllib2\ntry:\n    urllib2.urlopen(x)\nexcept urllib2.URLError:\n    raise\n",
        missing("urllib2"),
        "import urllib.error\nimport urllib.request\n"
        "try:\n    urllib.request.urlopen(x)\nexcept urllib.error.URLError:\n    raise\n",
    ),
}


@pytest.mark.parametrize("case", IMPORTED)
def test_mends_an_import(case: str) -> None:
    before, error, after = IMPORTED[case]
    code = next(line for line in before.split("\n") if line != "import os")
    assert repaired(before, code, error, function=MODULE) == after


def mended(head: str, code: str, error: str) -> str:
    """What becomes of a line in a function, after the imports that it needs."""
    return repaired(f"{head}\n\n\ndef f(x):\n    {code}\n", code, error)


USED = {
    "and its import gets another": (
        ("import collections", "return isinstance(x, collections.Mapping)"),
        attribute("collections", "Mapping"),
        ("import collections.abc", "return isinstance(x, collections.abc.Mapping)"),
    ),
    "and its import stays for the rest": (
        ("import collections", "return collections.Mapping, collections.deque"),
        attribute("collections", "Mapping"),
        (
            "import collections\nimport collections.abc",
            "return collections.abc.Mapping, collections.deque",
        ),
    ),
    "under an alias": (
        ("import collections as c", "return c.Mapping"),
        attribute("collections", "Mapping"),
        ("from collections.abc import Mapping", "return Mapping"),
    ),
    "by an import that is there": (
        ("from collections import abc\nimport collections", "return collections.Mapping"),
        attribute("collections", "Mapping"),
        ("from collections import abc", "return abc.Mapping"),
    ),
    "of the same module": (
        ("import base64 as b", "return b.encodestring(x)"),
        attribute("base64", "encodestring"),
        ("import base64 as b", "return b.encodebytes(x)"),
    ),
    "inside itself": (
        ("import fractions", "return fractions.gcd(x, fractions.gcd(2, 3))"),
        attribute("fractions", "gcd"),
        ("import math", "return math.gcd(x, math.gcd(2, 3))"),
    ),
    "beside a variable of the new module's name": (
        ("import fractions\nmath = 1", "return fractions.gcd(x, 1)"),
        attribute("fractions", "gcd"),
        ("from math import gcd\nmath = 1", "return gcd(x, 1)"),
    ),
    "as a module": (
        ("import os", "return os.errno.ENOENT, os.sep"),
        attribute("os", "errno"),
        ("import errno\nimport os", "return errno.ENOENT, os.sep"),
    ),
    "of a type": (
        ("import asyncio", "return asyncio.Task.current_task()"),
        "AttributeError: type object '_asyncio.Task' has no attribute 'current_task'",
        ("import asyncio", "return asyncio.current_task()"),
    ),
    "with another argument": (
        ("import cgi", "return cgi.escape(x)"),
        attribute("cgi", "escape"),
        ("import html", "return html.escape(x, quote=False)"),
    ),
    "with the argument already": (
        ("import cgi", "return cgi.escape(x, quote=False)"),
        attribute("cgi", "escape"),
        ("import html", "return html.escape(x, quote=False)"),
    ),
    "as a builtin": (
        ("import os", "return xrange(len(xrange(x)))"),
        undefined("xrange"),
        ("import os", "return range(len(range(x)))"),
    ),
    "as a builtin that lives in a module now": (
        ("import os", "return reduce(max, x)"),
        undefined("reduce"),
        ("import os\nfrom functools import reduce", "return reduce(max, x)"),
    ),
    "as a method": (
        ("import threading\n\nt = threading.Thread()", "return x.isAlive()"),
        method("Thread", "isAlive"),
        ("import threading\n\nt = threading.Thread()", "return x.is_alive()"),
    ),
    "as a method of a class of ours": (
        ("import threading\n\n\nclass W(threading.Thread): ...", "return x.isAlive()"),
        method("W", "isAlive"),
        ("import threading\n\n\nclass W(threading.Thread): ...", "return x.is_alive()"),
    ),
    "as a method of a class that is one of a builtin": (
        ("class W(dict): ...", "return x.iteritems()"),
        method("W", "iteritems"),
        ("class W(dict): ...", "return x.items()"),
    ),
    "as a method that every test case had": (
        (
            "from unittest import TestCase\n\n\nclass W(BaseCase): ...\n\n\n"
            "class BaseCase(TestCase): ...",
            "x.failUnless(x)",
        ),
        method("W", "failUnless"),
        (
            "from unittest import TestCase\n\n\nclass W(BaseCase): ...\n\n\n"
            "class BaseCase(TestCase): ...",
            "x.assertTrue(x)",
        ),
    ),
    "as a method, not as a function of that name": (
        ("import six", "return six.iteritems(x), x.iteritems()"),
        method("dict", "iteritems"),
        ("import six", "return six.iteritems(x), x.items()"),
    ),
    "as a method that is a builtin": (
        ("import os", "return x.next(), x.next()"),
        method("generator", "next"),
        ("import os", "return next(x), next(x)"),
    ),
    "as a method that is a function": (
        ("from html.parser import HTMLParser", "return x.unescape(HTMLParser)"),
        method("HTMLParser", "unescape"),
        ("import html\nfrom html.parser import HTMLParser", "return html.unescape(HTMLParser)"),
    ),
    "as a method that is an operator": (
        ("import os", "return [not x.has_key(1), x.has_key(a or b) == 1, x.has_key((1, 2)) and 3]"),
        method("dict", "has_key"),
        ("import os", "return [(1 not in x), ((a or b) in x) == 1, (1, 2) in x and 3]"),
    ),
    "as a type that is checked": (
        ("import os", "return isinstance(x, (basestring, unicode, int))"),
        undefined("basestring"),
        ("import os", "return isinstance(x, (str, unicode, int))"),
    ),
    "as text": (
        (
            "import os",
            "return unicode('%s' % x), unicode(f'{x}'), unicode(' '.join(x)), unicode(1)",
        ),
        undefined("unicode"),
        ("import os", "return str('%s' % x), str(f'{x}'), str(' '.join(x)), str(1)"),
    ),
    "as a function of an iterator": (
        ("import itertools\nimport os", "return itertools.imap(str, x)"),
        attribute("itertools", "imap"),
        ("import os", "return map(str, x)"),
    ),
    "with an argument less": (
        ("import json", "return json.loads(x, encoding='utf-8', strict=False)"),
        "TypeError: JSONDecoder.__init__() got an unexpected keyword argument 'encoding'",
        ("import json", "return json.loads(x, strict=False)"),
    ),
    "without arguments": (
        ("import asyncio", "return asyncio.Lock(loop=x,)"),
        "TypeError: As of 3.10, the *loop* parameter was removed from Lock() since it is no "
        "longer necessary",
        ("import asyncio", "return asyncio.Lock()"),
    ),
}


@pytest.mark.parametrize("case", USED)
def test_mends_a_use(case: str) -> None:
    before, error, after = USED[case]
    expected = "{}\n\n\ndef f(x):\n    {}\n".format(*after)
    assert mended(*before, error) == expected


ARGSPEC = {
    "a field": ("return inspect.getargspec(x).args", "return inspect.getfullargspec(x).args"),
    "its keywords": (
        "return inspect.getargspec(x).keywords",
        "return inspect.getfullargspec(x).varkw",
    ),
    "an index": ("return inspect.getargspec(x)[0]", "return inspect.getfullargspec(x)[0]"),
    "a slice": ("return inspect.getargspec(x)[:2]", "return inspect.getfullargspec(x)[:2]"),
    "four names": (
        "a, b, c, d = inspect.getargspec(x)",
        "a, b, c, d = inspect.getfullargspec(x)[:4]",
    ),
    "a variable": (
        "s = inspect.getargspec(x); a, b, c, d = s; return s.args, s.keywords",
        "s = inspect.getfullargspec(x); a, b, c, d = s[:4]; return s.args, s.varkw",
    ),
}


@pytest.mark.parametrize("case", ARGSPEC)
def test_fits_what_is_done_with_an_argspec(case: str) -> None:
    before, after = ARGSPEC[case]
    error = f"{attribute('inspect', 'getargspec')}. Did you mean: 'getargs'?"
    assert (
        mended("import inspect", before, error) == f"import inspect\n\n\ndef f(x):\n    {after}\n"
    )


UNFIT = {
    "returned": ("return inspect.getargspec(x)", "does not fit"),
    "in an attribute": ("x.spec = inspect.getargspec(x)", "cannot be seen"),
    "from its end": ("return inspect.getargspec(x)[-1]", "does not fit"),
    "as a whole": ("return len(inspect.getargspec(x))", "does not fit"),
    "in five names": ("a, b, c, d, e = inspect.getargspec(x)", "does not fit"),
    "in a starred name": ("a, b, c, *d = inspect.getargspec(x)", "does not fit"),
    "in a variable that is passed on": ("s = inspect.getargspec(x); g(s)", "does not fit"),
    "in a variable that varies": ("s = inspect.getargspec(x); s = 1", "holds more than"),
    "without a call": ("return map(inspect.getargspec, x)", "without calling it"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_declines_another_use_of_an_argspec(case: str) -> None:
    code, reason = UNFIT[case]
    text = f"import inspect\n\n\ndef f(x):\n    {code}\n"
    assert reason in declined(text, code, attribute("inspect", "getargspec"))


REFUSED = {
    "quotes would be escaped in another way": (
        "import cgi",
        "return cgi.escape(x, True)",
        attribute("cgi", "escape"),
        "escapes more",
    ),
    "the new name is taken twice": (
        "import fractions\nmath = gcd = 1",
        "return fractions.gcd(x, 1)",
        attribute("fractions", "gcd"),
        "uses the name gcd for something else",
    ),
    "a builtin is shadowed": (
        "import itertools\ndef zip(): ...",
        "return itertools.izip(x)",
        attribute("itertools", "izip"),
        "uses the name zip for something else",
    ),
    "the repository has such a method": (
        "from threading import Thread\n\n\nclass W(Thread):\n    def isAlive(self): ...",
        "return x.isAlive()",
        method("W", "isAlive"),
        "has a isAlive of its own",
    ),
    "the line does something else": (
        "import fractions",
        "return 1",
        attribute("fractions", "gcd"),
        "does not use what was removed",
    ),
    "a method is passed on": (
        "import os",
        "return map(x.has_key, y)",
        method("dict", "has_key"),
        "without calling it",
    ),
    "the name is the file's own": (
        "def xrange(): ...",
        "return xrange(x)",
        undefined("xrange"),
        "does not use what was removed",
    ),
    "a class of another package has no such method": (
        "import os",
        "return x.isAlive()",
        method("Robot", "isAlive"),
        "no recipe mends",
    ),
    "a class of ours has the name of another": (
        "class Counter: ...",
        "return x.iteritems()",
        method("Counter", "iteritems"),
        "no name is near",
    ),
    "a class of that name could be anything": (
        "from metrics import Counter",
        "return x.iteritems()",
        method("Counter", "iteritems"),
        "no recipe mends",
    ),
    "a class of ours means something else by the new name": (
        "class W(dict):\n    def items(self): ...",
        "return x.iteritems()",
        method("W", "iteritems"),
        "has a items of its own",
    ),
    "a method of several objects": (
        "import os",
        "return x.next(), (x or y).next()",
        method("generator", "next"),
        "of several objects on the line",
    ),
    "text that may be bytes": (
        "import os",
        "return unicode(x)",
        undefined("unicode"),
        "what may be bytes",
    ),
    "text with an encoding": (
        "import os",
        "return unicode('x', 'utf-8')",
        undefined("unicode"),
        "what may be bytes",
    ),
    "bytes": ("import os", "return unicode(b'x')", undefined("unicode"), "what may be bytes"),
    "a text type as a value": (
        "import os",
        "return {1: basestring}",
        undefined("basestring"),
        "more than checking a type",
    ),
    "a map without a function": (
        "import itertools",
        "return itertools.imap(None, x)",
        attribute("itertools", "imap"),
        "without a function",
    ),
    "a clock on the wall": (
        "import time\n# seconds on the wall",
        "return time.clock()",
        attribute("time", "clock"),
        "may mean the time that passed: wall",
    ),
    "an argument of something else": (
        "import os",
        "return os.walk(x, encoding=1)",
        "TypeError: walk() got an unexpected keyword argument 'encoding'",
        "no recipe mends",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_declines(case: str) -> None:
    head, code, error, reason = REFUSED[case]
    assert reason in declined(f"{head}\n\n\ndef f(x):\n    {code}\n", code, error)


def test_rewrites_a_method_of_the_object_that_failed_only() -> None:
    text = "def f(a, b):\n    x = a.next()\n    return x, b.next(), a.next()\n"
    after = repaired(text, "x = a.next()", method("generator", "next"))
    assert after == text.replace("a.next()", "next(a)")


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        ("return fractions.gcd(x, 2)", attribute("fractions", "gcd"), "never negative"),
        ("return time.clock()", attribute("time", "clock"), "measured the CPU time"),
        ("return isinstance(x, basestring)", undefined("basestring"), "no longer meant"),
    ],
)
def test_says_what_differs(code: str, error: str, said: str) -> None:
    (answer,) = answers(f"import fractions, time\n\n\ndef f(x):\n    {code}\n", code, error)
    assert isinstance(answer, Candidate)
    assert said in answer.rationale


def test_declines_a_module_of_which_something_has_no_replacement() -> None:
    text = "import cgi\n\nprint(cgi.parse_qsl(x), cgi.FieldStorage())\n"
    assert "no replacement is known for cgi.FieldStorage" in declined(
        text, "import cgi", missing("cgi"), function=MODULE
    )
    text = "from cgi import FieldStorage\n"
    reason = declined(text, text.strip(), missing("cgi"), function=MODULE)
    assert "no replacement is known for cgi.FieldStorage" in reason


def test_leaves_a_module_of_the_repository_alone() -> None:
    texts = {"shop/orders.py": "import Queue\n", "Queue.py": ""}
    assert "no recipe mends" in declined(texts, "import Queue", missing("Queue"), function=MODULE)
    texts = {"shop/orders.py": "import commands\ncommands.getoutput(x)\n", "commands.py": ""}
    error = attribute("commands", "getoutput")
    assert "no name is near" in declined(texts, "commands.getoutput(x)", error, function=MODULE)


def test_leaves_code_that_chooses_by_version_alone() -> None:
    text = dedent("""\
        import sys
        import time
        try:
            from time import clock
        except ImportError:
            clock = time.perf_counter
        if sys.version_info < (3,):
            now = time.clock
        else:
            now = time.perf_counter


        def f(x):
            return time.clock()
        """)
    after = repaired(text, "return time.clock()", attribute("time", "clock"))
    assert after == text.replace("return time.clock()", "return time.process_time()")


def test_what_the_table_names_is_there() -> None:
    for api in (*NAMES, *BUILTINS):
        module, _, name = api.new.rpartition(".")
        assert not module or is_module(api.new) or hasattr(import_module(module), name)
    # Some systems ship Python without Tk.
    assert all(is_module(api.new) for api in MODULES if api.new != "tkinter")


def is_module(name: str) -> bool:
    parent = name.rpartition(".")[0]
    is_package = not parent or hasattr(import_module(parent), "__path__")
    return is_package and find_spec(name) is not None

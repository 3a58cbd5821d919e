"""Which frames are the user's own code, and which of them is to blame.

Paths decide, by the conventions of the languages; the user's globs win over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from errwatch import lazy_re as re
from errwatch.model.chain import by_guilt
from errwatch.model.event import ExceptionInfo, Frame

_LIBRARY = re.compile(
    r"^<"  # <frozen importlib._bootstrap>, <string>, <generated code>
    r"|^(?:node|internal|ext):|^internal/\S*\.[cm]?js$|^webpack/"
    r"|(?:^|/)(?:site-packages|dist-packages|node_modules|vendor|bower_components)/"
    r"|\.pxi$|(?:^|/)lib(?:32|64)?/python\d+(?:\.\d+)?/|(?:^|/)Python\d+/[Ll]ib/"
    r"|^[\w-]+ \(\d[\w.]*\) |(?:^|/)gems/|(?:^|/)lib/ruby/"
    r"|^/usr/lib/|^/usr/local/go/|^/usr/share/|(?:^|/)go/pkg/mod/"
    r"|^/rustc/|(?:^|/)\.?cargo/(?:registry|git)/|(?:^|/)\.rustup/"
    r"|^library/(?:std|core|alloc|panic_unwind)/src/"
    r"|(?:^|/)(?:hostedtoolcache/go|sdk/go\d[^/]*|Cellar/go)/|^(?:runtime|net/http|testing)/\w+\.go$"
    r"|^[\w.~-]+\.[a-z]+/[^@]+@v\d|^_cgo_|^_testmain\.go"  # Go with -trimpath
    r"|^deps/|/deps/[a-z0-9_]+/lib/|^\[C\]|^\[string "
    r"|^/usr/(?:local/)?include/|/usr/local/share/|^(?:\.\./)+(?:sysdeps|csu|nptl|stdlib|src|elf)/"
    r"|^\./(?:nptl|stdlib|libio|assert|malloc|csu)/"
    r"|(?:^|/)libsanitizer/|^libraries/|/perl5?/\d"
    r"|^dart:|^\./\w+\.jl$|^org-dartlang|/swift/stdlib/|^\[|^(?:chrome|moz|safari)-extension:"
    r"|^package:(?:flutter\w*|http|dio|bloc|provider|riverpod|async|collection|stack_trace|test"
    r"|sentry\w*|get_it|shelf\w*|path|rxdart|hive|sqflite|go_router)/"
    r"|(?:^|/)(?:runtime|polyfills?|vendors?|framework|webpack|commons?)[~.-][\w~.-]{5,}\.js$"
)

_PLATFORM = re.compile(
    r"^(?:java|javax|jakarta|jdk|sun|com\.sun|android|androidx|dalvik|libcore|kotlinx?|scala|akka"
    r"|zio|cats|clojure|groovy|groovyjarjar\w*|play|ring|compojure|reactor|rx|io\.reactivex|okhttp3"
    r"|retrofit2|feign|jline|nrepl|leiningen|lombok|javassist|liquibase|freemarker|graphql|ch\.qos"
    r"|org\.(?:jenkinsci|springframework|apache|hibernate|jboss|wildfly|eclipse|codehaus|postgresql|mariadb"
    r"|h2|hsqldb|flywaydb|jooq|slf4j|junit|testng|mockito|aspectj|glassfish|jetbrains|gradle|quartz"
    r"|mozilla|xerial|thymeleaf|keycloak|elasticsearch|opensearch|jdbi|redisson|bouncycastle"
    r"|asynchttpclient|reactivestreams|reflections|http4s|typelevel|scalatest|scalajs|mybatis)"
    r"|com\.(?:zaxxer|mysql|microsoft|oracle|google|fasterxml|netflix|amazonaws|datastax|mongodb"
    r"|rabbitmq|hazelcast|squareup|mchange|alibaba|typesafe|lightbend|twitter|github|ibm|android"
    r"|couchbase|graphql|codahale|jcraft|esotericsoftware|intellij)"
    r"|io\.(?:netty|undertow|quarkus|micronaut|vertx|smallrye|grpc|ktor|micrometer|lettuce"
    r"|opentelemetry|confluent|projectreactor|jsonwebtoken|dropwizard|fabric8|helidon|sentry)"
    r"|redis\.clients|py4j|software\.amazon|net\.(?:sf|bytebuddy|sourceforge)|oracle\.(?:jdbc|net)"
    r"|System|Microsoft|Windows|Mono|MS|Npgsql|MySql|MySqlConnector|Newtonsoft|Serilog|NLog|log4net"
    r"|Dapper|AutoMapper|MediatR|Polly|Grpc|Azure|Amazon|Hangfire|MassTransit|RabbitMQ|Quartz"
    r"|FluentValidation|Castle|Autofac|Xunit|NUnit|Swashbuckle|Oracle|MongoDB|Elastic|Confluent"
    r"|StackExchange|Refit|RestSharp|Moq|EFCore|IdentityServer4|Orleans|UnityEngine"
    r"|libswift\w*)\."
    r"|\$Proxy\d|\$\$(?:Enhancer|FastClass|Lambda|SpringCGLIB|_javassist|_Weld|Hibernate)"
    r"|Generated(?:Method|Constructor|Serialization\w*)Accessor|_COROUTINE|Lambda(?:Form|\$)"
)
"""Packages and namespaces of platforms and their usual libraries; classes made at run time."""


@dataclass(frozen=True, slots=True)
class FrameRules:
    """Globs on the path of a frame; `in_app` wins over `library`."""

    in_app: tuple[str, ...] = ()
    library: tuple[str, ...] = ()

    @lru_cache(maxsize=8192)  # noqa: B019
    def is_in_app(self, file: str, module: str | None = None) -> bool:
        path = file.replace("\\", "/")
        if any(fnmatchcase(path, glob) for glob in self.in_app):
            return True
        if any(fnmatchcase(path, glob) for glob in self.library):
            return False
        return _LIBRARY.search(path) is None and not (module and _PLATFORM.search(module))

    def mark(self, exceptions: Sequence[ExceptionInfo]) -> tuple[ExceptionInfo, ...]:
        """The same exceptions, each frame told apart.

        Where some frames name their source file, those that name none are of other people's code.
        """
        if not exceptions:
            return ()
        files = [frame.file for one in exceptions for frame in one.frames]
        known = _Known(any(files), _packages(files))
        return tuple(
            one
            if all(self._in_app(frame, known) == frame.in_app for frame in one.frames)
            else replace(one, frames=tuple(self._marked(frame, known) for frame in one.frames))
            for one in exceptions
        )

    def _in_app(self, frame: Frame, known: _Known) -> bool:
        if not frame.file and known.sourced:
            return False
        installed = frame.file.partition("/")[0] in known.packages
        return not installed and self.is_in_app(frame.file, frame.module)

    def _marked(self, frame: Frame, known: _Known) -> Frame:
        in_app = self._in_app(frame, known)
        return frame if frame.in_app == in_app else replace(frame, in_app=in_app)


class _Known(NamedTuple):
    """What all frames of an event tell about each of them."""

    sourced: bool
    """Some name a file."""
    packages: frozenset[str]
    """Installed ones, of which extension modules name their sources by a relative path."""


_INSTALLED = re.compile(r"/(?:site|dist)-packages/([^/]+)/")


def _packages(files: Iterable[str]) -> frozenset[str]:
    if not any("-packages/" in file for file in files):
        return frozenset()
    return frozenset(found[1] for file in files if (found := _INSTALLED.search(file)))


def culprit(exceptions: Sequence[ExceptionInfo]) -> Frame | None:
    """The deepest in-app frame of the innermost explicit cause or member that has one, then
    outwards; an implicit context last."""
    for one in by_guilt(exceptions):
        for frame in reversed(one.frames):
            if frame.in_app and frame.file:
                return frame
    return None

"""Asks GitHub, again where that helps, and never twice for what is to be done once.

PyGithub would repeat a POST after any error of the server, and sleep for an hour at a limit: here
it repeats nothing by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from json import JSONDecodeError
from typing import TypeVar

from errwatch.errors import ForgeError
from errwatch.forge.trouble import Doing, Incomplete, Interpreter, Trouble

TRIES = 4
LONGEST = 60.0
"""Seconds to wait for a limit to end, at most."""
EXISTS = 422
"""The status of, among others, a pull request that is there already."""
FIRST_PAUSE = 0.5
"""Seconds before the second try; twice as long before each further one."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Caller:
    interpreter: Interpreter
    sleep: Callable[[float], None]
    now: Callable[[], datetime]

    def ask(self, doing: Doing, call: Callable[[], Result]) -> Result:
        """For what can be done again without harm. Raises ForgeError."""
        return self._tried(doing, call, lambda: None)

    def once(
        self, doing: Doing, call: Callable[[], Result], look: Callable[[], Result | None]
    ) -> Result:
        """For what must not be done twice: `look` finds what is done already, before the first try
        and after each that failed. Raises ForgeError."""
        found = look()
        return found if found is not None else self._tried(doing, call, look)

    def _tried(
        self, doing: Doing, call: Callable[[], Result], look: Callable[[], Result | None]
    ) -> Result:
        number = 0
        while True:
            try:
                return call()
            except self._foreign() as error:
                trouble = self._read(error, doing)
                wait = trouble.wait or FIRST_PAUSE * 2**number
                number += 1
                last = number == TRIES or not trouble.passing or wait > LONGEST
                if not last:
                    self.sleep(wait)
                found = look() if trouble.uncertain or trouble.status == EXISTS else None
                if found is not None:
                    return found
                if last:
                    raise ForgeError(trouble.message, passing=trouble.passing) from error

    def _foreign(self) -> tuple[type[Exception], ...]:
        from github import GithubException
        from requests import RequestException

        return (GithubException, RequestException, JSONDecodeError, Incomplete)

    def _read(self, error: Exception, doing: Doing) -> Trouble:
        from github import GithubException

        if isinstance(error, GithubException):
            return self.interpreter.refusal(error, doing, self.now())
        return self.interpreter.network(error)  # or its answer was cut short: no JSON

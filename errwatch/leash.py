"""How a command is started that is to end with us, however we end."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

_LEASH = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
if os.getppid() == int(sys.argv[1]):
    os.execvp(sys.argv[2], sys.argv[2:])
"""
"""Ends the command when we are killed, though it writes nothing that it could fail to."""


def leashed(command: Sequence[str]) -> Sequence[str]:
    """The command as it is to be started; as it is, where it will not start or the system has no
    such thing."""
    if sys.platform != "linux" or shutil.which(command[0]) is None:
        return command
    return [sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid()), *command]

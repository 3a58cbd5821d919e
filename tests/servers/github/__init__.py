"""A local GitHub: one repository with its pull requests, on a real socket.

Real PyGithub and real git talk to it. It keeps to the rules of the real one as far as they are
told here: what it refuses is refused in the words and shapes of GitHub.
"""

from tests.servers.github.limits import Order
from tests.servers.github.server import GitHubServer
from tests.servers.github.state import APP, Access

__all__ = ["APP", "Access", "GitHubServer", "Order"]

"""How long `errwatch analyze --offline` takes on a large repository.

python -m benchmarks.analyze --files 5000 --commits 300
python -m benchmarks.analyze --repository CHECKOUT --log TRACEBACK
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FOLDER = 50
"""Modules in one package."""

MODULE = '''"""Part {number} of the shop."""

from shop.p{package}.m{other} import check_{other}, price_{other}


def check_{number}(amount):
    if amount < 0:
        raise ValueError(f"negative amount {{amount}}")
    return amount


def price_{number}(order):
    """The price of an order, with what its parts cost."""
    total = order.total
    for part in order.parts:
        total += price_{other}(part)
    return check_{number}(total)


class Order{number}:
    def __init__(self, parts, total=None):
        self.parts = parts
        self.total = total

    def price(self):
        return price_{number}(self)

    def load(self, store):
        return store.get({number})
'''


def modules(count: int) -> Iterator[tuple[str, str]]:
    """Paths and texts of modules that import each other."""
    for number in range(count):
        package, other = number // FOLDER, number - 1 if number % FOLDER else number
        text = MODULE.format(number=number, package=package, other=other)
        yield f"shop/p{package}/m{number}.py", text


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.invalid"]
    subprocess.run(["git", "-C", str(root), *who, *words], check=True, capture_output=True)


def make_repository(root: Path, files: int, commits: int) -> None:
    texts = dict(modules(files))
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Open the shop")
    paths = list(texts)
    for number in range(commits):
        with (root / paths[number * 7 % len(paths)]).open("a") as out:
            out.write(f"\n\ndef added_{number}():\n    return {number}\n")
        git(root, "commit", "-qam", f"Add {number}")


def traceback(files: int) -> str:
    """None where a total should be; one frame in a file that is gone, so that history is asked."""
    number = files // 2 + 1
    at = f"/app/shop/p{number // FOLDER}/m{number}.py"
    return (
        "Traceback (most recent call last):\n"
        '  File "/app/shop/web.py", line 40, in handle\n    return order.price()\n'
        f'  File "{at}", line 26, in price\n    return price_{number}(self)\n'
        f'  File "{at}", line 17, in price_{number}\n    return check_{number}(total)\n'
        f'  File "{at}", line 7, in check_{number}\n    if amount < 0:\n'
        "TypeError: '<' not supported between instances of 'NoneType' and 'int'\n"
    )


def measure(root: Path, log: Path, home: Path, rounds: int) -> list[float]:
    """Seconds of whole processes, the first with nothing cached by us."""
    environment = {**os.environ, "ERRWATCH_STATE": str(home / "state.db"), "PYTHONPATH": "."}
    command = [sys.executable, "-m", "errwatch"]
    scan = [*command, "scan", str(log), "--format", "json", "--exit-zero"]
    found = subprocess.run(scan, env=environment, capture_output=True, check=True).stdout
    issue = json.loads(found)["issues"][0]["id"]
    ask = [*command, "analyze", issue, "--repo", str(root), "--offline", "--format", "json"]
    times = []
    for _ in range(rounds):
        begun = time.monotonic()
        done = subprocess.run(ask, env=environment, capture_output=True, check=True)
        times.append(time.monotonic() - begun)
    suspects = [f"{one['file']} {one['function']}" for one in json.loads(done.stdout)["suspects"]]
    print(f"suspects: {', '.join(suspects[:3])}")
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--commits", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repository", type=Path, help="an existing one, with --log")
    parser.add_argument("--log", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        root, log = arguments.repository, arguments.log
        if root is None:
            root, log = home / "shop", home / "app.log"
            root.mkdir()
            make_repository(root, arguments.files, arguments.commits)
            log.write_text(traceback(arguments.files))
        times = measure(root, log, home, arguments.rounds)
    print(f"analyze --offline: median {statistics.median(times):.2f} s, most {max(times):.2f} s")


if __name__ == "__main__":
    main()

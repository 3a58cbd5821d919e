"""Recipes around databases, caches and providers, which no test can reach for real."""

from __future__ import annotations

from textwrap import dedent

import pytest

from errwatch.fix.gates.symptoms import symptoms
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, GateStatus
from tests.fix.trees import answers, declined

LOST = "sqlalchemy.exc.OperationalError: server closed the connection unexpectedly"
QUERY = "def f(db):\n    return db.execute('select 1')\n"
RUN = "return db.execute('select 1')"
NO_CACHE = (
    "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused."
)
HUNG = "celery.exceptions.SoftTimeLimitExceeded: SoftTimeLimitExceeded()"
LIMITED = "openai.RateLimitError: Error code: 429 - Rate limit reached"


def changed(texts: dict[str, str], code: str, error: str) -> dict[str, str]:
    """The files that the first candidate changes; it hides nothing."""
    found = [each for each in answers(texts, code, error) if isinstance(each, Candidate)]
    assert found, answers(texts, code, error)
    assert symptoms(found[0], Policy()).status is GateStatus.PASSED
    return {edit.file: edit.after for edit in found[0].edits}


def test_looks_whether_a_pooled_connection_stands() -> None:
    engine = (
        "from sqlalchemy import create_engine\n\ncreate_engine(\n    URL,\n    pool_size=5,\n)\n"
    )
    texts = {"shop/orders.py": QUERY, "shop/db.py": engine}
    after = engine.replace("pool_size=5,\n", "pool_size=5,\n    pool_pre_ping=True,\n")
    assert changed(texts, RUN, LOST) == {"shop/db.py": after}


@pytest.mark.parametrize(
    "engine",
    [
        "create_engine(URL, pool_pre_ping=False)",
        "create_engine(URL, poolclass=NullPool)",
        "create_engine(URL, **options)",
        "[create_engine(URL), create_engine(OTHER)]",
    ],
)
def test_leaves_pools_that_are_not_one_plain_one(engine: str) -> None:
    texts = {
        "shop/orders.py": QUERY,
        "shop/db.py": f"from sqlalchemy import create_engine\n{engine}\n",
    }
    assert "engine" in declined(texts, RUN, LOST)


CACHED = dedent(
    """\
    import logging

    import redis

    log = logging.getLogger(__name__)
    cache = redis.Redis()


    def price(sku):
        found = cache.get(sku)
        if found is not None:
            return found
        found = load(sku)
        cache.set(sku, found, ex=60)
        return found
    """
)
READ = "found = cache.get(sku)"


def test_goes_to_the_source_without_a_cache() -> None:
    guarded = dedent(
        """\
            try:
                found = cache.get(sku)
            except redis.RedisError:
                log.warning("the cache cannot be reached", exc_info=True)
                found = None
        """
    )
    written = dedent(
        """\
            try:
                cache.set(sku, found, ex=60)
            except redis.RedisError:
                log.warning("the cache cannot be reached", exc_info=True)
        """
    )
    after = CACHED.replace("    found = cache.get(sku)\n", _indented(guarded))
    after = after.replace("    cache.set(sku, found, ex=60)\n", _indented(written))
    assert changed({"shop/orders.py": CACHED}, READ, NO_CACHE) == {"shop/orders.py": after}


def _indented(text: str) -> str:
    return "".join(f"    {line}" for line in text.splitlines(keepends=True))


def test_leaves_a_cache_that_nothing_stands_behind() -> None:
    text = CACHED.replace("    if found is not None:\n        return found\n", "    print(found)\n")
    assert "does not ask whether" in declined(text, READ, NO_CACHE)


def test_leaves_a_cache_where_nobody_would_be_told() -> None:
    text = CACHED.replace("log = logging.getLogger(__name__)\n", "")
    assert "no logger" in declined(text, READ, NO_CACHE)


def test_gives_a_request_the_time_that_others_have() -> None:
    asks = "import requests\n\n\ndef f(url):\n    return requests.get(url)\n"
    others = "import requests\n\nrequests.get('x', timeout=7)\nrequests.get('y', timeout=7)\n"
    texts = {"shop/orders.py": asks, "shop/others.py": others}
    after = asks.replace("get(url)", "get(url, timeout=7)")
    assert changed(texts, "return requests.get(url)", HUNG) == {"shop/orders.py": after}


def test_gives_a_request_half_a_minute_where_nothing_is_usual() -> None:
    asks = "from urllib.request import urlopen\n\nurlopen('https://shop.example')\n"
    after = asks.replace("example')", "example', timeout=30)")
    got = changed({"shop/orders.py": asks}, "urlopen('https://shop.example')", HUNG)
    assert got == {"shop/orders.py": after}


def test_leaves_a_request_that_has_its_time() -> None:
    assert declined(
        "import requests\n\nrequests.get('x', timeout=7)\n", "requests.get('x', timeout=7)", HUNG
    )


ASKS = dedent(
    """\
    import openai

    client = openai.OpenAI()


    class Writer:
        async def summary(self, text):
            answer = await client.chat.completions.create(model="m", messages=[text])
            return answer.choices[0].message.content.strip()
    """
)
ASK = 'answer = await client.chat.completions.create(model="m", messages=[text])'
MANIFEST = {"requirements.txt": "openai\ntenacity>=8\n"}


def test_asks_a_provider_again() -> None:
    decorator = dedent(
        """\
        @tenacity.retry(
            retry=tenacity.retry_if_exception_type(openai.RateLimitError),
            wait=tenacity.wait_random_exponential(max=60),
            stop=tenacity.stop_after_attempt(5),
            reraise=True,
        )
        """
    )
    after = ASKS.replace("    async def", _indented(decorator) + "    async def")
    after = after.replace("import openai\n", "import openai\nimport tenacity\n", 1)
    got = changed({"shop/orders.py": ASKS, **MANIFEST}, ASK, LIMITED)
    assert got == {"shop/orders.py": after}


DOES_MORE = {
    "writes": ("return answer", "self.store.save(answer)\n        return answer"),
    "sends": ("return answer", "requests.post(URL, json=text)\n        return answer"),
    "calls what it does not show": ("return answer", "remember(answer)\n        return answer"),
    "asks again already": ("    async def", "    @retry\n    async def"),
}


@pytest.mark.parametrize("case", DOES_MORE)
def test_does_not_repeat_what_does_more_than_ask(case: str) -> None:
    text = ASKS.replace(*DOES_MORE[case])
    assert declined({"shop/orders.py": text, **MANIFEST}, ASK, LIMITED)


def test_adds_no_dependency() -> None:
    assert "does not depend on tenacity" in declined(ASKS, ASK, LIMITED)

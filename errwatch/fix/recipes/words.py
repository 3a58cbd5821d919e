"""The words that names are made of, and whether one that looks misspelt may be meant."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pydoc_data.topics import topics

from errwatch import lazy_re as re
from errwatch.fix.recipes.source import BOM
from errwatch.interfaces import Tree

WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
TEXTS = (".py", ".pyi", ".md", ".rst", ".txt", ".toml", ".cfg")
PREFIXES = ("un", "re", "in", "de", "dis", "non", "pre", "mis")
SUFFIXES = ("s", "es", "d", "ed", "ing", "er", "ly")
CONFUSED = frozenset(
    """
    altar angel angle aural bared barred bath batch baring bather bred bread calvary canon cannon
    carnal cart casual causal cavalry chart coarse compete complete comping contact contract coping
    coral corral county country course cots costs crate create dairy decent desert dessert diary
    dinning dining discreet discrete dose does feed fed filed filled filing filling fist first
    finalist form from goad goal hosted hoisted hoping hopping house hose importer imposter
    infection inflection input later latter lead lod load loose lose marital martial math match
    mater matter minster minister moral morale mortal noes notes owner pad paid panel part patch
    path pant paint patent patient personal personnel plain plan planed planned planing plater
    platter pined pinned pint print pot port post quiet quite raged ranged rated ratted read red
    retied retired reversed revered sacred scared scarped scrapped scraped scared server sever
    serve signed singed sign sing silver sliver sited sitted slat salt spit split spot sport stared
    started starred stating starting striped stripped sate state tagged taped tapped there three
    then the though through thorough tied tired tread thread tiles tills trail trial unclear
    uncle united untied untidy unite untie unties uses user vice voice waist wait wast wining
    winning writing writting
    """.split()  # noqa: SIM905 - it reads as a text
)
"""Words that a letter less, more or swapped turns into another word."""


def words(name: str) -> list[str]:
    """`TAX_RATE` -> tax, rate; `userId` -> user, id."""
    return [word.lower() for word in WORDS.findall(name)]


def is_word(word: str) -> bool:
    """Whether a word may be meant as it stands: it, or what it is a form of, is common in English
    or in Python."""
    return any(form in CONFUSED or form in _english() for form in _forms(word))


def _forms(word: str) -> set[str]:
    bare = {word} | {word.removeprefix(each) for each in PREFIXES}
    forms = bare | {each.removesuffix(end) for each in bare for end in SUFFIXES}
    return {form for form in forms if form == word or len(form) >= 3}


@cache
def _english() -> frozenset[str]:
    """The words of the Python reference."""
    return frozenset(re.findall(r"[a-z]{3,}", " ".join(topics.values())))


def known(word: str, name: str, tree: Tree) -> str | None:
    """The file that has the word in a comment, in a text, or in any name but this one."""
    for file in sorted(tree.files()):
        text = (tree.read(file) or "") if file.endswith(TEXTS) else ""
        if word in text.lower() and any(word in words(each) for each in _said(file, text, name)):
            return file
    return None


def _said(file: str, text: str, name: str) -> Iterator[str]:
    """The words of a file, the name in code aside."""
    if not file.endswith((".py", ".pyi")):
        yield from re.findall(r"\w+", text)
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.removeprefix(BOM)).readline):
            code = token.type == tokenize.NAME or token.string[:2].lower().startswith(("f", "rf"))
            yield from (w for w in re.findall(r"\w+", token.string) if not (code and w == name))
    except (tokenize.TokenError, SyntaxError):
        yield from (w for w in re.findall(r"\w+", text) if w != name)

"""What a recipe does not mean to change stays, byte for byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from errwatch.fix.recipes.source import Source, Splice
from tests.fix.trees import repaired

FILLERS = (
    "x  =   1;y=2",
    "# a comment, ünïcödé",
    "",
    "   ",
    "s = '''two\nlines'''",
    "b = ( 1,\n      2 ,  # two\n)",
    "if  True :\n\tz = 3",
    "class  K ( object ) :\n   '''doc'''\n   def m(self, *a,**k): return  [a , k]",
    "lambda q:(q)",
    "name = '\U0001f600' \\\n   'é'",
    "@property\ndef prop(self):  # trailing\n    return 1",
)
LINES = st.lists(st.sampled_from(FILLERS), max_size=6)
ENDS = st.sampled_from(["\n", "\r\n"])
MARKS = st.sampled_from(["", "\ufeff"])


def module(above: list[str], culprit: str, below: list[str], end: str, mark: str) -> str:
    return mark + "\n".join([*above, culprit, *below, ""]).replace("\n", end)


@given(LINES, LINES, ENDS, MARKS)
def test_a_loop_gets_its_copy_and_nothing_else(
    above: list[str], below: list[str], end: str, mark: str
) -> None:
    text = module(above, "for k in  totals.items() :  print( k )", below, end, mark)
    after = repaired(
        text,
        "for k in  totals.items() :  print( k )",
        "RuntimeError: dictionary changed size during iteration",
        function="<module>",
    )
    assert after == text.replace("totals.items()", "list(totals.items())")


@given(LINES, LINES, ENDS, MARKS)
def test_a_name_is_corrected_and_nothing_else(
    above: list[str], below: list[str], end: str, mark: str
) -> None:
    text = module(["amount = 1", *above], "print(amuont ,amuont)", below, end, mark)
    error = "NameError: name 'amuont' is not defined"
    after = repaired(text, "print(amuont ,amuont)", error, function="<module>")
    assert after == text.replace("amuont", "amount")


@given(LINES, LINES, ENDS, MARKS)
def test_an_api_is_replaced_and_nothing_else(
    above: list[str], below: list[str], end: str, mark: str
) -> None:
    text = module(["import base64", *above], "base64.encodestring( b'' )", below, end, mark)
    error = "AttributeError: module 'base64' has no attribute 'encodestring'"
    after = repaired(text, "base64.encodestring( b'' )", error, function="<module>")
    assert after == text.replace("encodestring", "encodebytes")


@given(LINES, LINES, ENDS, MARKS)
def test_an_import_is_added_and_nothing_else(
    above: list[str], below: list[str], end: str, mark: str
) -> None:
    text = module(above, "print(json.dumps( 1 ))", below, end, mark)
    error = "NameError: name 'json' is not defined"
    after = repaired(text, "print(json.dumps( 1 ))", error, function="<module>")
    start = next(n for n, (a, b) in enumerate(zip(text, after, strict=False)) if a != b)
    added = len(after) - len(text)
    assert any(
        after[:at] + after[at + added :] == text and after[at : at + added].strip() == "import json"
        for at in range(max(0, start - added), start + 1)
    )
    assert ("\r\n" if end == "\r\n" else "\n") in after


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_parsing_keeps_the_text_or_refuses_it(text: str) -> None:
    source = Source.parse(text)
    assert source is None or source.spliced([]) == text


def test_splices_count_in_bytes() -> None:
    source = Source.parse("é = 'ü'\n")
    assert source is not None
    assert source.spliced([Splice(0, 2, "name"), Splice(9, 9, "  # x")]) == "name = 'ü'  # x\n"

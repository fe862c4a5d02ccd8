"""Text that somebody sends to do harm, or by a slip, is refused at once and with a sentence."""

import time

import pytest

from matneo.library import catalogue, judging
from matneo.measures.definitions import ContentError

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HEAD = """id: SFP
title: T
lead: L
version: 2
effective_from: 2025-11-01
status: draft
licence: MIT
"""
REST = """ideas: []
measures:
- {id: SFP-M01, family: balancing, name: M, why: W, counted: C, of: O, unit: percent, direction: increase, chart: [p], period: [month], source: S}
evidence: []
"""
AIM = "aims:\n- {id: SFP-A1, statement: Aim, national: true, confidence: our design, measures: [SFP-M01]}\n"


def drivers(*arrows):
    return "drivers:\n" + "".join(
        f"- {{id: {name}, name: N, serves: [{', '.join(f'{{to: {to}, strength: 1, why: W}}' for to in ends)}]}}\n"
        for name, *ends in arrows
    )


CHAIN = [(f"SFP-P{n}", f"SFP-P{n + 1}") for n in range(1, 290)]
LADDER = [
    (f"SFP-P{n}", f"SFP-P{n + 2 - n % 2}", f"SFP-P{n + 3 - n % 2}") for n in range(2, 120)
]  # twice as many ways with every rung

WHOLE = HEAD + AIM + drivers(("SFP-P1", "SFP-A1")) + REST
CASES = {
    "a bomb": (LAUGHS, "refer; write it out"),
    "a reference": (HEAD + "note: &x N\n", "refer; write it out"),
    "a tag": ("id: !!python/object/apply:os.system ['ls']", "uses a tag"),
    "five megabytes": ("a: " + "x" * 5_000_000, "larger than 400 KB"),
    "deep lists": ("a: " + "[" * 100_000, "Text line 1"),
    "deep lists that end": ("a: " + "[" * 300 + "]" * 300, "holds more, or deeper"),
    "many things": ("a: [" + "x," * 100_000 + "]", "holds more, or deeper"),
    "a field twice": (HEAD + "title: U\n", "line 8: title stands twice"),
    "an unknown field": (HEAD + AIM + drivers(("SFP-P1", "SFP-A1")) + REST + "colour: red\n", "colour of SFP is no field of a package"),
    "a thirteenth month": (HEAD.replace("2025-11-01", "2025-13-01"), "holds a date or number that is none"),
    "a number without end": (HEAD.replace("version: 2", "version: " + "9" * 6000), "holds a date or number that is none"),
    "a name of fields": ("? {a: b}\n: c\n", "name should be a word"),
    "a list": ("- a\n- b\n", "holds no fields"),
    "nothing": ("\n", "holds no fields"),
    "an unprintable letter": (WHOLE.replace("title: T", 'title: "T\\0"'), "cannot be printed"),
    "a letter that turns the line": (WHOLE.replace("title: T", 'title: "T\\u202e"'), "cannot be printed"),
    "an id for a pattern": ("id: '.*'\n" + HEAD.partition("\n")[2] + AIM + drivers(("SFP-P1", "SFP-A1")) + REST, "there are SFP"),
    "a circle": (HEAD + AIM + drivers(("SFP-P1", "SFP-A1", "SFP-P2"), ("SFP-P2", "SFP-P1")) + REST, "leads back to SFP-P1"),
    "a driver for itself": (HEAD + AIM + drivers(("SFP-P1", "SFP-A1", "SFP-P1")) + REST, "leads back to SFP-P1"),
    "a long way to nowhere": (HEAD + AIM + drivers(*CHAIN) + REST, "leads to no aim"),
    "a ladder of ways to nowhere": (HEAD + AIM + drivers(*LADDER, ("SFP-P120", "SFP-P121"), ("SFP-P121", "SFP-P120")) + REST, "leads to no aim"),
    "more drivers than are read": (HEAD + AIM + drivers(*((f"SFP-P{n}", "SFP-A1") for n in range(400))) + REST, "300 is the most"),
    "a driver that serves nothing": (HEAD + AIM + drivers(("SFP-P1",)) + REST, "leads to no aim"),
    "an own package that is none": (HEAD + AIM + drivers(("SFP-P1", "SFP-A1")).replace("name: N,", "name: N, package: MSD,") + REST, "names MSD, which is not there"),
    "the full words of nothing": (HEAD + AIM + drivers(("SFP-P1", "SFP-A1")).replace("name: N,", "name: N, in_full: PTO-P9,") + REST, "names PTO-P9, which is no primary driver of a package"),
    "the full words of a secondary driver": (HEAD + AIM + drivers(("SFP-P1", "SFP-A1")).replace("name: N,", "name: N, in_full: PTO-S1.1,") + REST, "names PTO-S1.1, which is no primary driver of a package"),
    "a very long wrong value": (WHOLE.replace("2025-11-01", "x" * 90_000), "it should be a date"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_at_once_in_a_sentence(case):
    text, words = CASES[case]
    start = time.process_time()

    with pytest.raises(ContentError) as problem:
        judging.read(text, catalogue.from_files())

    assert words in str(problem.value)
    assert len(str(problem.value)) < 700
    assert time.process_time() - start < 3


def test_the_same_text_without_a_fault_is_whole():
    assert judging.read(WHOLE, catalogue.from_files()).version == 2

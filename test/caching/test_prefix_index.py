import gc
import tracemalloc

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gradio.caching.entry import MISS, Entry
from gradio.caching.prefix.intervals import PrefixIndex, index_bytes

# Few letters, so that keys are often nested; some come after the end of a shorter one.
LETTERS = st.lists(st.sampled_from([b"a", b"b", b"\xfe"]), max_size=5)
SPELLINGS = LETTERS.map(lambda letters: b"t" + b"".join(letters))
PROBES = [b"t", b"ta", b"tab", b"taab", b"tabab", b"tb\xfea", b"t\xfe\xfe", b"taaaaaa"]


def entry(label=None):
    return Entry(None, 1, label=label)


def indexed(*spellings):
    index = PrefixIndex()
    for spelling in spellings:
        index.add(spelling, entry(spelling))
    return index


def found(index, spelling):
    match = index.find(spelling)
    return match if match is MISS else match.label


class Prefixes(RuleBasedStateMachine):
    """The index, against looking at every key."""

    def __init__(self):
        super().__init__()
        self.index = PrefixIndex()
        self.entries = []

    @rule(spelling=SPELLINGS)
    def add(self, spelling):
        new = entry(spelling)
        self.index.add(spelling, new)
        self.entries.append(new)

    @rule(spellings=st.lists(SPELLINGS, max_size=4))
    def fill(self, spellings):
        new = [entry(spelling) for spelling in spellings]
        self.index.fill((e.label, e) for e in self.entries + new)
        self.entries += new

    @rule(number=st.integers(0, 1000))
    def drop(self, number):
        if self.entries:
            gone = self.entries.pop(number % len(self.entries))
            self.index.drop(gone.label, gone)

    @rule(spelling=SPELLINGS)
    def drop_a_stranger(self, spelling):
        self.index.drop(spelling, entry(spelling))

    @rule(spelling=SPELLINGS)
    def find(self, spelling):
        matches = [e for e in self.entries if spelling.startswith(e.label)]
        longest = max((e.label for e in matches), key=len, default=MISS)
        assert found(self.index, spelling) == longest

    @invariant()
    def finds_the_longest(self):
        for probe in PROBES:
            self.find(probe)
        assert len(self.index) == len({e.label for e in self.entries})


TestPrefixes = Prefixes.TestCase
TestPrefixes.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_of_several_the_latest_is_found():
    index, entries = PrefixIndex(), [entry(i) for i in range(3)]
    for one in entries:
        index.add(b"a", one)
    assert index.find(b"ab") is entries[2]
    index.drop(b"a", entries[2])
    assert index.find(b"ab") is entries[1]


def test_adding_twice_is_adding_once():
    index, one = PrefixIndex(), entry()
    index.add(b"a", one)
    index.add(b"a", one)
    index.drop(b"a", one)
    assert index.find(b"a") is MISS


class Counted(bytes):
    """A spelling that counts how often it is compared."""

    compared = 0

    def _count(self, name, other):
        Counted.compared += 1
        return getattr(bytes, name)(self, other)

    def __lt__(self, other):
        return self._count("__lt__", other)

    def __gt__(self, other):
        return self._count("__gt__", other)


@pytest.mark.parametrize(
    "spellings",
    [
        [b"a" * i for i in range(1, 10_001)],
        [b"%05d" % i for i in range(10_000)],
        [b"a" * i + b"0" for i in range(10_000)],
    ],
    ids=["nested", "side by side", "branching everywhere"],
)
def test_a_lookup_is_a_binary_search_whatever_the_keys(spellings):
    index = PrefixIndex()
    index.fill((spelling, entry(spelling)) for spelling in spellings)
    for probe in (spellings[7000] + b"!", b"a" * 20_000, b"zzz"):
        Counted.compared = 0
        index.find(Counted(probe))
        assert 0 < Counted.compared <= 16


@pytest.mark.parametrize("order", [1, -1])
def test_nested_keys_come_and_go_in_any_order(order):
    spellings = [b"a" * i for i in range(1, 300)]
    index = indexed(*spellings[::order])
    for spelling in spellings[::order]:
        assert found(index, spelling) == spelling
    entries = {s: index.find(s) for s in spellings}
    for spelling in spellings[::order]:
        index.drop(spelling, entries[spelling])
    assert index.find(b"a" * 300) is MISS
    assert (len(index), len(index._points)) == (0, 1)


@pytest.mark.parametrize("length", [20, 500, 5000])
def test_its_size_is_what_the_allocator_gives(length):
    spellings = [b"%*d" % (length, n) for n in range(2000)]
    entries = [entry() for _ in spellings]
    gc.collect()
    tracemalloc.start()
    index = PrefixIndex()
    index.fill(zip([bytes(bytearray(s)) for s in spellings], entries, strict=True))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held == pytest.approx(sum(map(index_bytes, spellings)), rel=0.2)

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
ENCODINGS = LETTERS.map(lambda letters: b"t" + b"".join(letters))
PROBES = [b"t", b"ta", b"tab", b"taab", b"tabab", b"tb\xfea", b"t\xfe\xfe", b"taaaaaa"]


def entry(label=None):
    return Entry(None, 1, label=label)


def indexed(*encodings):
    index = PrefixIndex()
    for encoded in encodings:
        index.add(encoded, entry(encoded))
    return index


def found(index, encoded):
    match = index.find(encoded)
    return match if match is MISS else match.label


class Prefixes(RuleBasedStateMachine):
    """The index, against looking at every key."""

    def __init__(self):
        super().__init__()
        self.index = PrefixIndex()
        self.entries = []

    @rule(encoded=ENCODINGS)
    def add(self, encoded):
        new = entry(encoded)
        self.index.add(encoded, new)
        self.entries.append(new)

    @rule(encodings=st.lists(ENCODINGS, max_size=4))
    def fill(self, encodings):
        new = [entry(encoded) for encoded in encodings]
        self.index.fill((e.label, e) for e in self.entries + new)
        self.entries += new

    @rule(number=st.integers(0, 1000))
    def drop(self, number):
        if self.entries:
            gone = self.entries.pop(number % len(self.entries))
            self.index.drop(gone.label, gone)

    @rule(encoded=ENCODINGS)
    def drop_a_stranger(self, encoded):
        self.index.drop(encoded, entry(encoded))

    @rule(encoded=ENCODINGS)
    def find(self, encoded):
        matches = [e for e in self.entries if encoded.startswith(e.label)]
        longest = max((e.label for e in matches), key=len, default=MISS)
        assert found(self.index, encoded) == longest

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
    """An encoding that counts how often it is compared."""

    compared = 0

    def _count(self, name, other):
        Counted.compared += 1
        return getattr(bytes, name)(self, other)

    def __lt__(self, other):
        return self._count("__lt__", other)

    def __gt__(self, other):
        return self._count("__gt__", other)


@pytest.mark.parametrize(
    "encodings",
    [
        [b"a" * i for i in range(1, 10_001)],
        [b"%05d" % i for i in range(10_000)],
        [b"a" * i + b"0" for i in range(10_000)],
    ],
    ids=["nested", "side by side", "branching everywhere"],
)
def test_a_lookup_is_a_binary_search_whatever_the_keys(encodings):
    index = PrefixIndex()
    index.fill((encoded, entry(encoded)) for encoded in encodings)
    for probe in (encodings[7000] + b"!", b"a" * 20_000, b"zzz"):
        Counted.compared = 0
        index.find(Counted(probe))
        assert 0 < Counted.compared <= 16


@pytest.mark.parametrize("order", [1, -1])
def test_nested_keys_come_and_go_in_any_order(order):
    encodings = [b"a" * i for i in range(1, 300)]
    index = indexed(*encodings[::order])
    for encoded in encodings[::order]:
        assert found(index, encoded) == encoded
    entries = {s: index.find(s) for s in encodings}
    for encoded in encodings[::order]:
        index.drop(encoded, entries[encoded])
    assert index.find(b"a" * 300) is MISS
    assert (len(index), len(index._bounds)) == (0, 1)


@pytest.mark.parametrize("length", [20, 500, 5000])
def test_its_size_is_what_the_allocator_gives(length):
    encodings = [b"%*d" % (length, n) for n in range(2000)]
    entries = [entry() for _ in encodings]
    gc.collect()
    tracemalloc.start()
    index = PrefixIndex()
    index.fill(zip([bytes(bytearray(s)) for s in encodings], entries, strict=True))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held == pytest.approx(sum(map(index_bytes, encodings)), rel=0.2)

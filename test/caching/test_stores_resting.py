from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gradio.caching.entry import Entry
from gradio.caching.stores.resting import Resting
from support.small_parts import small_parts


class RestingMachine(RuleBasedStateMachine):
    """Against a dict in order of use."""

    def __init__(self):
        super().__init__()
        self.resting, self.model, self.used = Resting(), {}, 0
        self.parts = small_parts()
        self.parts.__enter__()

    def teardown(self):
        self.parts.__exit__(None, None, None)

    keys = st.integers(0, 60).map(str)

    @rule(keys=st.lists(keys, min_size=1, max_size=9, unique=True))
    def add(self, keys):
        batch = {}
        for key in keys:
            self.pop(key)
            self.used += 1
            batch[key] = self.model[key] = Entry(key, 1, used=self.used)
        self.resting.add(batch)

    @rule(key=keys)
    def pop(self, key):
        assert self.resting.pop(key) is self.model.pop(key, None)

    @rule()
    def pop_oldest(self):
        first = next(iter(self.model), None)
        assert self.resting.pop_oldest() is self.model.pop(first, None)

    @rule()
    def see_oldest(self):
        assert self.resting.oldest() is next(iter(self.model.values()), None)

    @rule(key=keys)
    def get(self, key):
        assert self.resting.get(key) is self.model.get(key)

    @rule()
    def recount(self):
        self.resting.count = sum(map(len, self.resting))

    @invariant()
    def holds_the_same(self):
        assert self.resting.count == len(self.model)
        found = {k: e for bucket in self.resting for k, e in bucket.items()}
        assert found == self.model


TestResting = RestingMachine.TestCase
TestResting.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)


def batch(first, count):
    return {str(n): Entry(n, 1, used=n) for n in range(first, first + count)}


def test_no_bucket_holds_many():
    resting = Resting()
    for first in range(0, 100_000, 100):
        resting.add(batch(first, 100))
    assert max(map(len, resting)) < 12_000


def test_keys_that_come_again_and_again_are_not_noted_for_ever():
    with small_parts():
        resting = Resting()
        for first in range(0, 5000, 5):
            for n in range(first - 50, first):
                resting.pop(str(n - 100))
            resting.add(batch(first, 5))
    assert resting.count < 200
    assert sum(map(len, resting._batches)) < 1000


def test_what_comes_while_a_bucket_is_split_is_not_lost():
    """As a user's code does that the collector runs."""

    class Key(str):
        __slots__ = ()

        def __hash__(self):
            if Key.then:
                Key.then.pop()()
            return str.__hash__(self)

    Key.then = []
    with small_parts():
        resting = Resting()
        resting.add({Key(n): Entry(n, 1, used=n) for n in range(3)})
        Key.then = [lambda: resting.add(batch(100, 5))]
        while Key.then:  # which of the buckets hold any is up to the hashes
            resting._split()
    for n in (*range(3), *range(100, 105)):
        assert resting.get(str(n)).value == n

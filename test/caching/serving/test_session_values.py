from types import SimpleNamespace

from gradio.caching.serving.replay.session_values import SessionValues


class State:
    def __init__(self, *components):
        self.blocks_config = SimpleNamespace(blocks=dict.fromkeys(components))
        self.values = {}

    def _update_value_in_config(self, component, value):
        self.values[component] = value


def holder(capacity=10, **states):
    return SimpleNamespace(session_data=states, capacity=capacity)


def test_what_a_session_has_not_got_yet_is_kept_until_it_has():
    deferred, states = SessionValues(), holder()
    deferred.add(states, "s", {1: "a", 2: "b"})
    deferred.add(states, "s", {2: "c"})
    states.session_data["s"] = state = State(1, 2)
    deferred.apply(states, "s")
    assert state.values == {1: "a", 2: "c"}
    state.values.clear()
    deferred.apply(states, "s")
    assert state.values == {}


def test_a_session_with_a_state_is_written_at_once():
    deferred, state = SessionValues(), State(1)
    deferred.add(holder(s=state), "s", {1: "a", 2: "of another page"})
    assert state.values == {1: "a"}


def test_each_session_gets_copies():
    deferred, states, values = SessionValues(), holder(), {1: ["a"]}
    deferred.add(states, "s", values)
    states.session_data["s"] = state = State(1)
    deferred.apply(states, "s")
    assert state.values == values
    assert state.values[1] is not values[1]


def test_as_many_sessions_as_there_may_be_states():
    deferred, states = SessionValues(), holder(capacity=3)
    for i in range(10):
        deferred.add(states, str(i), {1: i})
    assert list(deferred._values) == ["7", "8", "9"]


def test_a_session_has_something_to_get_until_it_got_it():
    deferred, states = SessionValues(), holder()
    deferred.add(states, "s", {})
    assert "s" in deferred
    states.session_data["s"] = State(1)
    deferred.apply(states, "s")
    assert "s" not in deferred

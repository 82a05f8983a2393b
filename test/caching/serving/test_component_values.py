from types import SimpleNamespace

from gradio.caching.serving.queueing.component_values import copies_of, values_of


def test_the_values_of_components_are_copies():
    value = ["a"]
    block = SimpleNamespace(_id=1)
    state = SimpleNamespace(config_values={1: {"props": {"value": value}}})
    values = values_of(state, [block, SimpleNamespace(_id=2)])
    assert values == {1: ["a"]}
    assert values[1] is value
    copies = copies_of(values)
    assert copies == values
    assert copies[1] is not value

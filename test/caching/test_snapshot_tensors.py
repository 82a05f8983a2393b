"""Copies of torch's tensors, and of arrow's and polars' tables. Needs them."""

from __future__ import annotations

import pytest

from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot


def test_tensors():
    torch = pytest.importorskip("torch")
    ones = torch.ones(2, 3)
    for value in (
        *(ones, ones.T, ones[:, 1:], ones.bfloat16(), ones.int(), torch.ones(())),
        *(torch.nn.Parameter(ones), ones.clone().requires_grad_(), ones.to_sparse()),
    ):
        twin = snapshot(value)
        assert type(twin) is type(value)
        assert digest(twin) == digest(value)
        if value.layout == torch.strided:
            assert twin.data_ptr() != value.data_ptr()
    assert snapshot(ones.T).stride() == ones.T.stride()


def test_results_of_a_graph_are_copied_without_it():
    torch = pytest.importorskip("torch")
    start = torch.ones(3, requires_grad=True)
    twin = snapshot({"loss": start * 2})["loss"]
    assert twin.requires_grad
    assert twin.grad_fn is None
    twin.sum().backward()
    assert start.grad is None


def test_gradients_and_attributes_are_copied():
    torch = pytest.importorskip("torch")
    value = torch.ones(3, requires_grad=True)
    value.sum().backward()
    value.label = ["a"]
    twin = snapshot(value)
    assert twin.grad.tolist() == [1, 1, 1]
    assert twin.grad is not value.grad
    assert twin.label == ["a"]
    assert twin.label is not value.label


def test_modules():
    torch = pytest.importorskip("torch")
    value = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())
    twin = snapshot(value)
    assert digest(twin) == digest(value)
    with torch.no_grad():
        twin[0].weight.zero_()
    assert digest(twin) != digest(value)


def test_key_value_states_of_a_language_model():
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    value = transformers.DynamicCache()
    for layer in range(2):
        value.update(torch.ones(1, 2, 3, 4), torch.zeros(1, 2, 3, 4), layer)
    twin = snapshot(value)
    twin.update(torch.ones(1, 2, 1, 4), torch.zeros(1, 2, 1, 4), 0)
    assert value.get_seq_length(0) == 3
    assert twin.get_seq_length(0) == 4
    assert twin.get_seq_length(1) == 3


def test_polars_frames():
    pl = pytest.importorskip("polars")
    value = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    twin = snapshot(value)
    twin[0, "a"] = 9
    twin.insert_column(0, pl.Series("c", [1, 2]))
    assert value.to_dict(as_series=False) == {"a": [1, 2], "b": ["x", None]}


def test_copies_of_arrow_tables_are_shared():
    pa = pytest.importorskip("pyarrow")
    for value in (pa.table({"a": [1]}), pa.array([1]), pa.scalar(1), pa.schema([])):
        twin = snapshot(value)
        assert twin.equals(value)
        assert snapshot(twin) is twin

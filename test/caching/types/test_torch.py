"""torch's tensors. Needs torch."""

from __future__ import annotations

from typing import Any

import pytest
from caching.types.contract import Copied, Keyed, Stored

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.packed import made_up, node, repacked

torch = pytest.importorskip("torch")


def layouts() -> list[Any]:
    eye = torch.eye(3)
    return [eye, eye.to_sparse(), eye.to_sparse_csr(), eye.to_sparse_csc()]


def all_different() -> list[Any]:
    torch.manual_seed(0)
    ones = torch.ones(2, 3)
    linear = torch.nn.Linear(2, 2)
    torch.nn.init.ones_(linear.weight)
    torch.nn.init.zeros_(linear.bias)
    return [
        *(ones, ones.double(), ones.half(), ones.bfloat16(), ones.int(), ones.bool()),
        *(
            ones.T,
            ones.reshape(-1),
            ones.reshape(1, 2, 3),
            torch.zeros(2, 3),
            ones.numpy(),
        ),
        *(ones.clone().requires_grad_(), torch.nn.Parameter(ones.clone())),
        *(torch.ones(()), torch.ones(0), torch.ones(0, 3), torch.ones(3, 0), 1.0),
        *(torch.complex(ones, ones), torch.complex(ones, -ones), -ones),
        *(torch.tensor([0.0]), torch.tensor([-0.0]), torch.tensor([float("nan")])),
        *(torch.quantize_per_tensor(ones, 0.5, 0, torch.qint8),),
        *(torch.quantize_per_tensor(ones, 0.25, 0, torch.qint8),),
        *(
            torch.float32,
            torch.float16,
            torch.device("cpu"),
            torch.Size([2, 3]),
            (2, 3),
        ),
        *(torch.Generator().manual_seed(1), torch.Generator().manual_seed(2)),
        *(linear, torch.nn.Linear(2, 3), torch.nn.Sequential(linear), *layouts()),
    ]


DIFFERENT = all_different()
ONES = torch.ones(2, 3)
MUTABLE = [
    *(ONES, ONES.T, ONES[:, 1:], ONES.bfloat16(), ONES.int(), torch.ones(())),
    *(torch.nn.Parameter(ONES), ONES.clone().requires_grad_(), ONES.to_sparse()),
]


class TestContract(Keyed, Copied, Stored):
    DIFFERENT, MUTABLE = DIFFERENT, MUTABLE
    UNSTORED = torch.Generator, torch.nn.Linear, torch.nn.Sequential

    def is_stored(self, value):
        is_sparse = getattr(value, "layout", torch.strided) != torch.strided
        is_dense = not is_sparse and not getattr(value, "is_quantized", False)
        return super().is_stored(value) and is_dense

    def share_nothing(self, one, other):
        super().share_nothing(one, other)
        if one.layout == torch.strided:
            assert one.data_ptr() != other.data_ptr()

    def memory_of(self, value):
        return 0 if value.is_sparse else value.nbytes


def test_the_order_in_memory_is_kept():
    assert snapshot(ONES.T).stride() == ONES.T.stride()


@pytest.mark.parametrize(
    "kind", [torch.float32, torch.bfloat16, torch.int8, torch.bool]
)
def test_the_layout_in_memory_does_not_count(kind):
    tensor = torch.arange(24).reshape(4, 6).to(kind)
    assert digest(tensor) == digest(tensor.clone())
    assert digest(tensor.T) == digest(tensor.T.contiguous())
    assert digest(tensor[::2, 1::2]) == digest(tensor[::2, 1::2].clone())
    assert digest(tensor[:1].expand(3, 6)) == digest(tensor[:1].repeat(3, 1))


@pytest.mark.parametrize(
    "tensor",
    [
        *(
            torch.ones(1, 4)[:, 0],
            torch.ones(1, 3, 8)[:, 0, 0],
            torch.ones(5, 2)[:1, 1],
        ),
        *(torch.ones(1, 7, 1)[:, :1].bfloat16(), torch.ones(3, 4)[:0, ::2]),
        torch.ones(1, 4)[:, 1].to(torch.complex64).conj(),
    ],
    ids=lambda tensor: f"{[*tensor.shape]}",
)
def test_the_stride_of_a_single_item_does_not_count(tensor):
    plain = torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor)
    assert digest(tensor) == digest(plain) == digest(repacked(tensor))


def test_lazy_conjugates_count_as_what_they_are():
    tensor = torch.complex(torch.ones(3), torch.ones(3))
    assert digest(tensor.conj()) == digest(tensor.conj().resolve_conj())
    assert digest(tensor.conj()) != digest(tensor)


def test_the_graph_behind_a_result_does_not_count():
    start = torch.ones(3, requires_grad=True)
    assert digest(start * 2) == digest(torch.full((3,), 2.0, requires_grad=True))


def test_attributes_of_a_tensor_count():
    tensor = torch.ones(3)
    before = digest(tensor)
    tensor.label = "a"
    assert digest(tensor) != before


def test_one_changed_item_is_another_key():
    tensor = torch.zeros(100_000, dtype=torch.bfloat16)
    before = digest(tensor)
    tensor[99_999] = 1e-30
    assert digest(tensor) != before


def test_a_tensor_without_content_is_refused():
    with pytest.raises(UnkeyableError, match=r"meta device.* at \['a'\]"):
        digest({"a": torch.ones(3, device="meta")})


def test_nested_tensors():
    def nested(*sizes: int) -> Any:
        return torch.nested.nested_tensor([torch.ones(size) for size in sizes])

    assert digest(nested(2, 3)) == digest(nested(2, 3)) != digest(nested(3, 2))


def test_results_of_a_graph_are_copied_without_it():
    start = torch.ones(3, requires_grad=True)
    copy = snapshot({"loss": start * 2})["loss"]
    assert copy.requires_grad
    assert copy.grad_fn is None
    copy.sum().backward()
    assert start.grad is None


def test_gradients_and_attributes_are_copied():
    value = torch.ones(3, requires_grad=True)
    value.sum().backward()
    value.label = ["a"]
    copy = snapshot(value)
    assert copy.grad.tolist() == [1, 1, 1]
    assert copy.grad is not value.grad
    assert copy.label == ["a"]
    assert copy.label is not value.label


def test_gradients_count():
    def trained(scale: float, is_leaf: bool) -> Any:
        start = torch.ones(3, requires_grad=True)
        value = start if is_leaf else start * 1
        value.retain_grad()
        (value * scale).sum().backward()
        return value

    for is_leaf in (True, False):
        keys = {digest(trained(scale, is_leaf)) for scale in (1, 2)}
        assert len({*keys, digest(torch.ones(3, requires_grad=True))}) == 3
        for copy in (snapshot(trained(2, is_leaf)), repacked(trained(2, is_leaf))):
            assert copy.grad.tolist() == [2, 2, 2]
            assert digest(copy) in keys


def test_modules():
    value = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())
    copy = snapshot(value)
    assert digest(copy) == digest(value)
    with torch.no_grad():
        copy[0].weight.zero_()
    assert digest(copy) != digest(value)


def test_key_value_states_of_a_language_model():
    transformers = pytest.importorskip("transformers")
    value = transformers.DynamicCache()
    for layer in range(2):
        value.update(torch.ones(1, 2, 3, 4), torch.zeros(1, 2, 3, 4), layer)
    copy = snapshot(value)
    copy.update(torch.ones(1, 2, 1, 4), torch.zeros(1, 2, 1, 4), 0)
    assert value.get_seq_length(0) == 3
    assert copy.get_seq_length(0) == 4
    assert copy.get_seq_length(1) == 3


MEGABYTE = 1 << 20

SLACK = 4000


def test_a_view_counts_with_the_storage_that_it_keeps():
    tensor = torch.zeros(MEGABYTE // 4)
    for value in (tensor, tensor[:1], tensor.reshape(512, -1).T, [tensor, tensor[1:]]):
        assert MEGABYTE <= size_of(value) < MEGABYTE + SLACK
    assert size_of([tensor, tensor.clone()]) > 2 * MEGABYTE
    assert size_of(torch.zeros(MEGABYTE // 2, dtype=torch.bfloat16)) < MEGABYTE + SLACK
    assert size_of(torch.zeros(1000, 1000).to_sparse()) < 10_000


def test_gradients_and_modules_count():
    linear = torch.nn.Linear(512, 512, bias=False)
    assert MEGABYTE <= size_of(linear) < MEGABYTE + 3 * SLACK
    linear(torch.ones(512)).sum().backward()
    assert size_of(linear) > 2 * MEGABYTE


@pytest.mark.parametrize("value", [ONES.T, torch.zeros(2, 3, 4).permute(2, 0, 1)])
def test_what_is_read_from_a_store_has_the_order_of_a_copy(value):
    assert repacked(value).stride() == snapshot(value).stride()


def test_gradients_and_attributes_come_from_a_store():
    value = torch.ones(3, requires_grad=True)
    value.sum().backward()
    value.label = ["a"]
    made = repacked(value)
    assert made.grad.tolist() == [1, 1, 1]
    assert made.label == ["a"]
    made.sum().backward()
    assert made.grad.tolist() == [2, 2, 2]


def test_memory_of_another_size_is_a_miss():
    for numbers in ([0, 3], [0, -1], [0, 1 << 40], [0]):
        with pytest.raises(BrokenRecordError):
            unpack_value(tensor_of(numbers))
    assert unpack_value(tensor_of([0, 2])).shape == (2,)


def tensor_of(numbers: list[int]) -> bytes:
    own = ["torch.float32", "cpu", False, False, b"12345678", *numbers]
    return made_up([0], ["torch.Tensor"], node(0, 0, own, [None, None]))

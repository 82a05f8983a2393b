"""Keys of torch's tensors. Needs torch."""

from __future__ import annotations

from typing import Any

import pytest

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest

torch = pytest.importorskip("torch")


def layouts() -> list[Any]:
    eye = torch.eye(3)
    return [eye, eye.to_sparse(), eye.to_sparse_csr(), eye.to_sparse_csc()]


def all_different() -> list[Any]:
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


def test_different_values_have_different_keys():
    seen: dict[bytes, Any] = {}
    for value in all_different():
        key = digest(value)
        assert key not in seen, (value, seen.get(key))
        seen[key] = value


@pytest.mark.parametrize(
    "kind", [torch.float32, torch.bfloat16, torch.int8, torch.bool]
)
def test_the_layout_in_memory_does_not_count(kind):
    tensor = torch.arange(24).reshape(4, 6).to(kind)
    assert digest(tensor) == digest(tensor.clone())
    assert digest(tensor.T) == digest(tensor.T.contiguous())
    assert digest(tensor[::2, 1::2]) == digest(tensor[::2, 1::2].clone())
    assert digest(tensor[:1].expand(3, 6)) == digest(tensor[:1].repeat(3, 1))


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

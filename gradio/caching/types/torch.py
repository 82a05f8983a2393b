"""
torch's tensors, on whichever device: type, device, shape and content. Imported with the
first of them.
"""

from __future__ import annotations

import sys
from typing import Any

import torch

from gradio.caching.errors import UnkeyableError
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    Region,
    clone,
    encode,
    immutable,
    measure,
)

for _kind in (torch.dtype, torch.device, torch.Size):
    clone.register(_kind, immutable)


def _members(tensor: torch.Tensor) -> list[torch.Tensor] | None:
    """Lists the tensors that one in a sparse or nested layout is made of."""
    if tensor.is_nested:
        return list(tensor.unbind())
    if tensor.layout == torch.sparse_coo:
        return [tensor._indices(), tensor._values()]
    if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
        return [tensor.crow_indices(), tensor.col_indices(), tensor.values()]
    if tensor.layout in (torch.sparse_csc, torch.sparse_bsc):
        return [tensor.ccol_indices(), tensor.row_indices(), tensor.values()]
    return None


@encode.register(torch.Tensor)
@encode.register(torch.nn.Parameter)
def _(value: torch.Tensor, out: KeyWriter) -> Children:
    if value.is_meta:
        raise UnkeyableError("a tensor without content (on the meta device)")
    facts = value.dtype, value.device.type, value.layout, value.requires_grad
    out.write_text(" ".join(map(str, facts)))
    content = _content(value.detach(), out)
    shape = None if value.is_nested else tuple(value.shape)
    parts = shape, value.__dict__, content
    return parts if (grad := gradient(value)) is None else (*parts, grad)


def gradient(tensor: torch.Tensor) -> torch.Tensor | None:
    """Finds the gradient that a tensor keeps, be it the result of a graph."""
    return tensor.grad if tensor.is_leaf or tensor.retains_grad else None


def _content(tensor: torch.Tensor, out: KeyWriter) -> Any:
    """Writes plain memory, gives back what any other tensor is made of."""
    whole = tensor.coalesce() if tensor.layout == torch.sparse_coo else tensor
    if (members := _members(whole)) is not None:
        return members if tensor.is_nested else tuple(members)
    if tensor.is_quantized:
        return repr(tensor.qscheme()), tensor.int_repr(), _quantization(tensor)
    out.write(_memory(tensor))
    return None


def _quantization(tensor: torch.Tensor) -> Any:
    if tensor.qscheme() in (torch.per_tensor_affine, torch.per_tensor_symmetric):
        return tensor.q_scale(), tensor.q_zero_point()
    scales = tensor.q_per_channel_scales(), tensor.q_per_channel_zero_points()
    return scales, tensor.q_per_channel_axis()


def _memory(tensor: torch.Tensor) -> memoryview:
    return memory_of(tensor.resolve_conj().resolve_neg().cpu().contiguous()).data


def memory_of(dense: torch.Tensor) -> Any:
    """
    Looks at the bytes of a contiguous tensor, whose stride may be any where it has but
    one item.
    """
    items = dense.as_strided((dense.numel(),), (1,))
    return items.view(torch.uint8).numpy()


@clone.register(torch.Tensor)
@clone.register(torch.nn.Parameter)
def _(value: torch.Tensor, memo: Memo) -> Cloning:
    """
    The content without the graph that computed it; it requires a gradient if the
    original does.
    """
    copy = value.detach().clone()
    if isinstance(value, torch.nn.Parameter):
        copy = torch.nn.Parameter(copy, requires_grad=value.requires_grad)
    else:
        copy.requires_grad_(value.requires_grad)
    memo[id(value)] = copy
    if value.__dict__:
        copy.__dict__.update((yield value.__dict__))
    if (grad := gradient(value)) is not None:
        copy.grad = yield grad
    return copy


@measure.register(torch.Tensor)
def _(value: torch.Tensor) -> tuple[int, Children]:
    """The storage, which a view keeps alive."""
    own = sys.getsizeof(value)
    more = value.__dict__, gradient(value)
    members = _members(value.detach())
    if members is not None:
        return own + sum(member.nbytes for member in members), more
    storage = value.untyped_storage()
    name = "torch", str(value.device), storage.data_ptr()
    return own, (*more, Region(name, storage.nbytes()))


@encode.register(torch.Generator)
def _(value: torch.Generator, out: KeyWriter) -> Children:
    out.write_text(str(value.device))
    return (value.get_state(),)


@clone.register(torch.Generator)
def _(value: torch.Generator, memo: Memo) -> Any:
    return value.clone_state()

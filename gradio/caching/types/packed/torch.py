"""
torch's tensors, as they are written: type, kind of device, shape and memory. Imported
with the first of them.
"""

from __future__ import annotations

import math

import torch

from gradio.caching.types.packed.builtin import content_of
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.torch import gradient, memory_of

_DTYPES: dict[str, torch.dtype] = {
    str(value): value
    for value in vars(torch).values()
    if isinstance(value, torch.dtype)
}


@pack.register(torch.Tensor)
@pack.register(torch.nn.Parameter)
def _(value: torch.Tensor) -> Packed:
    if value.layout is not torch.strided or value.is_quantized or value.is_nested:
        kind = f"{value.layout} and {value.dtype}"
        raise refused(value, f"{kind} (return a dense one)")
    if value.is_meta:
        raise refused(value, "without content (on the meta device)")
    plain = value.detach().resolve_conj().resolve_neg()
    axes = sorted(range(plain.ndim), key=lambda axis: -plain.stride(axis))
    dense = plain.permute(axes).contiguous().cpu()
    is_parameter = isinstance(value, torch.nn.Parameter)
    facts = str(value.dtype), value.device.type, value.requires_grad, is_parameter
    own = *facts, memoryview(memory_of(dense)), *axes, *dense.shape
    return own, (gradient(value), value.__dict__ or None)


def _unpack(own: Own, count: int) -> Making:
    name, device, requires_grad, is_parameter, content, *numbers = own
    memory, half = content_of((content,)), len(numbers) // 2
    made = _dense(_DTYPES[name], memory, numbers[half:])
    made = made.permute(_inverse(numbers[:half])).to(device)
    if is_parameter:
        made = torch.nn.Parameter(made, requires_grad=requires_grad)
    else:
        made.requires_grad_(requires_grad)
    grad, attributes = yield made
    if grad is not None:
        made.grad = grad
    if attributes:
        made.__dict__.update(attributes)


def _inverse(axes: list[int]) -> list[int]:
    return sorted(range(len(axes)), key=axes.__getitem__)


def _dense(dtype: torch.dtype, memory: memoryview, shape: list[int]) -> torch.Tensor:
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(memory):
        raise ValueError("memory of another size")
    if not memory:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(memory), dtype=dtype).reshape(shape)


for _kind in (torch.Tensor, torch.nn.Parameter):
    unpack.register(_kind)(_unpack)


@pack.register(torch.Size)
def _(value: torch.Size) -> Packed:
    return tuple(value), ()


@unpack.register(torch.Size)
def _(own: Own, count: int) -> torch.Size:
    return torch.Size(own)


@pack.register(torch.dtype)
@pack.register(torch.device)
def _(value: torch.dtype | torch.device) -> Packed:
    return (str(value),), ()


@unpack.register(torch.dtype)
def _(own: Own, count: int) -> torch.dtype:
    (name,) = own
    return _DTYPES[name]


@unpack.register(torch.device)
def _(own: Own, count: int) -> torch.device:
    (name,) = own
    return torch.device(name)

"""
Encoder of torch's tensors: type, device, shape and content. Imported with the first of
them.
"""

from __future__ import annotations

from typing import Any

import torch

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


@encode.register(torch.Tensor)
@encode.register(torch.nn.Parameter)
def _(value: torch.Tensor, out: Stream) -> Children:
    if value.is_meta:
        raise UnkeyableError("a tensor without content (on the meta device)")
    facts = value.dtype, value.device.type, value.layout, value.requires_grad
    out.write_text(" ".join(map(str, facts)))
    parts = _parts(value.detach(), out)
    shape = None if value.is_nested else tuple(value.shape)
    return shape, value.__dict__, parts


def _parts(tensor: torch.Tensor, out: Stream) -> Any:
    if tensor.is_nested:
        return list(tensor.unbind())
    if tensor.layout == torch.sparse_coo:
        whole = tensor.coalesce()
        return whole.indices(), whole.values()
    if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
        return tensor.crow_indices(), tensor.col_indices(), tensor.values()
    if tensor.layout in (torch.sparse_csc, torch.sparse_bsc):
        return tensor.ccol_indices(), tensor.row_indices(), tensor.values()
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
    plain = tensor.resolve_conj().resolve_neg().cpu().contiguous().reshape(-1)
    return plain.view(torch.uint8).numpy().data


@encode.register(torch.Generator)
def _(value: torch.Generator, out: Stream) -> Children:
    out.write_text(str(value.device))
    return (value.get_state(),)

"""
What torch's tensors hold: the storage that a view keeps alive, on whichever device.
"""

from __future__ import annotations

import sys
from typing import Any

import torch

from gradio.caching.sizing.registry import Parts, Region, size_children


@size_children.register(torch.Tensor)
def _(value: torch.Tensor) -> Parts:
    parts: list[Any] = [value.__dict__, value.grad if value.is_leaf else None]
    if value.layout == torch.strided and not value.is_nested:
        storage = value.untyped_storage()
        name = ("torch", str(value.device), storage.data_ptr())
        parts.append(Region(name, storage.nbytes()))
        return sys.getsizeof(value), parts
    return sys.getsizeof(value) + _sparse_bytes(value), parts


def _sparse_bytes(value: torch.Tensor) -> int:
    tensor = value.detach()
    if tensor.is_nested:
        return sum(part.nbytes for part in tensor.unbind())
    if tensor.layout == torch.sparse_coo:
        return tensor._indices().nbytes + tensor._values().nbytes
    if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
        places = tensor.crow_indices().nbytes + tensor.col_indices().nbytes
    else:
        places = tensor.ccol_indices().nbytes + tensor.row_indices().nbytes
    return places + tensor.values().nbytes

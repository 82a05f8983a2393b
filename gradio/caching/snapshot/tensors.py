"""Copies of torch's tensors, on the device that they are on."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch

from gradio.caching.snapshot.registry import Memo, copier, share

for kind in (torch.dtype, torch.device, torch.Size):
    copier.register(kind, share)


@copier.register(torch.Tensor)
@copier.register(torch.nn.Parameter)
def _(value: torch.Tensor, memo: Memo) -> Generator[Any, Any, Any]:
    """
    The content without the graph that computed it; it requires a gradient if the
    original does.
    """
    twin = value.detach().clone()
    if isinstance(value, torch.nn.Parameter):
        twin = torch.nn.Parameter(twin, requires_grad=value.requires_grad)
    else:
        twin.requires_grad_(value.requires_grad)
    memo[id(value)] = twin
    if value.__dict__:
        twin.__dict__.update((yield value.__dict__))
    if value.is_leaf and value.grad is not None:
        twin.grad = yield value.grad
    return twin


@copier.register(torch.Generator)
def _(value: torch.Generator, memo: Memo) -> Any:
    return value.clone_state()

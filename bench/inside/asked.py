"""How a process that measures is asked for samples: by lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

Sample = Callable[[], float]


def answer(cases: Mapping[str, Callable[..., Sample]]) -> None:
    """Answers each line: a case, its arguments, and how many samples are wanted."""
    prepared: tuple[Any, Sample] | None = None
    for line in sys.stdin:
        case, arguments, samples = json.loads(line)
        if prepared is None or prepared[0] != (case, arguments):
            prepared = None
            prepared = ((case, arguments), cases[case](*arguments))
            prepared[1]()
        print(json.dumps([prepared[1]() for _ in range(samples)]), flush=True)

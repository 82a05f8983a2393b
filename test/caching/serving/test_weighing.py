from types import SimpleNamespace

import numpy as np
import pytest

from gradio.caching.offload import QUICK_BYTES
from gradio.caching.serving.lookup.weighing import (
    is_light_payload,
    is_quick,
    is_recognised_quickly,
)
from support.queued import event_of

FN = SimpleNamespace(concurrency_id=None)
FILE = {"path": "/a.png", "meta": {"_type": "gradio.FileData"}}
LONG = "x" * (QUICK_BYTES + 1)


def nested(value, depth):
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("data", "is_light"),
    [
        ([], True),
        (["text", 1, None, {"a": [True]}], True),
        # No component makes a file of what was typed.
        (["/a.png"], True),
        ([LONG], False),
        ([list(range(2000))], False),
        ([nested(1, 50_000)], False),
        ([FILE], False),
        ([[{"image": FILE}]], False),
        ([{"url": "data:image/png;base64,"}], False),
        # Of pictures that were sent ahead.
        ([{"id": "x"}], False),
    ],
)
def test_a_payload_is_light_if_it_is_small_and_names_no_file(data, is_light):
    assert is_light_payload(event_of(FN, *data)) is is_light


@pytest.mark.parametrize("event_data", [{"value": LONG}, {"value": FILE}])
def test_what_an_event_tells_besides_counts_as_well(event_data):
    event = event_of(FN, "text", event_data=event_data)
    assert not is_light_payload(event)
    assert is_light_payload(event_of(FN, "text", event_data={"value": 1}))


@pytest.mark.parametrize(
    ("args", "left", "quick"),
    [
        ((), {}, True),
        (("text", 1, ["a"]), {3: "left"}, True),
        (("/a.png",), {}, False),
        ((["/a.png"],), {}, False),
        # What is left in the session is copied, and read by nobody.
        ((), {3: "/a.png"}, True),
        ((LONG,), {}, False),
        ((), {3: LONG}, False),
        ((object(),), {}, False),
        ((np.zeros(10),), {}, True),
        ((np.zeros(QUICK_BYTES),), {}, False),
    ],
)
def test_a_key_is_quick_if_nothing_large_and_no_file_is_read_for_it(args, left, quick):
    assert is_quick(args, left) is quick


@pytest.mark.parametrize(
    ("data", "is_quick"),
    [
        (["text"] * 100, True),
        ([FILE["path"]] * 8, True),
        ([FILE["path"]] * 9, False),
        # Each has a path, and is named by it.
        ([FILE] * 4, True),
        ([FILE] * 5, False),
        ([{"a": [FILE] * 3}, "/a.png", FILE], False),
        ([LONG], False),
        ([nested(FILE, 50_000)], False),
    ],
)
def test_a_request_with_a_few_files_is_recognised_quickly(data, is_quick):
    event = event_of(FN, *data)
    # Its files are counted anew each time.
    assert [is_recognised_quickly(event) for _ in range(2)] == [is_quick] * 2


def test_files_count_wherever_a_request_names_them():
    both = event_of(FN, *[FILE] * 3, event_data={"value": [FILE] * 3})
    assert not is_recognised_quickly(both)

import functools
import os
import types
from collections import UserDict, deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

import gradio as gr
from gradio.caching.entry import Recording
from gradio.caching.mentions import containers_in, named_paths
from gradio.data_classes import FileData
from gradio.utils import NamedString

PATH = "/some/folder/a.txt"


@dataclass
class Holder:
    path: str


class Slots:
    __slots__ = ("path",)

    def __init__(self, path):
        self.path = path


class Model(BaseModel):
    inner: list[FileData]


class Computes:
    @functools.cached_property
    def holder(self):
        return Holder(PATH)


def computed():
    value = Computes()
    assert value.holder
    return value


class Names(list):
    pass


class Located(os.PathLike):
    def __fspath__(self):
        return PATH


def named(names):
    names.file = PATH
    return names


@pytest.mark.parametrize(
    "value",
    [
        *(PATH, Path(PATH), NamedString(PATH), Located(), [PATH], ("x", [PATH])),
        *({"value": PATH}, {PATH}, frozenset({PATH}), deque([PATH]), Names([PATH])),
        *(Holder(PATH), Slots(PATH), Slots([Holder(Path(PATH))]), UserDict(a=PATH)),
        *(types.SimpleNamespace(path=PATH), types.MappingProxyType({"a": PATH})),
        *(FileData(path=PATH), Model(inner=[FileData(path=PATH)]), named(Names())),
        *(Recording((1, PATH), None), Recording((), [PATH]), computed()),
        {"__type__": "update", "value": {"path": PATH}},
        {"role": "assistant", "content": (PATH,)},
        gr.ChatMessage(role="assistant", content={"path": PATH}),
    ],
)
def test_finds_the_paths_in_a_value(value):
    assert set(named_paths(value)) - {"gradio.FileData"} == {PATH}


@pytest.mark.parametrize(
    "value",
    [
        *(
            1,
            "two",
            b"/th/ree",
            {"four": None},
            Holder,
            os,
            len,
            lambda: PATH,
            [[], {}],
        ),
        *(np.array([PATH]), pd.DataFrame({"a": [PATH]}), "/" * 5000, "/a\n", "/a\0"),
    ],
)
def test_a_value_without_paths(value):
    assert list(named_paths(value)) == []


def test_components_as_results_are_looked_into_those_of_the_page_are_not():
    with gr.Blocks():
        shown = gr.File()
    new = gr.DownloadButton(value=PATH, render=False)
    assert PATH in set(named_paths(new))
    assert PATH in set(named_paths({shown: new}))
    assert list(named_paths(shown)) == []


def test_cyclic_and_deep_values():
    cyclic = [PATH]
    cyclic.append(cyclic)
    deep = PATH
    for _ in range(10_000):
        deep = [deep]
    assert list(named_paths(cyclic)) == list(named_paths(deep)) == [PATH]


@pytest.mark.parametrize(
    ("payload", "containers"),
    [
        ("text", []),
        ([], [[]]),
        ({"a": 1}, [{"a": 1}]),
        ([1, [2], {"a": (3,)}], [[1, [2], {"a": (3,)}], {"a": (3,)}, (3,), [2]]),
    ],
)
def test_all_containers_of_a_payload_are_walked(payload, containers):
    assert list(containers_in(payload)) == containers


def test_a_payload_of_great_depth_has_as_many_containers():
    deep = []
    for _ in range(50_000):
        deep = {"a": [deep]}
    assert sum(1 for _ in containers_in(deep)) == 100_001

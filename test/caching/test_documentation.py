"""Gradio's reference of the API, which is made of docstrings, has our two names."""

import inspect
from typing import Any

import pytest
from gradio_client.documentation import generate_documentation

import gradio as gr

METHODS = ["get", "set", "longest_prefix", "keys", "delete", "clear", "info"]


@pytest.fixture(scope="module")
def helpers() -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in generate_documentation()["helpers"]}


@pytest.fixture(params=["cache", "Cache"])
def entry(request, helpers) -> dict[str, Any]:
    return helpers[request.param]


def names(parameters: list[dict[str, Any]]) -> list[str]:
    return [parameter["name"] for parameter in parameters]


def test_it_describes_all_parameters(entry):
    assert names(entry["parameters"]) == list(
        inspect.signature(entry["class"]).parameters
    )
    assert all(parameter["doc"] for parameter in entry["parameters"])


def test_it_describes_the_whole_and_shows_its_use(entry):
    assert len(entry["description"].split()) > 20
    assert "Guides" not in entry["description"]
    assert "import gradio as gr" in entry["example"]
    assert entry["tags"]["guides"] == "caching-function-results"
    assert entry["tags"]["demos"].startswith("cache_")


def test_no_default_is_an_address(entry):
    defaults = [str(p["default"]) for p in entry["parameters"] if "default" in p]
    assert defaults
    assert not any(" at 0x" in default for default in defaults)


def test_it_says_what_is_returned(helpers):
    assert helpers["cache"]["returns"]["doc"].strip()


def test_all_methods_of_the_store_are_described(helpers):
    methods = {method["name"]: method for method in helpers["Cache"]["fns"]}
    assert list(methods) == METHODS
    for name, method in methods.items():
        assert method["description"].strip(), name
        assert all(parameter["doc"] for parameter in method["parameters"]), name
        if name not in ("set", "clear"):
            assert method["returns"]["doc"].strip(), name


def test_every_public_method_is_in_it():
    public = [name for name in vars(gr.Cache) if not name.startswith("_")]
    assert sorted(public) == sorted(METHODS)

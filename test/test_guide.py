"""The guide's code runs, and does what the guide says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.caller import Caller
from support.documents import ROOT, Block, blocks, launched, without_code
from support.tiny_model import save

GUIDE = ROOT / "guides/04_additional-features/17_caching-function-results.md"
BLOCKS = {block.heading: block for block in blocks(GUIDE)}
MODEL = "The state of a language model"
APPS = {h: b for h, b in BLOCKS.items() if "demo.launch()" in b.code and h != MODEL}
CHECKS = {h: b for h, b in BLOCKS.items() if "demo.launch()" not in b.code}

# By heading: an endpoint, its inputs, and what the second of two equal requests uses.
REQUESTS = {
    "Answering repeated calls with `gr.cache`": ("/factors", (84,), "full"),
    "Every kind of function": ("/shout", ("hi",), "full"),
    "Settings": ("/summary", ("one two", False), "full"),
    "What counts of a request": ("/greet", ("Ada",), "full"),
    "Caching a part of the work": ("/order", ("aple", 2), "partial"),
    "In a chat": ("/reply", ("once", None), "full"),
    "Deciding yourself with `gr.Cache`": ("/answer", ("What is it?",), "partial"),
    "Results that should vary": ("/babble", ("a b a c a d " * 9, 30), "partial"),
    "Sessions": ("/greet", ("Ada",), "full"),
}
VARIES = {"Results that should vary"}


@pytest.fixture(params=APPS)
def heading(request) -> str:
    return request.param


def serve(block: Block) -> Iterator[dict[str, Any]]:
    with launched(block) as names:
        yield names


@pytest.fixture
def app(heading: str) -> Iterator[dict[str, Any]]:
    yield from serve(APPS[heading])


def only(heading: str) -> Any:
    """Marks a test that is about the app under one heading."""
    return pytest.mark.parametrize("heading", [heading], indirect=True)


def test_every_block_has_a_heading_of_its_own() -> None:
    assert len(BLOCKS) == len(blocks(GUIDE))
    assert set(APPS) == set(REQUESTS)


@pytest.mark.parametrize("heading", CHECKS)
def test_block_without_an_app_runs(heading: str) -> None:
    assert "assert " in CHECKS[heading].code
    CHECKS[heading].run()


def test_second_request_uses_the_cache(heading: str, app: dict[str, Any]) -> None:
    endpoint, inputs, used = REQUESTS[heading]
    caller = Caller(app["demo"])
    first, first_used = caller.ask(endpoint, *inputs)
    second, second_used = caller.ask(endpoint, *inputs)
    assert (first_used, second_used) == (None, used)
    assert first == second or heading in VARIES


@only("Answering repeated calls with `gr.cache`")
def test_factors_are_right(app: dict[str, Any]) -> None:
    assert Caller(app["demo"]).ask("/factors", 84) == ("2 × 2 × 3 × 7", None)


@only("Every kind of function")
def test_generator_is_played_back(app: dict[str, Any]) -> None:
    caller = Caller(app["demo"])
    yields = ["3 ...", "2 ...", "1 ...", "Lift-off!"]
    assert caller.yields("/countdown", 3) == (yields, None)
    assert caller.yields("/countdown", 3) == (yields, "full")


@only("Settings")
def test_key_leaves_out_spaces_and_shouting(app: dict[str, Any]) -> None:
    caller = Caller(app["demo"])
    first, _ = caller.ask("/summary", "one two", False)
    assert caller.ask("/summary", " one  two ", True) == (first, "full")
    assert caller.ask("/summary", "one 2", False)[1] is None


@only("Deciding yourself with `gr.Cache`")
def test_normalized_questions_meet(app: dict[str, Any]) -> None:
    caller = Caller(app["demo"])
    first, _ = caller.ask("/answer", "hello world")
    assert caller.ask("/answer", "  Hello   WORLD ") == (first, "partial")


@only("Results that should vary")
def test_babble_varies(app: dict[str, Any]) -> None:
    caller, (endpoint, inputs, _) = Caller(app["demo"]), REQUESTS[list(VARIES)[0]]
    said = {caller.ask(endpoint, *inputs)[0] for _ in range(5)}
    assert len(said) > 1


@only("Sessions")
def test_sessions_have_results_of_their_own(app: dict[str, Any]) -> None:
    ada, bob = Caller(app["demo"]), Caller(app["demo"])
    ada.ask("/greet", "Ada")
    assert bob.ask("/greet", "Ada") == ("Hello, Ada!", None)
    assert bob.ask("/greet", "Bob") == ("Hello, Bob!", None)
    assert ada.ask("/count")[0] == "1 kept for you"
    assert bob.ask("/count")[0] == "2 kept for you"
    bob.ask("/clear")
    assert bob.ask("/count")[0] == "0 kept for you"
    assert ada.ask("/greet", "Ada") == ("Hello, Ada!", "full")


@pytest.fixture
def tiny_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path)
    monkeypatch.setenv("MODEL", str(tmp_path))


def test_kept_state_changes_no_token(tiny_model: None) -> None:  # noqa: ARG001
    prompts = ["The quick brown fox", "The quick brown fox jumps", "The quick cat"]
    with launched(BLOCKS[MODEL]) as names:
        afresh = [names["complete"](prompt, names["gr"].Cache()) for prompt in prompts]
        caller = Caller(names["demo"])
        kept = [caller.ask("/complete", prompt) for prompt in [*prompts, *prompts]]
    assert [text for text, _ in kept] == [*afresh, *afresh]
    assert [used for _, used in kept[1:]] == ["partial", None, *["partial"] * 3]


def test_included_demos_exist() -> None:
    included = re.findall(r"^\$(?:code|demo)_(\w+)$", without_code(GUIDE), re.MULTILINE)
    named = re.findall(r"`demo/(\w+)`", without_code(GUIDE))
    assert {"cache_demo", "cache_kv_demo", "cache_manual_demo"} <= set(included)
    for demo in {*included, *named}:
        assert (ROOT / "demo" / demo / "run.py").is_file()

"""demo/cache_kv_demo writes the same with what was kept as without, token for token."""

import importlib.util
from pathlib import Path

import pytest
import torch

import gradio as gr

DEMO = Path(__file__).parents[1] / "demo" / "cache_kv_demo" / "run.py"


@pytest.fixture(scope="session")
def demo():
    """The module; its small model is trained unless that was done before."""
    torch.set_num_threads(1)  # more of them get in each other's way in a model so small
    spec = importlib.util.spec_from_file_location("cache_kv_demo", DEMO)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.delenv("CACHE_KV_MODEL", raising=False)
        spec.loader.exec_module(module)
    return module


def prompt_of(demo, turns, question):
    chat = [demo.SYSTEM]
    for asked, answered in turns:
        chat += [demo.said("user", asked), demo.said("assistant", answered)]
    chat.append(demo.said("user", question))
    return demo.tokens(chat, demo.tokenizer, go_on=True)


def answered(demo, prompt, states):
    """The tokens of the answer, and how many of the prompt were not read again."""
    *_, (written, report) = demo.reply(prompt, states)
    return written, report["reused"]


@pytest.fixture(scope="session")
def conversation(demo):
    """Questions and answers, each with its prompt; nothing was kept."""
    turns, prompts = [], []
    for question in (demo.SECTIONS[12][0], "Hello!", demo.SECTIONS[4][0]):
        prompt = prompt_of(demo, turns, question)
        written, reused = answered(demo, prompt, gr.Cache())
        assert reused == 0
        prompts.append((prompt, written))
        turns.append((question, demo.tokenizer.decode(written)))
    return prompts


@pytest.fixture(scope="session")
def kept(demo, conversation):
    """The states after the same conversation, now with reuse, and what was reused."""
    states, ends = gr.Cache(), [0]
    for prompt, written in conversation:
        again, reused = answered(demo, prompt, states)
        assert again == written
        assert reused >= ends[-1]
        ends.append(len(prompt))
    return states


def test_a_conversation_is_the_same_token_for_token(kept, conversation):
    assert len(kept) == 1 + 2 * len(conversation)


def test_another_conversation_reuses_the_text_that_it_is_about(demo, kept):
    other = prompt_of(demo, [], demo.SECTIONS[5][0])
    fresh, _ = answered(demo, other, gr.Cache())
    assert answered(demo, other, kept) == (fresh, demo.START)


def test_the_same_prompt_reads_its_last_token_only(demo, kept, conversation):
    prompt, written = conversation[0]
    assert answered(demo, prompt, kept) == (written, len(prompt) - 1)


def test_what_is_kept_is_the_state_for_exactly_those_tokens(demo, kept, conversation):
    prompt, written = conversation[0]
    keys = {len(key): key for key in kept.keys()}  # noqa: SIM118
    assert {demo.START, len(prompt) - 1, len(prompt) + len(written)} <= keys.keys()
    for length, key in keys.items():
        assert kept.get(key)["kv"].get_seq_length() == length


def test_the_answer_is_what_the_text_says(demo, conversation):
    title, section = demo.SECTIONS[12]
    answer = demo.tokenizer.decode(conversation[0][1], skip_special_tokens=True)
    assert section.startswith(answer[:60])


def test_the_page_tells_what_was_reused(demo):
    html = demo.shown("<b>", {"tokens": 100, "reused": 75, "saved": 1.5, "first": 0.25})
    assert "&lt;b&gt;" in html
    assert "75 of 100 prompt tokens reused, about 1.5 s saved" in html
    assert "width: 75%" in html


def test_the_first_answer_and_the_next_are_streamed_to_the_page(demo, kept):
    question, history, log = demo.SECTIONS[12][0], [], None
    for reused in (False, True):
        *_, (answer, log) = demo.chat(question, history, log, kept)
        assert demo.SECTIONS[12][1].startswith(answer[:60])
        history += [demo.said("user", question), demo.said("assistant", answer)]
        assert log.count("First word after") == 1 + reused

"""demo/cache_kv_demo writes the same with what was kept as without, token for token."""

import pytest

import gradio as gr
from support import kv_demo as demos
from support import tiny_model


@pytest.fixture(scope="session")
def demo(kv_demo):
    return kv_demo


def answered(demo, prompt, states):
    """The tokens of the answer, and how many of the prompt were not read again."""
    *_, (written, report) = demo.reply(prompt, states)
    return written, report["reused"]


@pytest.fixture(scope="session")
def conversation(demo):
    """Questions and answers, each with its prompt; nothing was kept."""
    turns, prompts = [], []
    for question in (demo.SECTIONS[12][0], "Hello!", demo.SECTIONS[4][0]):
        prompt = demo.prompt_of(turns, question)
        written, reused = answered(demo, prompt, gr.Cache())
        assert reused == 0
        prompts.append((prompt, written))
        answer = demo.tokenizer.decode(written)
        turns += [demo.said("user", question), demo.said("assistant", answer)]
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
    other = demo.prompt_of([], demo.SECTIONS[5][0])
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


def test_answers_are_what_the_text_says(demo):
    """Of nearly all: which ones it gets wrong may differ between processors."""
    states, right = gr.Cache(), 0
    for title, section in demo.SECTIONS[1:]:
        written, _ = answered(demo, demo.prompt_of([], title), states)
        right += section.startswith(demo.tokenizer.decode(written)[:40])
    assert right >= 0.7 * len(demo.SECTIONS[1:])


def test_the_page_tells_what_was_reused(demo):
    html = demo.shown("<b>", {"tokens": 100, "reused": 75, "saved": 1.5, "first": 0.25})
    assert "&lt;b&gt;" in html
    assert "75 of 100 prompt tokens reused, about 1.5 s saved" in html
    assert "var(--color-accent) 75%" in html


def test_the_page_tells_what_was_read_so_far(demo):
    html = demo.shown("Hi", {"tokens": 100, "reused": 25, "saved": 1.5, "read": 75})
    assert "25 of 100 prompt tokens reused, about 1.5 s saved, 50 read." in html


def test_the_first_answer_and_the_next_are_streamed_to_the_page(demo, kept):
    question, history, log = demo.SECTIONS[12][0], [], demo.NOTHING
    for reused in (False, True):
        steps = list(demo.chat(question, history, log, kept))
        messages = [message for message, _ in steps if message]
        assert len(messages) > 10
        assert messages[-1].startswith(messages[0])
        answer, log = steps[-1]
        history += [demo.said("user", question), demo.said("assistant", answer)]
        assert log.count("First word after") == 1 + reused
        assert demo.NOTHING not in log


def test_a_question_that_was_stopped_before_its_answer_is_left_out(demo):
    asked, other, answer = demo.said("user", "a"), demo.said("user", "b"), "c"
    said = demo.said("assistant", answer)
    assert demo.answered([asked, other, said, asked]) == [other, said]
    assert demo.answered([]) == []


# A model of one's own -----------------------------------------------------------------


@pytest.fixture(scope="module")
def own_model(tmp_path_factory):
    """The demo with a model from a directory, which has no template for chats."""
    folder = tmp_path_factory.mktemp("model")
    tiny_model.save(folder)
    return demos.load(CACHE_KV_MODEL=str(folder))


def test_a_model_of_ones_own_writes_the_same_with_reuse(own_model):
    states, turns = gr.Cache(), []
    for question in ("One?", "Two?"):
        prompt = own_model.prompt_of(turns, question)
        fresh, nothing = answered(own_model, prompt, gr.Cache())
        again, reused = answered(own_model, prompt, states)
        assert again == fresh
        assert nothing == 0
        assert (reused >= own_model.START) == bool(turns)
        text = own_model.tokenizer.decode(fresh)
        turns += [own_model.said("user", question), own_model.said("assistant", text)]


def test_what_does_not_fit_into_the_model_is_left_out(own_model):
    assert own_model.START <= own_model.ROOM // 2 + 20
    turn = [own_model.said("user", "?" * 90), own_model.said("assistant", "." * 90)]
    prompts = [own_model.prompt_of(turn * n, "Why?") for n in range(20)]
    lengths = [len(prompt) for prompt in prompts]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[1] < lengths[-2] == lengths[-1]
    assert lengths[-1] + own_model.LONGEST <= own_model.ROOM
    assert all(p[: own_model.START] == prompts[0][: own_model.START] for p in prompts)
    with pytest.raises(gr.Error, match="too long"):
        own_model.prompt_of([], "?" * own_model.ROOM)

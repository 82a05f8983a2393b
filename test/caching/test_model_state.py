"""`gr.Cache` with the state of real models, made untrained from a configuration."""

from __future__ import annotations

import os

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from transformers import (
    DynamicCache,
    EncoderDecoderCache,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    StaticCache,
)

import gradio as gr
from gradio.caching.sizing import size_of

torch.set_num_threads(1)
VOCABULARY, NO_END = 97, {"bos_token_id": None, "eos_token_id": None}
SHAPE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    **NO_END,
}


def gpt2():
    config = GPT2Config(
        vocab_size=VOCABULARY, n_embd=64, n_layer=2, n_head=4, n_positions=512, **NO_END
    )
    return GPT2LMHeadModel(config)


def llama():
    return LlamaForCausalLM(LlamaConfig(**SHAPE))


def mistral():
    """Some of its tokens fall out of its state again."""
    return MistralForCausalLM(MistralConfig(**SHAPE, sliding_window=256))


@pytest.fixture(scope="module", params=[gpt2, llama, mistral])
def model(request):
    torch.manual_seed(1)
    return request.param().eval()


def tokens(length, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(VOCABULARY, (length,), generator=generator).tolist()


@torch.no_grad()
def read(model, ids, kv=None):
    kv = DynamicCache(config=model.config) if kv is None else kv
    return model(torch.tensor([ids]), past_key_values=kv).past_key_values


def tensors(kv):
    return [tensor for layer in kv.layers for tensor in (layer.keys, layer.values)]


def same(one, other):
    pairs = zip(tensors(one), tensors(other), strict=True)
    return all(torch.allclose(*pair, atol=1e-5) for pair in pairs)


def true_bytes(parts):
    return sum(tensor.nbytes for tensor in parts)


def counted(**data):
    """What a cache that keeps the data counts for it."""
    c = gr.Cache()
    c.set("a", **data)
    [entry] = c._data._store.entries()
    return entry.size


# Sizes --------------------------------------------------------------------------------


def encoder_decoder(model):
    ids = tokens(200)
    return EncoderDecoderCache(read(model, ids), read(model, ids))


STATES = {
    "a DynamicCache": lambda model: read(model, tokens(300)),
    "nested tuples": lambda model: tuple(
        zip(*[iter(tensors(read(model, tokens(300))))] * 2, strict=True)
    ),
    "a StaticCache": lambda model: read(
        model, tokens(300), StaticCache(config=model.config, max_cache_len=320)
    ),
    "an EncoderDecoderCache": encoder_decoder,
    "a list of layers": lambda model: [
        {"keys": layer.keys, "values": layer.values, "tokens": 300}
        for layer in read(model, tokens(300)).layers
    ],
    "parts of larger tensors": lambda model: [
        part[:, :, :200] for part in tensors(read(model, tokens(300)))
    ],
    "halves": lambda model: [
        part.to(kind)
        for part in tensors(read(model, tokens(300)))
        for kind in (torch.half, torch.bfloat16)
    ],
}


def parts(state):
    """All tensors in a state."""
    if isinstance(state, torch.Tensor):
        return [state]
    if isinstance(state, EncoderDecoderCache):
        both = state.self_attention_cache, state.cross_attention_cache
        return [part for one in both for part in tensors(one)]
    if hasattr(state, "layers"):
        return tensors(state)
    if isinstance(state, (dict, list, tuple)):
        values = state.values() if isinstance(state, dict) else state
        return [part for value in values for part in parts(value)]
    return []


@pytest.mark.parametrize("state", STATES)
def test_states_count_their_true_bytes(model, state):
    made = STATES[state](model)
    once = {part.data_ptr(): part for part in parts(made)}.values()
    true = true_bytes(once)
    assert true > 100_000
    assert true <= counted(kv=made) <= 1.05 * true


def test_a_view_counts_what_it_keeps_alive_only_while_it_is_one():
    view = torch.zeros(1000, 1000)[:10]
    assert 4_000_000 <= size_of(view) <= 4_010_000
    assert 40_000 <= counted(view=view) <= 41_000
    c = gr.Cache(copy=False, max_memory="1mb")
    c.set("a", view=view)
    assert len(c) == 0


def test_states_leave_when_memory_is_full(model):
    one = true_bytes(tensors(read(model, tokens(200))))
    c = gr.Cache(max_memory=int(3.2 * one))
    for i in range(5):
        c.set(i, kv=read(model, tokens(200, seed=i)))
    assert c.keys() == [2, 3, 4]
    c.set("too large", kv=[torch.zeros(one) for _ in range(2)])
    assert c.keys() == [2, 3, 4]


# Copies -------------------------------------------------------------------------------


def test_the_model_changes_neither_what_is_kept_nor_what_others_got(model):
    c, ids = gr.Cache(), tokens(100)
    kv = read(model, ids)
    c.set("a", kv=kv)
    expected = read(model, ids)
    for more in ([1], [2, 3]):
        read(model, more, kv)
        read(model, more, c.get("a")["kv"])
        got = c.get("a")["kv"]
        assert got.get_seq_length() == 100
        assert same(got, expected)


@pytest.mark.parametrize("state", STATES)
def test_copies_share_no_memory_with_the_original(model, state):
    c, made = gr.Cache(), STATES[state](model)
    c.set("a", kv=made)
    memory = {part.untyped_storage().data_ptr() for part in parts(made)}
    got = [parts(c.get("a")["kv"]) for _ in range(2)]
    for one in got:
        assert all(map(torch.equal, one, parts(made)))
        mine = {part.untyped_storage().data_ptr() for part in one}
        assert not mine & memory
        memory |= mine


def test_a_state_that_was_read_under_inference_mode_can_be_used_outside(model):
    c, ids = gr.Cache(), tokens(50)
    with torch.inference_mode():
        c.set("a", kv=read(model, ids))
    assert read(model, [1, 2], c.get("a")["kv"]).get_seq_length() == 52


def test_tensors_stay_on_their_device():
    c = gr.Cache()
    c.set("a", x=torch.zeros(3, device="meta"), y=torch.zeros(3))
    got = c.get("a")
    assert (got["x"].device.type, got["y"].device.type) == ("meta", "cpu")


def test_a_graph_is_not_kept():
    weight = torch.ones(3, requires_grad=True)
    c = gr.Cache()
    c.set("a", x=weight * 2)
    assert c.get("a")["x"].grad_fn is None


def test_without_copies_the_state_itself_is_kept(model):
    c, kv = gr.Cache(copy=False), read(model, tokens(200))
    c.set("a", kv=kv, more=[1])
    one, other = c.get("a"), c.get("a")
    assert one is not other
    assert one["kv"] is other["kv"] is kv
    del one["more"]
    assert c.get("a").keys() == {"kv", "more"}
    true = true_bytes(tensors(kv))
    [entry] = c._data._store.entries()
    assert true <= entry.size <= 1.05 * true


def test_without_copies_keys_are_copied_all_the_same():
    c, key = gr.Cache(copy=False), [1, 2]
    c.set(key, x=1)
    key.append(3)
    assert c.keys() == [[1, 2]]


@pytest.mark.parametrize("copy", [None, 1, "no"])
def test_copy_is_true_or_false(copy):
    with pytest.raises(TypeError, match="copy must be True or False"):
        gr.Cache(copy=copy)


# Keys ---------------------------------------------------------------------------------


def test_keys_are_tensors():
    c, ids = gr.Cache(), torch.tensor([1, 2, 3])
    c.set(ids, x=1)
    c.set((ids.float(), "prompt"), x=2)
    assert c.get(torch.tensor([1, 2, 3])) == {"x": 1}
    assert c.get(torch.tensor([0, 1, 2, 3])[1:]) == {"x": 1}
    assert c.get((torch.tensor([1.0, 2.0, 3.0]), "prompt")) == {"x": 2}
    assert c.get(torch.tensor([1, 2])) is None
    assert c.get(torch.tensor([[1, 2, 3]])) is None
    assert c.get(torch.tensor([1, 2, 3], dtype=torch.int32)) is None
    ids[0] = 5
    assert c.get(torch.tensor([1, 2, 3])) == {"x": 1}


def test_the_longest_prefix_of_a_tensor():
    c = gr.Cache()
    c.set(torch.tensor([1, 2, 3]), x=1)
    c.set((1, 2), x=2)
    found = c.longest_prefix(torch.tensor([1, 2, 3, 4]))
    assert found.tolist() == [1, 2, 3]
    assert c.get(found) == {"x": 1}
    assert c.longest_prefix(torch.tensor([1, 2, 4])) == (1, 2)
    assert c.longest_prefix([torch.tensor(1), torch.tensor(2)]) == (1, 2)
    with pytest.raises(TypeError):
        c.longest_prefix(torch.tensor([[1, 2, 3]]))


# Reuse --------------------------------------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyz "


def encoded(text):
    return [LETTERS.index(letter) for letter in text]


@torch.no_grad()
def written(model, ids, kv):
    """What the model writes, greedily, after the tokens that it has read and these."""
    return model.generate(
        torch.tensor([ids]), past_key_values=kv, max_new_tokens=8, do_sample=False
    )[0, len(ids) :].tolist()


def complete(model, prompt, c):
    """The code that one thinks of first."""
    keys = (k for k in c.keys() if prompt.startswith(k))  # noqa: SIM118
    best = max(keys, key=len, default=None)
    kv = c.get(best)["kv"] if best else DynamicCache(config=model.config)
    ids = encoded(prompt)
    new = ids[kv.get_seq_length() : -1]
    if new:
        kv = read(model, new, kv)
        c.set(prompt[:-1], kv=kv)
    return written(model, ids, kv), len(best or "")


PROMPTS = [
    ("the cat", 0),
    ("the cat", 6),
    ("the cat sat on the mat", 6),
    ("the dog", 0),
    ("the cat sat on the mat and slept", 21),
    ("the cat sat", 6),
    ("the cat sat", 10),
]


def test_the_code_that_one_thinks_of_first_is_right(model):
    c = gr.Cache()
    for prompt, reused in PROMPTS:
        ids = encoded(prompt)
        expected = written(model, ids, DynamicCache(config=model.config))
        assert complete(model, prompt, c) == (expected, reused)
    keys = c.keys()
    assert len(keys) == 5
    for key in keys:
        assert same(c.get(key)["kv"], read(model, encoded(key)))


def test_longest_prefix_finds_what_the_loop_finds():
    c = gr.Cache()
    for prompt, _ in PROMPTS:
        matches = filter(prompt.startswith, c.keys())
        assert c.longest_prefix(prompt) == max(matches, key=len, default=None)
        c.set(prompt[:-1], kv=[])

"""`gr.Cache` for a language model: of a prompt that starts like an earlier one, only
what is new is read. Needs `torch` and `transformers`."""

import hashlib
import html
import inspect
import os
import random
import re
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BloomConfig,
    BloomForCausalLM,
    DynamicCache,
    PreTrainedTokenizerFast,
)

import gradio as gr

# The text that the chat is about ------------------------------------------------------

HERE = Path(globals().get("__file__", "run.py")).resolve()  # a notebook has no file
GUIDES = HERE.parents[2] / "guides" / "04_additional-features"
GUIDE = GUIDES / "17_caching-function-results.md"


def text_of_docstrings():
    members = {"gr.cache": gr.cache, **vars(gr.Cache)}
    docs = {n: inspect.getdoc(m) for n, m in members.items() if n[0] != "_"}
    return "\n".join(f"## {name}\n\n{doc}\n" for name, doc in docs.items() if doc)


TEXT = GUIDE.read_text() if GUIDE.exists() else text_of_docstrings()
CODE, TABLES = r"^```.*?^```\n*", r"^\|[^\n]*\n+"
PROSE = re.sub(rf"{CODE}|{TABLES}|\n+\$\w+$", "", TEXT, flags=re.DOTALL | re.MULTILINE)
SECTIONS = re.findall(r"^#+ (.+)\n\s*((?:(?!#).*\n)*)", PROSE, flags=re.MULTILINE)


def said(role, content):
    return {"role": role, "content": content}


# A small model, trained once, unless CACHE_KV_MODEL names another one ----------------

SIZE = {"hidden_size": 160, "n_layer": 3, "n_head": 4}
WINDOW, BATCH, STEPS, RATE = 256, 4, 450, 6e-3
FORMS = ["{}", "What about {}?", "What is {}?", "Tell me about {}.", "Explain {}"]
TEMPLATE = """{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}\
{% if add_generation_prompt %}<|assistant|>{% endif %}"""


def answer_to(section):
    answer = ""
    for paragraph in re.split(r"\n\n+", section.strip()):
        answer += f"\n\n{paragraph}"
        if len(answer) > 250 and not answer.endswith(":"):
            break
    return answer.strip()


def lesson(shuffle, text):
    """A chat about all sections; some start with the text, as the demo's do."""
    if text:
        yield said("system", PROSE)
    for title, section in shuffle.sample(SECTIONS, len(SECTIONS)):
        about = title[0].lower() + title[1:]
        asked = shuffle.choice([title, title, *(form.format(about) for form in FORMS)])
        yield said("user", asked)
        yield said("assistant", answer_to(section))


def trained_tokenizer():
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    marks = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
    letters = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        [PROSE],
        trainers.BpeTrainer(
            vocab_size=1000,
            special_tokens=marks,
            initial_alphabet=letters,
            show_progress=False,
        ),
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|end|>")
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def trained_model(tokenizer):
    torch.manual_seed(1)
    shuffle = random.Random(1)
    lessons = [lesson(shuffle, text=i % 3 == 0) for i in range(16)]
    text = torch.tensor([i for chat in lessons for i in tokens([*chat], tokenizer)])
    ends = dict.fromkeys(["bos_token_id", "eos_token_id", "pad_token_id"], 3)
    model = BloomForCausalLM(BloomConfig(vocab_size=len(tokenizer), **SIZE, **ends))
    optimizer = torch.optim.AdamW(model.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS)
    for step in range(STEPS):
        places = torch.randint(len(text) - WINDOW, (BATCH, 1)) + torch.arange(WINDOW)
        loss = model(text[places], labels=text[places]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % 20 == 0:
            print(f"Training a small model, once: {step / STEPS:.0%}", flush=True)
    return model


def trained():
    """The folder of the small model."""
    torch.set_num_threads(1)  # in a model so small, more get in each other's way
    makers = answer_to, lesson, trained_tokenizer, trained_model
    recipe = [PROSE, SIZE, WINDOW, BATCH, STEPS, RATE, TEMPLATE, FORMS]
    recipe = repr(recipe + [inspect.getsource(maker) for maker in makers])
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.sha256(recipe.encode()).hexdigest()[:16]
    folder = caches / "gradio_cache_kv_demo" / name
    if not folder.exists():
        unfinished = folder.with_name(f"{name}-{os.getpid()}")
        tokenizer = trained_tokenizer()
        trained_model(tokenizer).save_pretrained(unfinished)
        tokenizer.save_pretrained(unfinished)
        unfinished.rename(folder)
    return folder


def tokens(chat, tokenizer, go_on=False):
    if tokenizer.chat_template:
        return tokenizer.apply_chat_template(
            chat, add_generation_prompt=go_on, return_dict=False
        )
    text = "".join(f"{m['role']}: {m['content']}\n\n" for m in chat)
    return tokenizer(text + "assistant:" * go_on)["input_ids"]


NAME = os.environ.get("CACHE_KV_MODEL") or trained()
tokenizer = AutoTokenizer.from_pretrained(NAME)
model = AutoModelForCausalLM.from_pretrained(NAME).eval()
ends = model.generation_config.eos_token_id or []
ENDS = {tokenizer.eos_token_id, *(ends if isinstance(ends, list) else [ends])}

# The chat -----------------------------------------------------------------------------

CHUNK, LONGEST = 512, 300
ROOM = min(8192, getattr(model.config, "max_position_embeddings", None) or 8192)
LEARNT = tokenizer(PROSE)["input_ids"]
FITS = len(LEARNT) <= ROOM // 2
SYSTEM = said("system", PROSE if FITS else tokenizer.decode(LEARNT[: ROOM // 2]))
STARTS = [tokens([SYSTEM, said("user", q)], tokenizer) for q in ("a", "b")]
START = len(os.path.commonprefix(STARTS))  # where the first question begins
states = gr.Cache(per_session=True, max_memory="1gb")


@torch.inference_mode()
def next_token(new, kv):
    """Makes the model read new tokens, which extends `kv`, and say what comes next."""
    return model(torch.tensor([new]), past_key_values=kv).logits[0, -1].argmax().item()


def reply(prompt, states):
    """Yields the tokens of the answer so far, and how reading the prompt went."""
    began = time.perf_counter()
    known = states.longest_prefix(prompt[:-1])
    hit = states.get(known) if known else None
    kv = hit["kv"] if hit else DynamicCache(config=model.config)
    saved = hit["seconds"] if hit else 0.0
    report = {"tokens": len(prompt), "reused": kv.get_seq_length(), "saved": saved}
    for end in (START, len(prompt) - 1):
        while (at := kv.get_seq_length()) < end:
            next_token(prompt[at : min(at + CHUNK, end)], kv)
            yield [], report | {"read": kv.get_seq_length()}
            if kv.get_seq_length() == end:
                seconds = saved + time.perf_counter() - began
                states.set(prompt[:end], kv=kv, seconds=seconds)

    written, token = [], next_token(prompt[-1:], kv)
    report["first"] = time.perf_counter() - began
    while token not in ENDS and len(written) < LONGEST:
        written.append(token)
        yield written, report
        token = next_token([token], kv)
    seconds = saved + report["first"]
    states.set((prompt + written)[: kv.get_seq_length()], kv=kv, seconds=seconds)


def prompt_of(turns, question):
    """The tokens of a chat, without the oldest turns if there is no room for them."""
    while True:
        asked = [SYSTEM, *turns, said("user", question)]
        prompt = tokens(asked, tokenizer, go_on=True)
        if len(prompt) + LONGEST <= ROOM:
            return prompt
        if not turns:
            raise gr.Error("This is too long for the model.")
        turns = turns[2:]


def text_of(message):
    content = message["content"]
    return content if isinstance(content, str) else content[0].get("text", "")


def answered(history):
    """The turns, without the questions that were stopped before the first word."""
    following = [*(turn["role"] for turn in history[1:]), "user"]
    return [
        said(turn["role"], text_of(turn))
        for turn, after in zip(history, following, strict=False)
        if {turn["role"], after} == {"user", "assistant"}
    ]


def shown(question, report):
    reused, total, read = (report.get(n, 0) for n in ("reused", "tokens", "read"))
    words = f"{reused:,} of {total:,} prompt tokens reused"
    if reused:
        words += f", about {report['saved']:.1f} s saved"
    if "first" in report:
        words += f".<br>First word after {report['first']:.2f} s."
    else:
        words += f", {read - reused:,} read."
    return f"""<p style="margin: 1em 0"><b>{html.escape(question)}</b><br>
<span style="display: block; height: 10px; background: linear-gradient(90deg,
 var(--color-accent) {reused / total:.0%}, var(--body-text-color-subdued) 0
 {read / total:.0%}, var(--border-color-primary) 0)"></span>
{words}</p>"""


def chat(message, history, log, states=states):
    prompt = prompt_of(answered(history), message)
    before = "" if log == NOTHING else log or ""
    for written, report in reply(prompt, states):
        answer = tokenizer.decode(written, skip_special_tokens=True)
        # no message at all while the prompt is read
        yield answer if written else [], shown(message, report) + before


def forget():
    states.clear()
    return NOTHING


NOTHING = "<p>Nothing yet. Ask something, then something else.</p>"
log = gr.HTML(
    NOTHING, label="What was reused", show_label=True, container=True, render=False
)

with gr.Blocks(title="gr.Cache and a language model") as demo:
    gr.Markdown(
        "# Nothing is read twice\nA language model reads the guide to caching, then "
        "your questions. `gr.Cache` keeps what it made of them, so that of the next "
        "prompt, which starts with all of that, only the new end is read."
    )
    with gr.Row():
        left, right = gr.Column(scale=3), gr.Column(scale=2)
    with right:
        log.render()
        gr.Button("Forget all", size="sm").click(forget, outputs=log)
    with left:
        gr.ChatInterface(
            chat,
            chatbot=gr.Chatbot(label="Chat", height=480),
            additional_inputs=[log],
            additional_outputs=[log],
            examples=[[title] for title, _ in SECTIONS[1:] if "`" not in title][:4],
            api_name="chat",
        )

if __name__ == "__main__":
    demo.launch()

"""Run anything on this page twice: `gr.cache` answers the second run from memory."""

import asyncio
import importlib
import inspect
import os
import random
import re
import string
import time
from difflib import SequenceMatcher

import numpy as np
from PIL import Image, ImageOps

import gradio as gr

ALPHABET = string.ascii_lowercase
# Two of the tabs work with a text that is everywhere: Python's own documentation.
MODULES = """
argparse ast base64 bisect calendar collections copy csv datetime decimal difflib enum
fractions functools glob gzip heapq html inspect io itertools json logging math os
os.path pathlib queue random re secrets shutil socket statistics string tempfile
textwrap threading time typing urllib.parse zipfile
"""
DOCS = {
    f"{module}.{name}": inspect.getdoc(thing) or ""
    for module in MODULES.split()
    for name, thing in inspect.getmembers(importlib.import_module(module), callable)
    if not name.startswith("_")
}

# A plain function ---------------------------------------------------------------------

SHADES = {
    "red": (200, 60, 60),
    "orange": (240, 150, 80),
    "yellow": (250, 225, 130),
    "green": (60, 100, 70),
    "blue": (60, 90, 150),
    "violet": (120, 70, 120),
}


def sunset(height=420, width=630):
    y, x = np.mgrid[:height, :width] / height
    bands = [(40, 150, 240, 255), (35, 70, 120, 205), (90, 130, 90, 120)]
    sky = np.dstack([np.interp(y, (0, 0.3, 0.5, 0.7), band) for band in bands])
    sky[(x - 1.05) ** 2 + (y - 0.45) ** 2 < 0.02] = (255, 240, 180)
    for i, shade in enumerate([(120, 70, 120), (70, 85, 120), (40, 80, 70)]):
        sky[y > 0.62 + 0.13 * i + 0.05 * np.sin(x * (9 - 2 * i) + 2.3 * i)] = shade
    return Image.fromarray(sky.astype(np.uint8))


@gr.cache
def stained_glass(picture, pieces):
    if picture is None:
        raise gr.Error("Choose a picture first.")
    pixels = np.asarray(ImageOps.contain(picture, (640, 640)), np.float32)
    y, x = np.mgrid[: len(pixels), : pixels.shape[1]].astype(np.float32)
    points = np.dstack([pixels, x, y]).reshape(-1, 5)
    centres = points[random.Random(1).sample(range(len(points)), pieces)]
    for _ in range(24):  # k-means over shade and place
        half = (centres**2).sum(axis=1) / 2
        parts = np.array_split(points, 1000)
        nearest = np.hstack([(p @ centres.T - half).argmax(axis=1) for p in parts])
        size = np.bincount(nearest, minlength=pieces).clip(1)
        sums = [np.bincount(nearest, axis, pieces) for axis in points.T]
        centres = np.transpose(sums / size).astype(np.float32)
    glass, piece = centres[:, :3], nearest.reshape(y.shape)
    lead = (piece != np.roll(piece, 1, axis=0)) | (piece != np.roll(piece, 1, axis=1))
    window = np.where(lead[..., None], 25, glass[piece]).astype(np.uint8)
    distance = np.square(glass[:, None] - list(SHADES.values())).sum(axis=2)
    share = np.bincount(distance.argmin(axis=1), size, len(SHADES)) / len(points)
    return window, dict(zip(SHADES, share.tolist(), strict=True))


# A coroutine --------------------------------------------------------------------------

SECRET = """Aufwf pje j ajnhf efa mba btxfw j awff vt owmta mo auf umbef, jtx auf \
Yjwru Ujwf jtx auf Ujaafw pfwf ujivtq afj ja va: j Xmwymbef pje evaavtq nfapfft aufy, \
ojea jehffk, jtx auf maufw apm pfwf bevtq va je j rbeuvmt."""


def codes(text):
    letters = " ".join(re.findall("[a-z]+", text.lower()))
    return np.array([f" {ALPHABET}".index(letter) for letter in letters], int)


def triples(code):
    return code[:-2], code[1:-1], code[2:]


COUNTS = np.ones((27, 27, 27))  # of three letters in a row
np.add.at(COUNTS, triples(codes(" ".join(DOCS.values()))), 1)
LIKELY = np.log(COUNTS)


def guess(code, seed):
    """Swaps letters of an alphabet for as long as the text gets more like English."""
    rng = np.random.default_rng(seed)
    key, best, failures = np.append(0, rng.permutation(26) + 1), -np.inf, 0
    while failures < 1000:
        swap = rng.integers(1, 27, 2)
        key[swap] = key[swap[::-1]]
        likely = LIKELY[triples(key[code])].sum()
        if likely > best:
            best, failures = likely, 0
        else:
            key[swap] = key[swap[::-1]]
            failures += 1
    return best, key.tolist()


@gr.cache
async def crack(secret):
    code = codes(secret)
    guesses = [asyncio.to_thread(guess, code, seed) for seed in range(25)]
    _, key = max(await asyncio.gather(*guesses))
    plain = "".join(f" {ALPHABET}"[i] for i in key[1:])
    table = str.maketrans(ALPHABET + ALPHABET.upper(), plain + plain.upper())
    return secret.translate(table)


# A generator of text ------------------------------------------------------------------

QUESTIONS = [
    "How do I join two paths?",
    "How do I shuffle a list?",
    "How do I wrap long lines?",
]


def words(text):
    return set(re.findall("[a-z]{3,}", text.lower()))


def likeness(word, others):
    matcher = SequenceMatcher(b=word)
    ratios = [matcher.set_seq1(other) or matcher.ratio() for other in others]
    return max(ratios, default=0) ** 4


def relevance(question, name):
    title, text = words(name), words(DOCS[name])
    dilution = (20 + len(text)) ** 0.5
    return sum(
        likeness(word, title) / 5 + likeness(word, text) / dilution
        for word in words(question)
    )


@gr.cache
def answer(question):
    def talk(reply):
        return [
            {"role": "user", "content": question},
            {"role": "assistant", "content": reply},
        ]

    scores = {}
    for name in DOCS:
        scores[name] = relevance(question, name)
        if len(scores) % 30 == 0:
            best = max(scores, key=scores.get)
            yield talk(f"Reading about `{name}` … best so far: `{best}`")
    best, *others = sorted(scores, key=scores.get, reverse=True)[:4]
    page = DOCS[best][:700]
    yield talk(f"### {best}\n```text\n{page}\n```\nSee also `{'`, `'.join(others)}`.")


# A generator of streamed audio --------------------------------------------------------

RATE = 24_000
MOODS = {  # seconds per note, four voices of each chord
    "Calm": (0.25, ["A3 C4 E4 G4", "F3 A3 C4 E4", "C3 G3 C4 E4", "G3 B3 D4 G4"]),
    "Bright": (0.18, ["C4 E4 G4 C5", "G3 B3 D4 G4", "A3 C4 E4 A4", "F3 A3 C4 F4"]),
    "Dark": (0.3, ["D3 A3 D4 F4", "A#2 F3 A#3 D4", "G3 A#3 D4 G4", "A2 E3 A3 C#4"]),
}
NOTES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]


def pluck(note, octaves=0):
    """Two seconds of a string. Its overtones are a bit sharp, and fade sooner."""
    n, t = np.arange(1, 30)[:, None], np.arange(2 * RATE) / RATE
    octave = int(note[-1]) + octaves - 4 + (NOTES.index(note[:-1]) - 9) / 12
    pitch = 440 * 2**octave * n * (1 + 0.0004 * n**2) ** 0.5
    loud = (pitch < RATE / 2) * n**-1.3 * np.exp(-(1.5 + 0.6 * n) * t)
    return (loud * np.sin(2 * np.pi * pitch * t)).sum(axis=0)


@gr.cache
def play(mood):
    seconds, chords = MOODS[mood]
    step = int(seconds * RATE)
    rings = np.zeros(2 * RATE)
    for chord in chords:
        bar = np.pad(rings, (0, 12 * step))
        for i, voice in enumerate((0, 2, 1, 3, 2, 3, 1, 3, 2, 3, 1, 2)):
            bar[i * step :][: 2 * RATE] += pluck(chord.split()[voice], i == 3)
        now, rings = np.split(bar, [12 * step])
        yield RATE, (np.tanh(now / 4) * 32767).astype(np.int16)


# An async generator -------------------------------------------------------------------

PLACES = {  # centre, width
    "Spiral": (-0.7436 + 0.1318j, 0.004),
    "Seahorses": (-0.77568377 + 0.13646737j, 0.003),
    "Snowflakes": (-0.1011 + 0.9563j, 0.01),
}


def mandelbrot(centre, width, pixel):
    y, x = np.mgrid[-432:432:pixel, -720:720:pixel] / 1440
    place = (centre + width * (x + 1j * y)).ravel()
    z, escape, inside = 0 * place, np.full(place.size, np.nan), np.arange(place.size)
    for i in range(500):
        z = z**2 + place
        out = abs(z) > 8
        escape[inside[out]] = i - np.log2(np.log(abs(z[out])))
        z, place, inside = z[~out], place[~out], inside[~out]
    phase = 3 + 0.9 * np.sqrt(escape + 2).reshape(*x.shape, 1) + (0, 0.6, 1.2)
    rgb = np.nan_to_num(127 + 127 * np.cos(phase)).astype(np.uint8)
    return rgb.repeat(pixel, axis=0).repeat(pixel, axis=1)


@gr.cache
async def explore(place):
    for pixel in (16, 8, 4, 2, 1):
        yield await asyncio.to_thread(mandelbrot, *PLACES[place], pixel)


# A result that grows old --------------------------------------------------------------

TASKS = {
    "Multiply": lambda: np.ones((200, 200)) @ np.ones((200, 200)),
    "Sort": lambda: sorted(range(20_000), key=lambda n: n * 7919 % 20_011),
    "Search": lambda: re.findall("[a-z]+ly", DOCS["argparse.ArgumentParser"] * 20),
}


@gr.cache(ttl="30s", stale="10m")
def speed(task):
    times, end = 0, time.perf_counter() + 1.5
    while time.perf_counter() < end:
        TASKS[task]()
        times += 1
    return f"{times / 1.5:,.0f} times a second, measured at {time.strftime('%X')}"


# A result that survives a restart -----------------------------------------------------


ENTRIES = ["json.dumps", "random.choices", "shutil.copytree", "statistics.median"]


@gr.cache(store="disk")
def most_alike(entry):
    matcher = SequenceMatcher(b=DOCS[entry][:500], autojunk=False)

    def likeness(name):
        matcher.set_seq1(DOCS[name][:500])
        return matcher.ratio()

    others = (name for name in DOCS if DOCS[name] != DOCS[entry])
    found = max(others, key=likeness)
    return f"{found}, {likeness(found):.0%} alike.\nFound by process {os.getpid()}."


# The page -----------------------------------------------------------------------------


def forget():
    for fn in (stained_glass, crack, answer, play, explore, speed, most_alike):
        fn.cache.clear()
    gr.Info("The next run of each is a first run again.")


with gr.Blocks(title="gr.cache") as demo:
    gr.Markdown(
        "# Run it twice\nThe first run of anything here takes a second or so. Run the "
        "same again: `@gr.cache` answers from memory, and a badge says so."
    )
    with gr.Tab("Picture"):
        gr.Markdown(
            "A **function**: a picture with the same pixels is the same picture."
        )
        with gr.Row():
            with gr.Column():
                picture = gr.Image(
                    sunset(), type="pil", image_mode="RGB", label="Picture"
                )
                pieces = gr.Slider(50, 500, 200, step=50, label="Pieces of glass")
                run_glass = gr.Button("Make a window", variant="primary")
            with gr.Column():
                window = gr.Image(label="Stained glass")
                shades = gr.Label(label="Shades", num_top_classes=4)
    with gr.Tab("Secret"):
        gr.Markdown(
            "A **coroutine**: it awaits threads that guess what each letter means."
        )
        with gr.Row():
            with gr.Column():
                secret = gr.Textbox(SECRET, label="Secret", lines=8)
                run_crack = gr.Button("Crack it", variant="primary")
            plain = gr.Textbox(label="In plain English", lines=8)
    with gr.Tab("Chat"):
        gr.Markdown(
            "A **generator**: all that it yielded on its way is played back, too."
        )
        with gr.Row():
            with gr.Column():
                question = gr.Dropdown(
                    QUESTIONS, allow_custom_value=True, label="Question about Python"
                )
                run_answer = gr.Button("Ask", variant="primary")
            chat = gr.Chatbot(label="Python's documentation", scale=2)
    with gr.Tab("Music"):
        gr.Markdown("A **generator of audio**, streamed bar by bar. It needs `ffmpeg`.")
        with gr.Row():
            with gr.Column():
                mood = gr.Radio(list(MOODS), value="Calm", label="Mood")
                run_play = gr.Button("Play", variant="primary")
            music = gr.Audio(label="Music", streaming=True, autoplay=True)
    with gr.Tab("Fractal"):
        gr.Markdown(
            "An **async generator**: each picture is sharper than the one before."
        )
        with gr.Row():
            with gr.Column():
                place = gr.Radio(list(PLACES), value="Spiral", label="Place")
                run_explore = gr.Button("Explore", variant="primary")
            fractal = gr.Image(label="Mandelbrot set", height=420)
    with gr.Tab("Age"):
        gr.Markdown(
            "A result that **grows old**: it is fresh for 30 seconds. Then you get the "
            "old one at once, while it is measured anew behind the scenes: look at the "
            "time of day in it, and run it once more."
        )
        with gr.Row():
            with gr.Column():
                task = gr.Radio(list(TASKS), value="Multiply", label="Task")
                run_speed = gr.Button("Measure", variant="primary")
            measured = gr.Textbox(label="Speed of this server")
    with gr.Tab("Restart"):
        gr.Markdown(
            "A result that is **kept on disk**. Run it, stop the app with Ctrl+C, "
            "start it again, reload this page and run it again: another process, the "
            f"same result, from the cache. This is process {os.getpid()}."
        )
        with gr.Row():
            with gr.Column():
                entry = gr.Radio(ENTRIES, value=ENTRIES[0], label="Entry")
                run_alike = gr.Button("Search", variant="primary")
            nearest = gr.Textbox(label="Most alike in Python's documentation", lines=2)
    run_forget = gr.Button("Forget everything", size="sm")

    run_glass.click(stained_glass, [picture, pieces], [window, shades])
    run_crack.click(crack, secret, plain)
    run_answer.click(answer, question, chat)
    # The player takes up a new stream only once it was emptied.
    emptied = run_play.click(lambda: None, None, music, queue=False)
    emptied.then(play, mood, music)
    run_explore.click(explore, place, fractal)
    run_speed.click(speed, task, measured)
    run_alike.click(most_alike, entry, nearest)
    run_forget.click(forget)

if __name__ == "__main__":
    demo.launch()

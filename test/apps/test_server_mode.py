"""`gr.Server`: endpoints without components, of which cached functions are some."""

import httpx
import pytest
from gradio_client import Client

import gradio as gr
from support import ports


@pytest.fixture
def launched(monkeypatch):
    """Serves until the test ends; returns the address."""
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    servers = []

    def launch(server):
        port = ports.free()
        server.launch(
            prevent_thread_lock=True,
            quiet=True,
            server_name="127.0.0.1",
            server_port=port,
        )
        servers.append(server)
        return f"http://127.0.0.1:{port}/"

    yield launch
    for server in servers:
        server.get_blocks().close(verbose=False)


def test_an_endpoint_is_answered_from_the_cache(launched):
    runs, server = [], gr.Server()

    @server.api(name="shout")
    @gr.cache
    def shout(text: str) -> str:
        runs.append(text)
        return text.upper()

    @server.api(name="spell")
    @gr.cache
    def spell(text: str) -> str:
        runs.append(text)
        yield from (text[:end] for end in range(1, len(text) + 1))

    @server.get("/ordinary")
    def ordinary():
        return {"said": shout("abc")}

    url = launched(server)
    client = Client(url, verbose=False)
    assert [client.predict("abc", api_name="/shout") for _ in range(2)] == ["ABC"] * 2
    jobs = [client.submit("abc", api_name="/spell") for _ in range(2)]
    assert [job.result() for job in jobs] == ["abc"] * 2
    assert [job.outputs() for job in jobs] == [["a", "ab", "abc"]] * 2
    assert httpx.get(f"{url}ordinary").json() == {"said": "ABC"}
    assert runs == ["abc", "abc"]
    client.close()

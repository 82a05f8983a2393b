"""Functions that ask for a request, behind proxies that add headers to each."""

import gradio as gr


def language(text, request: gr.Request):
    return f"{text}, {request.headers.get('accept-language')}"


def test_headers_that_a_proxy_adds_do_not_keep_a_function_from_hitting(serve):
    app = serve(gr.Interface(gr.cache(language), "text", "text", api_name="fn"))
    for nonce in "123":
        app.http.headers.update({"x-request-id": nonce, "traceparent": nonce})
        app.http.headers["accept-language"] = "en"
        run = app.run("fn", "x", session="s")
        assert (run.data, run.used) == (["x, en"], None if nonce == "1" else "full")
    app.http.headers["accept-language"] = "de"
    run = app.run("fn", "x", session="s")
    assert (run.data, run.used) == (["x, de"], None)
    assert app.run("fn", "x", session="t").used is None


def address(text, request: gr.Request):
    return f"{text}, {request.client.host}, {request.url.path}"


def test_a_connection_s_port_is_new_and_its_address_counts(serve):
    app = serve(gr.Interface(gr.cache(address), "text", "text", api_name="fn"))
    for used in (None, "full", "full"):
        app.http.headers["connection"] = "close"
        run = app.run("fn", "x", session="s")
        assert run.used == used
        assert run.data == ["x, 127.0.0.1, /gradio_api/queue/join"]

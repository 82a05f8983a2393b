"""
Measures this fork against its base and against the newest Gradio on PyPI, side by side.

    make bench                                 all, the table and docs/growth.svg
    python -m bench --only text --quick        a part
    make soak                                  whether anything grows, docs/soak.svg

    __main__ ─> rounds ──> servers   a process for each: inside/app.py, inside/floor.py
       │          └──────> turns ──> visitor ──> client     what one server is asked
       ├─────> local ────> inside/worker.py   cached calls without a server
       ├─────> growth ───> inside/plot.py
       └─────> table       by targets

What is in inside/ runs in the environments that `envs` makes, and imports nothing from
here. The newest Gradio is a black box: it is used as its documentation says.
"""

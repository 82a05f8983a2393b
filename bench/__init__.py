"""
Measures this fork against the untouched base that it is made from, side by side: hits
against the base's own cache, misses against functions without one.

    make bench                                 all, the table and docs/growth.svg
    make bench BASE=6.11.0                     hits against functions without a cache
    python -m bench --only text --quick        a part
    make soak                                  whether anything grows, docs/soak.svg

    __main__ ─> rounds ──> servers   a process for each: inside/app.py, inside/floor.py
       │          └──────> turns ──> visitor ──> client     what one server is asked
       ├─────> local ────> inside/worker.py   cached calls without a server
       ├─────> growth ───> inside/plot.py
       └─────> table       by targets

What is in inside/ runs in the environments that `envs` makes, and imports nothing from
here. The base is a black box: it is used as its documentation says.
"""

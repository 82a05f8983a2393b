"""What a client may send that means harm, or nothing."""

from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=()), max_size=8)
numbers = st.one_of(
    st.integers(), st.integers(-(10**400), 10**400), st.floats(), st.booleans()
)
paths = st.sampled_from(
    [
        "/etc/passwd",
        "../../../etc/passwd",
        "UPLOADED",
        "UPLOADED/../../x",
        "/dev/null",
        "http://127.0.0.1:1/gradio_api/file=/etc/passwd",
        "",
        "\0",
        "x" * 5000,
    ]
)
odd = st.recursive(
    st.one_of(st.none(), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)
files = st.fixed_dictionaries(
    {"path": st.one_of(paths, odd)},
    optional={
        "meta": st.one_of(st.just({"_type": "gradio.FileData"}), odd),
        "url": st.one_of(paths, odd),
        "size": odd,
        "orig_name": st.one_of(paths, odd),
        "mime_type": odd,
        "is_stream": odd,
    },
)
real_files = st.builds(
    lambda path, lies: {**lies, "path": path, "meta": {"_type": "gradio.FileData"}},
    paths,
    files,
)
values = st.one_of(texts, numbers, real_files, files, odd, st.just("refused"))


def bodies_for(listeners):
    """Bodies of join requests to an app of so many listeners."""
    return st.fixed_dictionaries(
        {
            "fn_index": st.one_of(st.integers(0, listeners - 1), odd),
            "data": st.one_of(st.lists(values, min_size=1, max_size=2), odd),
        },
        optional={
            "session_hash": odd,
            "event_id": odd,
            "event_data": st.one_of(
                st.fixed_dictionaries({"index": odd, "value": odd}), odd
            ),
            "trigger_id": odd,
            "simple_format": odd,
            "batched": odd,
            "request": odd,
            "more": odd,
        },
    )

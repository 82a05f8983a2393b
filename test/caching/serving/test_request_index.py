from gradio.caching.keys import CacheKey
from gradio.caching.namespace import SHARED
from gradio.caching.serving.lookup.request_index import KnownRequest, RequestIndex


def known(value=None):
    return KnownRequest(CacheKey(SHARED, b"key", 0), {1: value})


def test_what_was_added_is_known():
    requests, first = RequestIndex(), known()
    requests.add(b"a", first)
    assert requests.get(b"a") is first
    assert requests.get(b"b") is None


def test_a_request_without_a_digest_is_never_known():
    requests = RequestIndex()
    requests.add(None, known())
    assert requests.get(None) is None


def test_the_latest_counts():
    requests, latest = RequestIndex(), known(2)
    requests.add(b"a", known(1))
    requests.add(b"a", latest)
    assert requests.get(b"a") is latest


def test_forgets_what_was_not_asked_for_longest():
    requests = RequestIndex(limit=2)
    for digest in (b"a", b"b"):
        requests.add(digest, known())
    requests.get(b"a")
    requests.add(b"c", known())
    assert [d for d in (b"a", b"b", b"c") if requests.get(d)] == [b"a", b"c"]


def test_holds_no_more_bytes_than_it_may():
    requests = RequestIndex(byte_limit=11_500)
    for i in range(100):
        requests.add(bytes([i]), known("x" * 3000))
    assert [i for i in range(100) if requests.get(bytes([i]))] == [97, 98, 99]
    for _ in range(100):
        requests.add(b"again", known("x" * 3000))
    assert requests.get(bytes([99]))
    requests.add(b"large", known("x" * 20_000))
    assert requests.get(b"large") is None
    requests.add(b"small", known())
    assert requests.get(b"small")


def test_requests_with_small_values_count_too():
    requests = RequestIndex(byte_limit=10_000)
    for i in range(100):
        requests.add(bytes([i]), known())
    assert 0 < sum(requests.get(bytes([i])) is not None for i in range(100)) <= 20

from itertools import islice

from gradio.caching import backoff


def test_pauses_double_up_to_a_quarter_of_a_second():
    first = list(islice(backoff.pauses(), 7))
    assert first == [0.02, 0.04, 0.08, 0.16, 0.25, 0.25, 0.25]

import json

import pytest

from gradio.server_messages import ProcessCompletedMessage

FIELDS = {"used_cache", "cache_duration", "avg_time"}


def sent(**fields):
    """What a client reads."""
    message = ProcessCompletedMessage(output={"data": [1]}, success=True, **fields)
    as_text = json.loads(message.model_dump_json())
    assert as_text == message.model_dump(mode="json")
    return as_text


only_ours = pytest.mark.skipif(
    "used_cache" in ProcessCompletedMessage.__annotations__,
    reason="the message has fields of its own for a cache, which are always sent",
)


@only_ours
def test_without_a_cache_the_message_is_what_it_was():
    assert not FIELDS & set(sent())
    assert not FIELDS & set(sent(cache_duration=1.0, avg_time=2.0))


@pytest.mark.parametrize("used", ["full", "partial"])
def test_with_a_cache_all_fields_are_there(used):
    message = sent(used_cache=used, cache_duration=0.5)
    assert {f: message[f] for f in FIELDS} == {
        "used_cache": used,
        "cache_duration": 0.5,
        "avg_time": None,
    }


@only_ours
def test_the_rest_of_the_message_stays():
    message = sent(used_cache="full", cache_duration=0.5, avg_time=2.0)
    assert {k: v for k, v in message.items() if k not in FIELDS} == sent()


def test_other_words_are_refused():
    with pytest.raises(ValueError, match="used_cache"):
        sent(used_cache="some")

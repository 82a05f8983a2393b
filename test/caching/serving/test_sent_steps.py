from gradio.caching.serving.queueing.sent_steps import SentSteps, sent_steps_of


class Event:
    pass


def test_each_step_is_news_once():
    sent = SentSteps()
    assert not sent.has_begun
    assert [sent.advance() for _ in range(3)] == [True] * 3
    assert sent.has_begun


def test_after_a_new_start_only_what_was_not_told_is_news():
    sent = SentSteps()
    assert [sent.advance(), sent.advance()] == [True, True]
    sent.rewind()
    assert [sent.advance() for _ in range(4)] == [False, False, True, True]


def test_each_event_has_its_own():
    one, other = Event(), Event()
    assert sent_steps_of(one) is sent_steps_of(one)
    assert sent_steps_of(one) is not sent_steps_of(other)

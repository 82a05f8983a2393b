from gradio.caching.serving.queueing.sent_steps import Progress, progress_of


class Event:
    pass


def test_each_step_is_news_once():
    progress = Progress()
    assert not progress.has_begun
    assert [progress.is_news() for _ in range(3)] == [True] * 3
    assert progress.has_begun


def test_after_a_new_start_only_what_was_not_told_is_news():
    progress = Progress()
    assert [progress.is_news(), progress.is_news()] == [True, True]
    progress.start_over()
    assert [progress.is_news() for _ in range(4)] == [False, False, True, True]


def test_each_event_has_its_own():
    one, other = Event(), Event()
    assert progress_of(one) is progress_of(one)
    assert progress_of(one) is not progress_of(other)

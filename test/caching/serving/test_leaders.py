from gradio.caching.serving.follow.holds import Holds


def test_released_with_the_last_holder():
    holds, released = Holds(), []
    holds.add(lambda: released.append(1), ["a", "b"])
    holds.drop("a")
    assert released == []
    holds.drop("b")
    assert released == [1]
    holds.drop("b")
    assert released == [1]


def test_a_holder_that_takes_hold_of_another_lets_go_of_the_first():
    holds, released = Holds(), []
    holds.add(lambda: released.append("first"), ["a"])
    holds.add(lambda: released.append("second"), ["a"])
    assert released == ["first"]
    holds.drop("a")
    assert released == ["first", "second"]


def test_who_holds_nothing_may_be_dropped():
    Holds().drop("a")

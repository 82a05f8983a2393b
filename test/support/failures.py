"""A failure of the cache's own, put in place of something that works."""


class InternalError(Exception):
    pass


def broken(*_):
    raise InternalError


class Failing(dict):
    """Whoever asks it for an attribute of a protocol gets an error of another kind."""

    def __getattr__(self, name):
        raise KeyError(name)

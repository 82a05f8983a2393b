"""A failure of the cache's own, put in place of something that works."""


class InternalError(Exception):
    pass


def broken(*_):
    raise InternalError

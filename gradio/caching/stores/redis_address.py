"""From an address, or a client that its user made, to a store on a server."""

from __future__ import annotations

import re
import weakref
from typing import Any
from urllib.parse import urlencode

from gradio.caching.forks import new_lock
from gradio.caching.stores.redis_link import RedisLink
from gradio.caching.stores.redis_store import RedisStore
from gradio.caching.stores.schemes import Address

_RESERVED = frozenset({"decode_responses", "protocol", "retry"})
_PATIENCE = 10.0
# By default an array of 12 MB is read in 400 pieces, each of which takes a moment.
_READ_BYTES = 2**18
_NEEDED = ("evalsha", "eval", "hmget", "pipeline", "ping", "execute_command")
_NAMED = re.compile(r"'(\w+)'")

_of_clients: weakref.WeakValueDictionary[int, RedisStore]
_of_clients = weakref.WeakValueDictionary()
_lock = new_lock()


def open_redis(address: Address) -> RedisStore:
    """Opens the store at an address; connects to nothing yet."""
    options = address.options
    patience = max(options.timeout, _PATIENCE)
    link = RedisLink(
        lambda: client_of(address),
        repr(address),
        make_patient_client=lambda: client_of(address, patience),
    )
    return RedisStore(link, options.prefix, options.max_entry)


def check_redis(address: Address) -> None:
    """Raises ValueError for an address that the client can't read; names the option."""
    for name, _ in address.options.others:
        if name in _RESERVED:
            raise ValueError(f"{name!r} can't be chosen in the address of a store.")
    try:
        client_of(address).connection_pool.make_connection()
    except Exception as error:
        # It may quote a part of the password.
        named = _NAMED.search(str(error))
        options = [name for name, _ in address.options.others]
        if named is not None and named[1] in options:
            what = f"The option {named[1]!r} of the store {address!r}"
        else:
            what = f"The store {address!r}"
        raise ValueError(f"{what} can't be read: {type(error).__name__}.") from None


def client_of(address: Address, timeout: float | None = None) -> Any:
    """
    Makes a client that waits for nothing longer than the timeout, which is that of the
    address if none is given, and tries nothing twice. Raises what the package raises.
    """
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    target = re.sub(r"^valkey:", "redis:", address.target)
    query = urlencode(address.options.others)
    return redis.Redis.from_url(
        f"{target}?{query}" if query else target,
        protocol=2,
        socket_timeout=timeout or address.options.timeout,
        socket_connect_timeout=address.options.timeout,
        socket_read_size=_READ_BYTES,
        retry=Retry(NoBackoff(), 0),
    )


def open_client(client: Any) -> RedisStore:
    """
    Opens the store of a client that its user made, once per client. Raises TypeError or
    ValueError for one that can't be used.
    """
    _check_client(client)
    with _lock:
        found = _of_clients.get(id(client))
        if found is None:
            link = RedisLink(lambda: client, _title(client), is_own=False)
            found = _of_clients[id(client)] = RedisStore(link)
        return found


def _check_client(client: Any) -> None:
    kind = type(client)
    is_async = ".asyncio" in kind.__module__ or hasattr(client, "__aenter__")
    missing = [name for name in _NEEDED if not callable(getattr(client, name, None))]
    if is_async or missing:
        raise TypeError(
            f"A store can be a client such as redis.Redis, which is synchronous, not "
            f"{kind.__module__}.{kind.__qualname__}; of a Sentinel, its master_for()."
        )
    if client.get_encoder().decode_responses:
        raise ValueError(
            "The client of a store must not be made with decode_responses=True, as "
            "results are bytes."
        )


def _title(client: Any) -> str:
    """Says where a client leads, without what must not be told."""
    pool = getattr(client, "connection_pool", None)
    given = getattr(pool, "connection_kwargs", {})
    host = given.get("path") or given.get("host")
    port = f":{given['port']}" if host and "port" in given else ""
    return f"{host}{port}" if host else type(client).__name__

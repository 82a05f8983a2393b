"""The fields that tell a client what the cache did."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, SerializerFunctionWrapHandler, model_serializer

_FIELDS = ("used_cache", "cache_duration", "avg_time")


class CacheFields(BaseModel):
    """
    Part of the message that completes an event. Without a cache the fields are left
    out, so that the message is what it is without this class.
    """

    used_cache: Literal["full", "partial"] | None = None
    cache_duration: float | None = None
    avg_time: float | None = None

    @model_serializer(mode="wrap")
    def _without_unused_fields(
        self, handler: SerializerFunctionWrapHandler
    ) -> dict[str, Any]:
        message = handler(self)
        if self.used_cache is None:
            for field in _FIELDS:
                message.pop(field, None)
        return message

"""The fields on the wire that tell a client what the cache did."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

_FIELDS = {"used_cache", "cache_duration", "avg_time"}


class CacheFields(BaseModel):
    """
    Part of the message that completes an event. Without a cache the fields are left
    out, so that the message is what it is without this class.
    """

    used_cache: Literal["full", "partial"] | None = None
    cache_duration: float | None = None
    avg_time: float | None = None

    # Not by a serializer of pydantic's: it would go through the whole output twice.
    def model_dump(self, **options: Any) -> dict[str, Any]:
        """As pydantic's, without the fields if no cache was used."""
        return super().model_dump(**self._leaving_out_unused(options))

    def model_dump_json(self, **options: Any) -> str:
        """As pydantic's, without the fields if no cache was used."""
        return super().model_dump_json(**self._leaving_out_unused(options))

    def _leaving_out_unused(self, options: dict[str, Any]) -> dict[str, Any]:
        if self.used_cache is None:
            options.setdefault("exclude", _FIELDS)
        return options

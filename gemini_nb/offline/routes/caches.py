"""Cached content: a long beginning of a prompt that later requests refer to by name."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gemini_nb.catalog import bare_id
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.files import timestamp
from gemini_nb.offline.conversation import check_contents, count, text_tokens

if TYPE_CHECKING:
    from gemini_nb.offline.api.messages import CachedContentBody, GenerateContentRequest

MOST_CACHES = 100
DEFAULT_LIFETIME = timedelta(hours=1)

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")


@dataclass(frozen=True, slots=True)
class CachedContent:
    """The stored beginning of a prompt."""

    id: str
    body: CachedContentBody
    model: str
    tokens: int
    created: datetime
    updated: datetime
    expires: datetime

    def resource(self) -> dict[str, Any]:
        """The cached content as the API describes it: without the content itself."""
        fields = {
            "name": f"cachedContents/{self.id}",
            "model": f"models/{self.model}",
            "displayName": self.body.display_name,
            "createTime": timestamp(self.created),
            "updateTime": timestamp(self.updated),
            "expireTime": timestamp(self.expires),
            "usageMetadata": {"totalTokenCount": self.tokens},
        }
        return {name: value for name, value in fields.items() if value is not None}


class CacheStore:
    """Cached contents that have not expired, bounded in number."""

    def __init__(self) -> None:
        self._caches: dict[str, CachedContent] = {}

    def create(self, body: CachedContentBody, now: datetime) -> CachedContent:
        """Store `body`, whose files must already stand inside it.

        Raises:
            ApiError: 400 without a model or any content or with a bad lifetime, 429 when full.
        """
        self._expire(now)
        if not body.model:
            raise ApiError(400, "* CreateCachedContentRequest.model: model is not specified")
        if not (body.contents or body.system_instruction or body.tools):
            raise ApiError(400, "* CreateCachedContentRequest: contents is not specified")
        if len(self._caches) >= MOST_CACHES:
            text = f"The offline server keeps {MOST_CACHES} cached contents; delete some first."
            raise ApiError(429, text)
        tokens = text_tokens((), body.system_instruction, body.tools)
        if body.contents:
            check_contents(body.contents, "CreateCachedContentRequest")
            tokens += count(body.contents, message="CreateCachedContentRequest").total
        digest = hashlib.sha256(body.model_dump_json().encode())
        while (cache_id := digest.hexdigest()[:16]) in self._caches:
            digest.update(b"again")
        created = CachedContent(
            cache_id, body, bare_id(body.model), tokens, now, now, _expiry(body, now)
        )
        self._caches[cache_id] = created
        return created

    def get(self, name: str, now: datetime) -> CachedContent:
        """The cached content called `name`.

        Raises:
            ApiError: 403, which is what the API replies for one that is missing or expired.
        """
        self._expire(now)
        found = self._caches.get(name.removeprefix("cachedContents/"))
        if found is None:
            raise ApiError(403, "CachedContent not found (or permission denied)")
        return found

    def list(self, now: datetime) -> list[CachedContent]:
        """All cached contents, the latest first."""
        self._expire(now)
        return list(reversed(self._caches.values()))

    def patch(self, name: str, body: CachedContentBody, now: datetime) -> CachedContent:
        """Change when `name` expires, the only thing that can be changed."""
        found = self.get(name, now)
        if body.ttl is None and body.expire_time is None:
            raise ApiError(400, "Only ttl or expire_time of a CachedContent can be updated.")
        changed = replace(found, updated=now, expires=_expiry(body, now))
        self._caches[found.id] = changed
        return changed

    def delete(self, name: str, now: datetime) -> None:
        """Forget `name`."""
        found = self.get(name, now)
        del self._caches[found.id]

    def put_in(
        self, request: GenerateContentRequest, model: str, now: datetime
    ) -> tuple[GenerateContentRequest, int]:
        """`request` with the cached content it names before its own, and its cached tokens.

        Raises:
            ApiError: 403 for a missing one, 400 if it belongs to another model or if the request
                repeats what the cache fixes.
        """
        if not request.cached_content:
            return request, 0
        found = self.get(request.cached_content, now)
        if found.model != bare_id(model):
            text = f"Model used by GenerateContent request (models/{bare_id(model)}) and"
            raise ApiError(400, f"{text} CachedContent (models/{found.model}) has to be the same.")
        if request.system_instruction or request.tools:
            text = "CachedContent can not be used with GenerateContent request setting"
            raise ApiError(400, f"{text} system_instruction, tools or tool_config.")
        body = found.body
        update: dict[str, Any] = {
            "contents": [*body.contents, *request.contents],
            "system_instruction": body.system_instruction,
            "tools": body.tools,
        }
        if body.tool_config:
            update["tool_config"] = body.tool_config
        return request.model_copy(update=update), found.tokens

    def _expire(self, now: datetime) -> None:
        self._caches = {name: c for name, c in self._caches.items() if c.expires > now}


def _expiry(body: CachedContentBody, now: datetime) -> datetime:
    """The moment at which `body` says it expires.

    Raises:
        ApiError: 400 for a lifetime that is not like "300s" or a moment not in RFC 3339.
    """
    if body.ttl is not None:
        seconds = _DURATION.fullmatch(body.ttl)
        if seconds is None:
            text = f"Invalid value at 'ttl' (type.googleapis.com/google.protobuf.Duration), \
\"{body.ttl[:40]}\""
            raise ApiError(400, text)
        return now + timedelta(seconds=float(seconds[1]))
    if body.expire_time is not None:
        try:
            moment = datetime.fromisoformat(body.expire_time)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):  # overflow: a year-1 moment moved to UTC
            shown = body.expire_time[:40]
            raise ApiError(
                400, f"Invalid value at 'expire_time' (Timestamp), \"{shown}\""
            ) from None
    return now + DEFAULT_LIFETIME

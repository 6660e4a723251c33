"""Environment variables set for this process and its shells, and put back afterwards."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class EnvironmentChange:
    """Variables set now; `undo` puts back what stood there before.

    A variable that somebody has changed in between is left as it is then.

    Example:
        >>> change = EnvironmentChange({"GEMINI_NB_EXAMPLE": "1"})
        >>> os.environ["GEMINI_NB_EXAMPLE"]
        '1'
        >>> change.undo()
        >>> "GEMINI_NB_EXAMPLE" in os.environ
        False
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._set = dict(variables)
        self._before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)

    def undo(self) -> None:
        """Put back what stood there before."""
        for name, before in self._before.items():
            if os.environ.get(name) != self._set[name]:
                continue
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before
        self._before = {}


def with_loopback_unproxied(value: str) -> str:
    """A NO_PROXY value that also names the loopback host.

    Example:
        >>> with_loopback_unproxied("intranet.example")
        'intranet.example,127.0.0.1,localhost'
    """
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    if "*" in hosts:
        return value
    return ",".join([*hosts, *(h for h in ("127.0.0.1", "localhost") if h not in hosts)])

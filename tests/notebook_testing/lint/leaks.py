"""Rules about what a saved notebook must not give away."""

import re

from notebook_testing.lint.tutorial import Tutorial

MACHINE_DETAILS = {
    "an absolute path": re.compile(
        r"(?<![\w.:/~-])/(?:home|root|tmp|usr|var|opt|mnt|srv|private|Users|content)/|\b[A-Z]:\\"
    ),
    "a memory address": re.compile(r"\b0x[0-9a-fA-F]{8,}\b"),
    "a port": re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\]):\d+"),
}

KEY = re.compile(
    r"AIza[\w-]{35}"  # the older form of a Gemini key
    r"|\bAQ\.[\w-]{30,}"  # the newer
    r"|\bya29\.[\w-]{20,}"  # an OAuth access token
    r"|\bBearer [\w.~+/-]{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
)


def no_machine_details(tutorial: Tutorial) -> list[str]:
    """Return the cells whose outputs tell of the machine or the run that made them."""
    return tutorial.complain_of(MACHINE_DETAILS, "it is different on every machine")


def no_keys(tutorial: Tutorial) -> list[str]:
    """Return where the file holds what looks like a key or token, without repeating it."""
    return [
        f"line {tutorial.text.count(chr(10), 0, found.start()) + 1} of the file holds what looks "
        "like a key: revoke it, and take it out"
        for found in KEY.finditer(tutorial.text)
    ]

"""Forms of our own, beyond the reference: other keys, other containers, worse slips."""

from __future__ import annotations

from spatial.forms.other_containers import CONTAINERS, PROSE
from spatial.forms.other_keys import KEYS
from spatial.forms.other_masks import MASKS
from spatial.forms.other_slips import SLIPS

FURTHER = [*KEYS, *MASKS, *CONTAINERS, *SLIPS, *PROSE]

"""Which of several sightings are of one thing, where each answer sees each thing at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gemini_nb.spatial.resemblance import distances, nearest_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gemini_nb.spatial.resemblance import Places


class Sighting(NamedTuple):
    """One item of one answer."""

    answer: int
    position: int
    """Of the item in its answer."""
    places: Places


def clustered(
    answers: Mapping[int, Sequence[Sighting]], tolerance: float
) -> tuple[tuple[Sighting, ...], ...]:
    """The sightings of each thing, whatever the order of the answers and of what is in them.

    Each answer's sightings join the nearest things so far, as Hungarian assignment has it; what
    is farther than `tolerance` from all of them is another thing. This is done twice, so that
    what came first is held against the means of all.

    Args:
        answers: by number, the sightings of one kind and name.
        tolerance: in thousandths.

    Example:
        >>> spots = [Sighting(answer, 0, np.array([[0.0, at]])) for answer, at in enumerate((0, 9))]
        >>> len(clustered({0: spots[:1], 1: spots[1:]}, tolerance=10))
        1
    """
    # Sorted by what they say, they come in one order, however they were handed over.
    sorted_answers = [sorted(sightings, key=_content) for sightings in answers.values()]
    sorted_answers.sort(key=lambda sightings: [_content(each) for each in sightings])
    first = _joined(sorted_answers, [], tolerance)
    second = _joined(sorted_answers, [middle(each) for each in first], tolerance)
    return tuple(tuple(each) for each in second if each)


def middle(sightings: Sequence[Sighting]) -> Places:
    """The mean of their places."""
    return np.mean([each.places for each in sightings], axis=0)


def _joined(
    answers: Sequence[Sequence[Sighting]], seeds: Sequence[Places], tolerance: float
) -> list[list[Sighting]]:
    """Clusters around `seeds`, which stay where they are, and around what is near none of them."""
    clusters: list[list[Sighting]] = [[] for _ in seeds]
    for sightings in answers:
        new = clusters[len(seeds) :]
        centres = [*seeds, *(middle(cluster) for cluster in new)]
        apart = distances([each.places for each in sightings], centres)
        home = {row: cluster for row, cluster, _ in nearest_pairs(apart, tolerance)}
        for row, sighting in enumerate(sightings):
            if row in home:
                clusters[home[row]].append(sighting)
            else:
                clusters.append([sighting])
    return clusters


def _content(sighting: Sighting) -> list[list[float]]:
    return sighting.places.tolist()

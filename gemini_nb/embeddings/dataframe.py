"""A set of embeddings as a pandas data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray


def to_dataframe(
    vectors: NDArray[np.float32],
    labels: Sequence[str],
    modalities: Sequence[str],
    norms: NDArray[np.float32],
) -> pd.DataFrame:
    """A data frame with one row for each item, and a column for each dimension.

    The columns are `item`, the label; `modality`, where there are several; `norm`, the length
    before the vector was made unit length; and 0, 1, 2, ... for the values, so that
    `frame[range(768)]` is the matrix that scikit-learn takes. One column of vectors would not be.

    Args:
        vectors: shape (items, dimensions).
        labels: what stands for each item.
        modalities: the kind of each item.
        norms: the length of each vector before.

    Raises:
        ImportError: pandas is not installed.

    Example:
        >>> kites = np.array([[0.6, 0.8], [0, 1]], np.float32)
        >>> to_dataframe(kites, ["red", "blue"], ["text", "text"], np.ones(2, np.float32))
           item  norm    0    1
        0   red   1.0  0.6  0.8
        1  blue   1.0  0.0  1.0
    """
    try:
        import pandas as pd  # noqa: PLC0415 - optional, and it takes 0.7 s
    except ImportError:
        raise ImportError("to_dataframe() needs pandas: pip install pandas") from None
    frame = pd.DataFrame(np.array(vectors))
    # As objects: pandas' own text type refuses what is not valid Unicode.
    texts = {"item": labels, **({"modality": modalities} if len(set(modalities)) > 1 else {})}
    for place, (name, values) in enumerate(texts.items()):
        frame.insert(place, name, pd.Series(list(values), dtype=object))
    frame.insert(len(texts), "norm", np.array(norms))
    return frame

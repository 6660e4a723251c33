"""Ready-made prompts for spatial tasks, each with the schema that keeps its answer readable.

With a schema an answer is JSON of the form that was asked for, and nothing is left to repair:

```python
task = prompts.points("bread", "starfruit", limit=10)
response = client.models.generate_content(
    model=model, contents=[image, task.text], config=task.config
)
gnb.draw(image, gnb.parse(response))
```

Names of things are everyday words in any language: "the mug's handle", "something to cut with".
"""

from __future__ import annotations

from gemini_nb.spatial.prompts.pictures import boxes, count, grasp, masks, points, trajectory
from gemini_nb.spatial.prompts.prompt import Prompt
from gemini_nb.spatial.prompts.videos import frames, moment, progress, segments

__all__ = [
    "Prompt",
    "boxes",
    "count",
    "frames",
    "grasp",
    "masks",
    "moment",
    "points",
    "progress",
    "segments",
    "trajectory",
]

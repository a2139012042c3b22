"""A peer that recommends what is popular; it knows the form of the exchange and nothing of ours."""

import json
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
if "break" in sys.argv:
    sys.exit("it breaks")
task = json.loads((folder / "task.json").read_text())
asked = np.load(folder / "asked.npy")
counts = np.bincount(np.load(folder / "item.npy"), minlength=task["items"]).astype(np.float32)
best = np.argsort(-counts, kind="stable")[: task["top"]]
np.save(folder / "lists.npy", np.tile(best, (len(asked), 1)))
np.save(folder / "scores.npy", np.tile(counts[best], (len(asked), 1)))
told = {"fit_seconds": 0.5, "ask_seconds": 0.1, "memory_mb": 30.0, "settings": "none"}
(folder / "told.json").write_text(json.dumps(told))

"""The sentence-transformer, and the only place that knows the library."""

from collections.abc import Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from retrieval.embedding import Vectors, normalised
from retrieval.errors import Stale


class SentenceEmbedder:
    """A sentence-transformer in a local folder, on the CPU or the first GPU.

    Raises Stale if the folder does not hold a model that can be read.
    """

    def __init__(self, name: str, folder: Path, threads: int) -> None:
        self.name = name
        torch.set_num_threads(threads)
        try:
            with redirect_stderr(StringIO()):  # a progress bar of half a second, in every command
                self.model = SentenceTransformer(str(folder), local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise Stale(
                f"the model in {folder} cannot be read ({error}); delete the folder to fetch it anew"
            ) from error

    def documents(self, texts: Sequence[str]) -> Vectors:
        vectors = self.model.encode(list(texts), batch_size=64, convert_to_numpy=True, show_progress_bar=False)
        return normalised(np.asarray(vectors, dtype=np.float32))

    queries = documents  # the models we ship embed both alike

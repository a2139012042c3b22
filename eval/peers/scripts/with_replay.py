"""SASRec of RePlay with the full cross-entropy, the library's own sizes, as far as the seconds allow.

SASRec (Kang and McAuley, 2018) as `SasRec.from_params` makes it; windows as in the library's benchmarks (50 for Amazon
Beauty, 128 for MovieLens-1M). Sequences alike in length go together, trimmed as the library's transforms do, because
its loss is reckoned at empty places too. Multiplied in bfloat16 where the processor does so in hardware, as we do.
The latest known event of some users is held back to find the best epoch, which is the one that answers.
"""

from __future__ import annotations

import logging
import sys
import warnings

import lightning
import numpy as np
import torch
from replay.data import FeatureHint, FeatureSource, FeatureType
from replay.data.nn import TensorFeatureInfo, TensorFeatureSource, TensorSchema
from replay.nn.lightning import LightningModule
from replay.nn.lightning.optimizer import OptimizerFactory
from replay.nn.sequential import SasRec
from task import Task, ndcg, precision

PATIENCE = 10
WIDTH = 192  # the library's default, as are 4 heads, 2 blocks and dropout 0.3


class Batches(torch.utils.data.IterableDataset):
    """One pass over the histories, alike in length together, in the form the library's transforms give."""

    def __init__(self, histories: list, window: int, batch: int, items: int) -> None:
        self.histories = [history[-window - 1 :] for history in histories if len(history) > 1]
        self.batch, self.items, self.random = batch, items, np.random.default_rng(0)

    def __iter__(self):
        lengths = np.array([len(history) for history in self.histories]) + self.random.random(len(self.histories)) * 10
        alike = np.array_split(np.argsort(lengths), max(1, len(lengths) // self.batch))
        for at in self.random.permutation(len(alike)):
            codes, real = padded([self.histories[place] for place in alike[at]], self.items)
            yield {
                "feature_tensors": {"item_id": codes[:, :-1]},
                "padding_mask": real[:, :-1],
                "positive_labels": codes[:, 1:, None],
                "target_padding_mask": real[:, 1:, None],
            }


class Best(lightning.Callback):
    """After each epoch asks the held-back events, keeps the best weights, and ends in time."""

    def __init__(self, task: Task, judges: np.ndarray, window: int) -> None:
        self.task, self.window = task, window
        self.histories = [task.history(user)[:-1] for user in judges]
        self.targets = np.array([task.history(user)[-1] for user in judges])
        self.value, self.epoch, self.weights, self.ended = -1.0, 0, None, False

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx) -> None:
        if self.task.left() < 0:
            self.ended = trainer.should_stop = True

    def on_train_epoch_end(self, trainer, module) -> None:
        if self.ended and self.epoch:
            return  # a part of an epoch, and no time to judge it
        scores = scored(module.model, self.histories, self.window, self.task.items)
        value, epoch = ndcg(scores, self.targets, self.histories), trainer.current_epoch + 1
        module.train()
        sys.stderr.write(f"epoch {epoch}: validation NDCG@10 {value:.4f}, {self.task.passed():.0f} s\n")
        if value > self.value:
            weights = {name: tensor.clone() for name, tensor in module.state_dict().items()}
            self.value, self.epoch, self.weights = value, epoch, weights
        elif epoch - self.epoch >= PATIENCE:
            trainer.should_stop = True


def main(folder: str) -> None:
    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    task = Task(folder)
    torch.set_num_threads(task.threads)
    lightning.seed_everything(0, verbose=False)
    window = 50 if len(task.item) < 20 * task.users else 128
    item = TensorFeatureInfo(
        "item_id",
        is_seq=True,
        feature_type=FeatureType.CATEGORICAL,
        embedding_dim=WIDTH,
        padding_value=task.items,
        cardinality=task.items,
        feature_hint=FeatureHint.ITEM_ID,
        feature_sources=[TensorFeatureSource(FeatureSource.INTERACTIONS, "item_id")],
    )
    model = SasRec.from_params(TensorSchema([item]), embedding_dim=WIDTH, max_sequence_length=window)
    judges = task.judges()
    held = set(judges.tolist())
    histories = [task.history(user)[: -1 if user in held else None] for user in range(task.users)]
    batch = min(128, max(16, task.users // 50))
    batches = torch.utils.data.DataLoader(Batches(histories, window, batch, task.items), batch_size=None)
    best = Best(task, judges, window)
    module = LightningModule(model, OptimizerFactory(learning_rate=0.001))
    trainer = lightning.Trainer(
        accelerator="cpu",
        devices=1,
        precision=precision(),
        max_epochs=200,
        logger=False,
        callbacks=[best],
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, batches)
    module.load_state_dict(best.weights)
    fitted = task.passed()
    task.answer(
        lambda rows: scored(model, [task.history(user) for user in task.asked[rows]], window, task.items),
        fitted,
        f"width {WIDTH}, 4 heads, 2 blocks, dropout 0.3, window {window}, batch {batch}, full softmax; "
        f"epoch {best.epoch}",
    )


def padded(histories: list, padding: int) -> tuple:
    """Codes and which places are real, both (histories, longest), padded on the left."""
    codes = torch.full((len(histories), max(map(len, histories))), padding, dtype=torch.int64)
    for row, history in enumerate(histories):
        codes[row, len(codes[row]) - len(history) :] = torch.from_numpy(history)
    return codes, codes != padding


@torch.no_grad()
def scored(model, histories: list, window: int, items: int) -> np.ndarray:
    """Scores of every item as the next one, (histories, items)."""
    model.eval()
    found = np.zeros((len(histories), items), dtype=np.float32)
    order = sorted((row for row in range(len(histories)) if len(histories[row])), key=lambda row: len(histories[row]))
    for start in range(0, len(order), 128):
        rows = order[start : start + 128]
        codes, real = padded([histories[row][-window:] for row in rows], items)
        found[rows] = model({"item_id": codes}, real)["logits"].numpy()
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])

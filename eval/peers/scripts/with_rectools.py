"""SASRec and HSTU of RecTools, with the settings its authors publish, as far as the seconds allow.

SASRec (Kang and McAuley, 2018) with the sizes, dropout and learning rate that the library's authors selected for
MovieLens-1M and for Amazon Beauty (eSASRec, RecSys 2025, github.com/blondered/transformer_benchmark), and the full
softmax, the library's default; sequences alike in length go together and are trimmed, which its positions counted
from the end allow, because its loss is reckoned at empty places too. HSTU (Zhai et al., 2024) as in the library's
tutorial. Multiplied in bfloat16 where the processor does so in hardware, as we do. The latest known event of some
users is held back to find the best epoch, which is the one that answers.
"""

from __future__ import annotations

import logging
import sys
import warnings

import numpy as np
import pandas as pd
import torch
from pytorch_lightning import Callback, Trainer, seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import HSTUModel, SASRecModel
from rectools.models.nn.item_net import IdEmbeddingsItemNet
from rectools.models.nn.transformers.data_preparator import SequenceDataset
from rectools.models.nn.transformers.sasrec import SASRecDataPreparator
from rectools.models.nn.transformers.utils import leave_one_out_mask
from task import Task, ndcg, precision
from torch.utils.data import DataLoader, Sampler

PATIENCE = 10


def settings(kind: str, brief: bool, timed: bool) -> dict:
    """What is published for data like this; `brief`: few events a user."""
    if kind == "sasrec":
        sizes = {"n_factors": 64, "n_heads": 1, "loss": "softmax", "use_key_padding_mask": True}
        sizes["data_preparator_type"] = Trimmed
        if brief:
            return {**sizes, "session_max_len": 50, "n_blocks": 1, "dropout_rate": 0.2}
        return {**sizes, "session_max_len": 200, "n_blocks": 2, "dropout_rate": 0.1}
    return {
        "n_factors": 50,
        "n_heads": 1,
        "n_blocks": 2,
        "dropout_rate": 0.2,
        "loss": "sampled_softmax",
        "n_negatives": 128,
        "session_max_len": 50 if brief else 200,
        "relative_time_attention": timed,
        "relative_pos_attention": True,
        "lightning_module_kwargs": {"logits_t": 0.05},
    }


class Trimmed(SASRecDataPreparator):
    """The library's batches, alike in length and without the places that are empty in all of their sequences."""

    def get_dataloader_train(self) -> DataLoader:
        sequences = SequenceDataset.from_interactions(self.train_dataset.interactions.df)
        alike = Alike([len(session) for session in sequences.sessions], self.batch_size)
        return DataLoader(sequences, batch_sampler=alike, collate_fn=self._collate_fn_train)

    def _collate_fn_train(self, batch: list) -> dict:
        longest = max(len(session) for session, *_ in batch) - 1
        return {name: values[:, -longest:] for name, values in super()._collate_fn_train(batch).items()}


class Alike(Sampler):
    """Positions of sequences of about the same length, drawn anew for each pass."""

    def __init__(self, lengths: list, batch: int) -> None:
        self.lengths, self.random = np.array(lengths), np.random.default_rng(0)
        self.parts = max(1, len(lengths) // batch)

    def __len__(self) -> int:
        return self.parts

    def __iter__(self):
        roughly = self.lengths + self.random.random(len(self.lengths)) * 10
        parts = np.array_split(np.argsort(roughly), self.parts)
        return iter([parts[at].tolist() for at in self.random.permutation(self.parts)])


class Best(Callback):
    """After each epoch asks the held-back events, keeps the best weights, and ends in time."""

    def __init__(self, task: Task, model) -> None:
        self.task, self.model = task, model
        self.value, self.epoch, self.weights, self.ended = -1.0, 0, None, False

    def __deepcopy__(self, memo) -> Best:
        return self  # the library copies its trainer, and this must stay the one that is asked

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx) -> None:
        if self.task.left() < 0:
            self.ended = trainer.should_stop = True

    def on_train_epoch_end(self, trainer, module) -> None:
        if self.ended and self.epoch:
            return  # a part of an epoch, and no time to judge it
        value, epoch = self.judged(module), trainer.current_epoch + 1
        sys.stderr.write(f"epoch {epoch}: validation NDCG@10 {value:.4f}, {self.task.passed():.0f} s\n")
        if value > self.value:
            weights = {name: tensor.clone() for name, tensor in module.state_dict().items()}
            self.value, self.epoch, self.weights = value, epoch, weights
        elif epoch - self.epoch >= PATIENCE:
            trainer.should_stop = True

    @torch.no_grad()
    def judged(self, module) -> float:
        net = module.torch_model.eval()
        vectors = net.item_model.get_all_embeddings()
        found = []
        for batch in self.model.data_preparator.get_dataloader_val():
            states = net.encode_sessions(batch, vectors)[:, -1:]
            scores = net.similarity_module(states, vectors)[:, 0]
            # the histories hold zeros, the library's padding, which is no item
            found.append(ndcg(scores.numpy(), batch["y"][:, 0].numpy(), [*batch["x"].numpy()]) * len(scores))
        net.train()
        return sum(found) / len(self.model.data_preparator.val_interactions[Columns.User].unique())


def main(folder: str, kind: str) -> None:
    warnings.filterwarnings("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    task = Task(folder)
    torch.set_num_threads(task.threads)
    seed_everything(0, verbose=False)
    dataset = Dataset.construct(table(task, task.user, task.item, task.time))
    by = settings(kind, len(task.item) < 20 * task.users, task.timed)
    model = {"sasrec": SASRecModel, "hstu": HSTUModel}[kind](
        **by,
        lr=0.001,
        # 128 is published for thousands of users; fewer would get too few steps
        batch_size=min(128, max(16, task.users // 50)),
        item_net_block_types=(IdEmbeddingsItemNet,),
        get_val_mask_func=leave_one_out_mask,
        get_val_mask_func_kwargs={"val_users": task.judges().tolist()},
    )
    best = Best(task, model)
    model._trainer = Trainer(
        accelerator="cpu",
        devices=1,
        precision=precision(),
        max_epochs=200,
        limit_val_batches=0,
        logger=False,
        callbacks=[best],
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    model.fit(dataset)
    model.lightning_model.load_state_dict(best.weights)
    fitted = task.passed()
    context = table(task, task.asked, np.zeros_like(task.asked), task.asked_at).drop(columns=Columns.Item)
    needs = {"context": context} if model.require_recommend_context else {}
    found = model.recommend(
        task.asked,
        dataset,
        k=task.top,
        filter_viewed=True,
        add_rank_col=False,
        on_unsupported_targets="ignore",
        **needs,
    )
    sizes = ", ".join(f"{name} {value}" for name, value in by.items() if isinstance(value, int | float | str))
    task.answer(told(task, found), fitted, f"{sizes}; epoch {best.epoch}")


def table(task: Task, users: np.ndarray, items: np.ndarray, times: np.ndarray) -> pd.DataFrame:
    """Events as the library wants them."""
    columns = {Columns.User: users, Columns.Item: items, Columns.Datetime: pd.to_datetime(times, unit="s")}
    return pd.DataFrame({**columns, Columns.Weight: 1.0})


def told(task: Task, found: pd.DataFrame):
    """The library's lists as scores; what is in none gets none."""
    place = pd.Series(np.arange(len(task.asked)), index=task.asked)
    rows = place[found[Columns.User]].to_numpy()
    order = np.argsort(rows, kind="stable")
    rows, items, scores = rows[order], found[Columns.Item].to_numpy()[order], found[Columns.Score].to_numpy()[order]
    starts = np.searchsorted(rows, np.arange(len(task.asked) + 1))

    def scored(chosen: np.ndarray) -> np.ndarray:
        every = np.full((len(chosen), task.items), -np.inf, dtype=np.float32)
        for at, row in enumerate(chosen):
            mine = slice(starts[row], starts[row + 1])
            every[at, items[mine]] = scores[mine]
        return every

    return scored


if __name__ == "__main__":
    main(*sys.argv[1:])

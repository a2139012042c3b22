"""Everybody's history as arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.events import Event, User
from recommender.marks import Codes, Scale, marks_of, scaled
from recommender.past import Past
from retrieval.domain import Inputs
from retrieval.errors import Problem
from retrieval.ranking import Known, Moment


@dataclass(frozen=True)
class Interactions:
    """Events sorted by user, then time, then the order they came in.

    `item`, `time`: shape (events,), item codes and seconds. User u did the events `starts[u]` to `starts[u + 1]`.
    `users` and `items` name what the codes stand for; `items` may hold more than the events mention. `timed` says
    whether `time` is one, or merely counts the events. `marks` holds codes of what else is known of each event,
    (events,) by name, `person` codes of what is known of each user, (users,); `scales` says what those codes stand for.
    `inputs` says which of it takes part in learning.
    """

    users: tuple[str, ...]
    items: tuple[str, ...]
    starts: NDArray[np.int64]  # (users + 1,)
    item: NDArray[np.int64]  # (events,)
    time: NDArray[np.float64]  # (events,)
    timed: bool = True
    marks: Mapping[str, Codes] = field(default_factory=dict)
    person: Mapping[str, Codes] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    inputs: Inputs = field(default_factory=Inputs)

    @classmethod
    def of(
        cls,
        events: Iterable[Event],
        items: Sequence[str],
        inputs: Inputs | None = None,
        people: Iterable[User] = (),
        timed: bool = True,
    ) -> Interactions:
        """From events in the order they were written. Events of items not in `items` are left out.

        Raises Problem if what is wanted is an action that no event has.
        """
        inputs = inputs or Inputs()
        code_of = {id: code for code, id in enumerate(items)}
        known = [event for event in events if event.item in code_of]
        users = tuple(sorted({event.user for event in known}))
        if known and inputs.wanted and inputs.wanted not in (actions := sorted({event.action for event in known})):
            raise Problem(f"no event has the action {inputs.wanted!r} that is wanted; there are {', '.join(actions)}")
        user_code = {id: code for code, id in enumerate(users)}
        user = np.fromiter((user_code[e.user] for e in known), dtype=np.int64, count=len(known))
        item = np.fromiter((code_of[e.item] for e in known), dtype=np.int64, count=len(known))
        time = np.fromiter((e.time for e in known), dtype=np.float64, count=len(known))
        order = np.lexsort((time, user))  # stable: ties keep the order of writing
        starts = np.concatenate([[0], np.cumsum(np.bincount(user, minlength=len(users)))]).astype(np.int64)
        scales, marks = {}, {}
        for name in dict.fromkeys((*inputs.marks, *inputs.asking, *(("action",) if inputs.weights else ()))):
            found = [marks_of(name)(event) for event in known]
            if len(scale := scaled(found)) > 1:
                scales[name], marks[name] = scale, scale.codes(found)[order]
        attributes = {one.id: one.attributes for one in people}
        person = {}
        for name in inputs.person:
            said = [attributes.get(id, {}).get(name) for id in users]
            if len(scale := scaled(said)) > 1:
                scales[f"person.{name}"], person[name] = scale, scale.codes(said)
        return cls(users, tuple(items), starts, item[order], time[order], timed, marks, person, scales, inputs)

    def __len__(self) -> int:
        return len(self.item)

    @property
    def owner(self) -> Codes:
        """Code of the user of each event, (events,)."""
        return np.repeat(np.arange(len(self.users)), np.diff(self.starts))

    def history(self, user: int) -> NDArray[np.int64]:
        """Item codes of one user, oldest first."""
        return self.item[self.starts[user] : self.starts[user + 1]]

    def histories(self) -> list[NDArray[np.int64]]:
        return [self.history(user) for user in range(len(self.users))]

    def past(self, user: int, before: int) -> Past:
        """What the user did before their event number `before` (from 0), asked at the moment of that event.

        Of the action nothing is said but the wanted one: whoever asks does not know what they will do.
        """
        start = self.starts[user]
        place = slice(start, start + before)
        at = start + before
        asking = {n: int(self.marks[n][at]) for n in self.inputs.asking if n in self.marks and n != "action"}
        if self.inputs.wanted and "action" in self.scales:
            asking["action"] = self._wanted
        return Past(
            self.item[place],
            self.time[place] if self.timed else None,
            {name: self.marks[name][place] for name in self.inputs.marks if name in self.marks},
            float(self.time[at]) if self.timed else None,
            asking,
            {name: int(codes[user]) for name, codes in self.person.items()},
        )

    @property
    def wanted(self) -> NDArray[np.bool_]:
        """Which events are of the wanted action, (events,); all where any is, or where all are alike."""
        if not self.inputs.wanted or "action" not in self.scales:
            return np.ones(len(self), dtype=bool)
        return np.asarray(self.marks["action"] == self._wanted)

    @property
    def _wanted(self) -> int:
        return int(self.scales["action"].codes([self.inputs.wanted])[0])

    def known(self, past: Past) -> Known:
        """The same past in words: ids instead of codes, as a query tells it."""
        times = [None] * len(past) if past.time is None else past.time.tolist()
        told = [
            Moment(time, self._said({name: int(codes[at]) for name, codes in past.marks.items()}))
            for at, time in enumerate(times)
        ]
        person = self._said({f"person.{name}": code for name, code in past.person.items()})
        attributes = tuple((name.removeprefix("person."), str(said)) for name, said in person)
        now = Moment(past.now, self._said(past.asking), attributes)
        return Known(tuple(self.items[code] for code in past.item), tuple(told), now)

    def _said(self, codes: Mapping[str, int]) -> tuple[tuple[str, str | float], ...]:
        return tuple((name, self.scales[name].value(code)) for name, code in codes.items() if code)

    def without_last(self, n: int) -> Interactions:
        """Each user's history without their last n events. A user with n or fewer keeps an empty one."""
        lengths = np.diff(self.starts)
        return self.where(self.place < np.repeat(lengths - n, lengths))

    @property
    def place(self) -> Codes:
        """The number of each event in its user's history, from 0, (events,)."""
        return np.arange(len(self)) - np.repeat(self.starts[:-1], np.diff(self.starts))

    @property
    def first_time(self) -> NDArray[np.bool_]:
        """Which events are the first of their user with their item, (events,): what was done before is not suggested,
        so nothing is to be learned from its coming again."""
        pairs = self.owner * len(self.items) + self.item
        first = np.zeros(len(pairs), dtype=bool)
        first[np.unique(pairs, return_index=True)[1]] = True
        return first

    def where(self, kept: NDArray[np.bool_]) -> Interactions:
        """Only some of the events, `kept` (events,); all users and items stay."""
        return self._taken(np.flatnonzero(kept), np.bincount(self.owner[kept], minlength=len(self.users)))

    def in_order(self, users: NDArray[np.int64]) -> Interactions:
        """The same histories with the users in another order; `users` (users,) holds their present codes."""
        lengths = np.diff(self.starts)[users]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        place = np.arange(lengths.sum()) - np.repeat(starts, lengths) + np.repeat(self.starts[users], lengths)
        named = replace(
            self,
            users=tuple(self.users[user] for user in users),
            person={name: codes[users] for name, codes in self.person.items()},
        )
        return named._taken(place, lengths)

    def ordered(self, order: NDArray[np.int64]) -> Interactions:
        """The same histories with the events of each user in another order; `order` (events,) holds their places."""
        return self._taken(order, np.diff(self.starts))

    def _taken(self, at: NDArray[np.int64], lengths: NDArray[np.int64]) -> Interactions:
        return replace(
            self,
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            item=self.item[at],
            time=self.time[at],
            marks={name: codes[at] for name, codes in self.marks.items()},
        )

    def fingerprint(self) -> str:
        """Changes with any event, user or item: what a checkpoint saw."""
        whole = hashlib.sha256("\0".join((*self.users, "", *self.items)).encode())
        known = {**self.marks, **{f"person.{name}": codes for name, codes in self.person.items()}}
        parts: list[NDArray[Any]] = [self.starts, self.item, self.time, *(known[name] for name in sorted(known))]
        for part in parts:
            whole.update(part.tobytes())
        whole.update(f"{self.timed} {self.inputs.model_dump_json()} {sorted(self.scales.items())}".encode())
        return whole.hexdigest()

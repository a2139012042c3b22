"""Errors a person reads: one sentence that names the value and the remedy."""


class Problem(Exception):
    """Something the person can mend. Commands print the sentence and exit 1, without a traceback."""


class UnknownItem(Problem):
    """An item id that is not in the catalogue."""


class Stale(Problem):
    """An artefact (index, checkpoint, weights) that is missing, damaged or made from other data."""

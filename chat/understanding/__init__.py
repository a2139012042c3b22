"""From what people write to what they mean.

Which layer has the say, field by field: titles, limits, amounts, degrees, whom it is for, and where the dial stands are
read by grammar and by what the catalogue has, and by nothing else, since a wrong one would show the wrong things. The
acts of a message are those that the grammar has found for sure, then those that words give away, and, in a sentence
without such words, the one of the most similar examples. What nothing has read is left to the words of the wish.

Where to begin: `reading` makes an intent of a message; `message` has the stages of grammar in their order, each of
which leaves the rest of the text to the next; `settling` says what all of it comes to; `values/going_on` joins it to
the wish before. The rooms, each of which knows only those before it: `text`, `titles`, `acts`, `values`, `references`;
`by_model` comes after all of them.
"""

from chat.understanding.reading import LONGEST, Understand, Unreadable, readable, understanding
from chat.understanding.said_back import brief, dialled, either, named, titled

__all__ = [
    "LONGEST",
    "Understand",
    "Unreadable",
    "brief",
    "dialled",
    "either",
    "named",
    "readable",
    "titled",
    "understanding",
]

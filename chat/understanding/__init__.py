"""From what people write to what they mean."""

from chat.understanding.reading import LONGEST, Understand, Unreadable, readable, understanding
from chat.understanding.said_back import either, named, titled

__all__ = ["LONGEST", "Understand", "Unreadable", "either", "named", "readable", "titled", "understanding"]

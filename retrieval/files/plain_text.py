"""Text as a person reads it, out of text that was written for a browser."""

from __future__ import annotations

import html
import re

import nh3

# only what is surely meant for a browser: `<3`, `a<b and b>c` and a film called `<Untitled>` are words
TAG = re.compile(
    r"</?(?:[abipqsu]\s*(?:\s\w[\w-]*\s*=[^<>]*)?/?>|(?:abbr|article|big|blockquote|body|br|button|center|code|div|em|embed"
    r"|font|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|li|link|main|math|meta|nav|object|ol|pre|script"
    r"|section|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|thead|title|tr|tt|ul|video)\b[^<>]*>)|<!--",
    re.IGNORECASE,
)
APART = re.compile(r"<(?=/?(?:br|p|div|li|ul|ol|h[1-6]|hr|tr|td|th|table|blockquote|section|article)\b)", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
ROUNDS = 10  # how often something may have been escaped
# they print as nothing, and some of them command the terminal they are printed on
CONTROLS = {code: " " for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r\x85"}


def plain_text(text: str) -> str:
    """Without tags, scripts, styles and comments, with the signs that entities stand for, and blanks for control
    characters; other text as it is.

    What only becomes a tag when an entity is read is taken out as well, so no tag is left.
    """
    text = text.translate(CONTROLS)
    for _ in range(ROUNDS):
        if TAG.search(text):
            text = html.unescape(nh3.clean(APART.sub(" <", text), tags=set(), strip_comments=True))
        elif ENTITY.search(text) and (read := html.unescape(text)) != text:  # `&blt;` stands for nothing
            text = read
        else:
            return text
    # escaped over and over: somebody wants it to come out as something else
    return nh3.clean(text, tags=set())

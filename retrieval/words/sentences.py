"""Where the sentences of a text end."""

import re

ABBREVIATED = r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Jr|Sr|St|Lt|Col|Gen|Capt|Sgt|Prof|Rev|No|vs|etc|U\.S|U\.K)\.)"
ENDS = re.compile(r"[.!?…]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9ÀÁÂÄÅÆÇÈÉÊËÍÎÏÐÑÓÔÖØÚÛÜÝÞŠŽ])")


def sentences(text: str) -> list[str]:
    """The sentences in their order; an initial or an abbreviation such as `Dr.` ends none."""
    found, start = [], 0
    for end in ENDS.finditer(text):
        before = text[start : end.start() + 1]
        if not re.search(rf"{ABBREVIATED}$", before):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [one for one in (*found, text[start:].strip()) if one]

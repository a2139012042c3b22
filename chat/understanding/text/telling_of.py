"""Clauses that only tell something of those who talk, and ask for nothing: `I have no car`, `the party is tomorrow`."""

from __future__ import annotations

import re

TELLS = re.compile(
    r"(?:(?:and|oh|ok|okay|well|as|since|for|actually|though) )*(?:i|im|ive|we|were|weve|you|youre|he|hes|she|shes|they"
    r"|theyre|theyve|it|its|that|thats|everybody|everyone|nobody|people"
    r"|(?:my|our|his|her|their|the|your) (?:\w+ ){1,2}(?:is|are|was|were|has|have|had|can|cant|will|wont|would|does"
    r"|doesnt|do|dont|got)|(?:my|our|his|her|their) \w+ \w+(?:s|ed))\b"
)
ASKS = re.compile(
    r"\b(?:want|wanted|wants|need|needs|like|likes|love|loves|fancy|prefer|looking|searching|after|mood|hoping|something"
    r"|anything|recommend|suggest|show|give|find|get|watch|see|read|buy|try|about|into|one|ones|any|some"
    r"|say no|mind|up for|game for|go for|go with|settle for|do with|rather|feel|use|have a)\b"
)


def only_tells(clause: str) -> bool:
    """Whether a clause tells and does not ask. `clause`: small words, as `spoken` gives them."""
    return bool(TELLS.match(clause.strip()) and not ASKS.search(clause))

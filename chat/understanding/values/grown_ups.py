"""That only adults see it: `the kids are asleep now`, `ok then without my son`, `no kids tonight`."""

from __future__ import annotations

import re

from chat.understanding.acts.purpose import KIN

KIDS = r"kids?|child(?:ren)?|grandkids?|grandchild(?:ren)?|bab(?:y|ies)|twins"
FAMILY = rf"(?:my|our|the) (?:[\w'’-]+ )?(?:(?:{KIN})s?|boys?|girls?|little (?:one|girl|boy)s?)"
YOUNG = rf"(?:(?:the|my|our|any|all the) )?(?:{KIDS})|{FAMILY}"
BE = r"(?:['’]s|['’]?re| is| are| will be| have| has)"
NOW = r"(?: (?:now|already|all|both|finally|just|fast|been))*"
AFTER = r"(?: (?:now|tonight|already|along|after all|any ?more|too|us|in|with us))*(?![\w-])"
HERE = r"(?:here|around|at home|watching|joining|coming|with (?:us|me))"
GONE = (
    r"(?:asleep|sleeping|in bed|(?:going|gone|off) to (?:bed|sleep)|away|out|gone|elsewhere|at school"
    rf"|at (?:the|their) \w+|not {HERE}|no longer (?:here|watching|with (?:us|me)))"
)
NOT = r"(?:(?:is|are)n['’]?t|(?:won['’]?t|will not) be)"
ADULTS = re.compile(
    r"\bfor (?:us )?(?:adults|grown-?ups)(?: only)?(?![\w-])|\b(?:just|only) (?:us|the) (?:adults|grown-?ups)\b"
    rf"|\b(?:{YOUNG}){BE}{NOW} {GONE}{AFTER}"
    rf"|\b(?:{YOUNG}) (?:{NOT} {HERE}|(?:went|go) to (?:bed|sleep)|(?:does|do)n['’]?t (?:watch|join|come)){AFTER}"
    rf"|\b(?:he|she|they){BE}{NOW} (?:asleep|in bed|not (?:watching|joining)){AFTER}"
    rf"|\b(?:he|she|they) {NOT} (?:watching|joining){AFTER}"
    rf"|\bwithout (?:the|my|our) (?:{KIDS}|(?:{KIN})s?|boys?|girls?|little (?:one|girl|boy)s?)(?![\w'’-])"
    r"|\bno (?:kids|children) (?:tonight|today|around|here|with us|this time|any ?more)\b",
    re.IGNORECASE,
)

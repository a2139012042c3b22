"""What is counted while it runs: nothing of people, only how often what happened."""

from prometheus_client import Counter

language_failures = Counter(
    "penchant_language_failures", "Calls of the language model that failed, by the kind of failure.", ["kind"]
)

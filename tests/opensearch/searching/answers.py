"""A connection to a cluster whose answers a test sets, and answers in the form of OpenSearch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onneshon.opensearch.searching.asking import Asker

SHARDS = {"total": 3, "successful": 3, "skipped": 0, "failed": 0}
WHOLE = {"timed_out": False, "_shards": SHARDS, "hits": {"hits": [], "total": {"value": 7}}}
PARTIAL = WHOLE | {"_shards": SHARDS | {"successful": 2, "failed": 1}}
NOWHERE = WHOLE | {"_shards": SHARDS | {"successful": 2}}
LATE = WHOLE | {"timed_out": True}
LOST = {"error": {"type": "search_phase_execution_exception", "reason": "disconnected"}, "status": 500}
JAVA = {
    "type": "rejected_execution_exception",
    "reason": "rejected execution of org.opensearch.common.util.concurrent.TimedRunnable@72335cfb",
}
CROWDED = {
    "error": {
        "type": "search_phase_execution_exception",
        "reason": "all shards failed",
        "root_cause": [],
        "failed_shards": [{"shard": 0, "reason": JAVA}],
    },
    "status": 429,
}
FULL_HEAP = {
    "type": "circuit_breaking_exception",
    "reason": "[parent] Data too large, data for [<reduce_aggs>] would be [69735559/66.5mb], which is larger "
    "than the limit of [68686752/65.5mb], real usage: [69735512/66.5mb], new bytes reserved: [47/47b], "
    "usages [request=47/47b, fielddata=0/0b, in_flight_requests=3052/2.9kb]",
    "bytes_wanted": 69735559,
    "bytes_limit": 68686752,
    "durability": "TRANSIENT",
}
"""In the words of OpenSearch 3.8."""
NOT_REDUCED = {
    "error": {
        "root_cause": [],
        "type": "search_phase_execution_exception",
        "reason": "",
        "phase": "fetch",
        "grouped": True,
        "failed_shards": [],
        "caused_by": FULL_HEAP,
    },
    "status": 429,
}
NOT_COUNTED = {
    "error": {
        "root_cause": [FULL_HEAP],
        "type": "search_phase_execution_exception",
        "reason": "all shards failed",
        "phase": "query",
        "grouped": True,
        "failed_shards": [{"shard": 0, "index": "news-000001", "node": "a", "reason": FULL_HEAP}],
        "caused_by": FULL_HEAP,
    },
    "status": 429,
}
HALF_CROWDED = WHOLE | {
    "_shards": SHARDS | {"successful": 2, "failed": 1, "failures": [{"shard": 1, "reason": JAVA}]}
}
REFUSED = {"error": {"type": "parsing_exception", "reason": "unknown query [colour]"}, "status": 400}


class OneAnswerAfterAnother:
    """A connection whose cluster gives these answers in order, and records requests."""

    address = "opensearch://127.0.0.1:9200/news"

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self.answers = [*answers]
        self.asked: list[tuple[list[Any], float]] = []
        self.rotation = self
        self.preferred = ""
        self._seconds = 0.0

    def read(self, ask: Callable[[Any], Any], *, seconds: float) -> Any:
        """Like ``Cluster.read``."""
        self._seconds = seconds
        return ask(self)

    def msearch(self, body: Sequence[Any], index: str) -> Any:
        """Like the client's."""
        assert index == "news-000001"
        self.asked.append(([*body], self._seconds))
        return {"responses": [self.answers.pop(0) for _ in range(len(body) // 2)]}

    def mget(self, body: Mapping[str, Any], index: str, params: Mapping[str, str]) -> Any:
        """Like the client's."""
        assert (body, index) == ({"ids": ["ক", "খ"]}, "news-000001-0001")
        self.asked.append(([params], self._seconds))
        return self.answers.pop(0)


def asker_of(*answers: Mapping[str, Any]) -> tuple[Asker, OneAnswerAfterAnother]:
    """An asker of one index, and its connection."""
    cluster = OneAnswerAfterAnother(*answers)
    return Asker(cluster, "news-000001"), cluster  # type: ignore[arg-type]  # what is asked of a connection

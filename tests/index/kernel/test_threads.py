"""Several threads search the same lists at once, as readers of one index do."""

from concurrent.futures import ThreadPoolExecutor

from onneshon.index.kernel.clauses import Clause
from onneshon.index.kernel.counting import distinct
from onneshon.index.kernel.matching import conjunction, disjunction
from onneshon.index.kernel.positions import occurrences
from tests.index.kernel.plain_lists import kernel_list, random_list, u4

DOCUMENTS = 20_000


def test_threads_do_not_disturb_each_other() -> None:
    """Each finds what a single thread finds: lists keep no state of a search."""
    lists = [kernel_list(random_list(seed, DOCUMENTS, 4_000, True), DOCUMENTS) for seed in range(4)]
    clauses = [Clause(posting_list, 7, 3) for posting_list in lists]
    titles = u4([3] * DOCUMENTS)

    def search(turn: int) -> list[list[int]]:
        first, second = clauses[turn % 4], clauses[(turn + 1) % 4]
        found = [
            disjunction([first, second], [], 10, DOCUMENTS).docs,
            conjunction([first, second], clauses, 10, DOCUMENTS).docs,
            occurrences([lists[turn % 4], lists[(turn + 1) % 4]], 3, titles)[0],
            distinct(lists, DOCUMENTS)[0],
        ]
        return [part.tolist() for part in found]

    alone = [search(turn) for turn in range(4)]
    with ThreadPoolExecutor(8) as threads:
        assert [*threads.map(search, range(40))] == alone * 10

"""Gives articles categories, authors, days, sections and tags, drawn by lot, for facets to count.

    python -m benchmarks.facets.articles [--letters N] < ROWS.jsonl > FIELDS.jsonl
    python -m benchmarks.facets.articles [--letters N] < ROWS.jsonl | onneshon --index DIR index build -

Few values are frequent and most are rare, as in newspapers (Zipf): 30 categories, 50,000 authors, 12
sections, up to four of 2,000 tags, days of twenty years. One article in ten lacks each. DIR needs an
``onneshon.toml`` that declares ``section`` and, with several values, ``tags``. ``--letters`` cuts bodies to N
letters: the cost of facets does not depend on texts, and a million long ones take long to index.
"""

import argparse
import datetime as dt
import json
import sys
from itertools import accumulate
from random import Random
from typing import Any, Final

FIRST: Final = dt.date(2005, 1, 1)
DAYS: Final = 7_300
LACKING: Final = 0.1
MOST_TAGS: Final = 4


class Lots:
    """Draws values of a field, of which the first is the most frequent.

    Args:
        name: the prefix of the values.
        count: the number of values.
        chance: the source of randomness.
    """

    def __init__(self, name: str, count: int, chance: Random) -> None:
        self._values = [f"{name} {number}" for number in range(1, count + 1)]
        self._weights = [*accumulate(1 / number for number in range(1, count + 1))]
        self._chance = chance

    def draw(self, count: int) -> list[str]:
        """Draw values; a value drawn twice is returned once."""
        chosen = self._chance.choices(self._values, cum_weights=self._weights, k=count)
        return [*dict.fromkeys(chosen)]


def main() -> None:
    """Read rows from standard input and write them with fields to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--letters", type=int, help="of a body; all unless told")
    options = parser.parse_args()
    chance = Random(1952)  # noqa: S311 - no secret
    single = {
        "category": Lots("বিভাগ", 30, chance),
        "author": Lots("লেখক", 50_000, chance),
        "section": Lots("পাতা", 12, chance),
    }
    tags = Lots("বিষয়", 2_000, chance)
    for line in sys.stdin:
        row: dict[str, Any] = json.loads(line)
        for name, lots in single.items():
            if chance.random() > LACKING:
                row[name] = lots.draw(1)[0]
        if chance.random() > LACKING:
            row["date"] = (FIRST + dt.timedelta(chance.randrange(DAYS))).isoformat()
        row["body"] = row.get("body", "")[: options.letters]
        row["tags"] = tags.draw(chance.randint(0, MOST_TAGS))
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

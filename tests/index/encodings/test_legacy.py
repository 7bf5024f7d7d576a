"""Bijoy is distinguished from Latin letters, and Latin letters are never taken for Bijoy."""

import base64
import random
import re
from pathlib import Path

import pytest

from onneshon.index.encodings.legacy import bijoy_weight, in_unicode, verdict

ROOT = Path(__file__).parents[3]
BIJOY = (ROOT / "tests" / "data" / "bijoy" / "bijoy.txt").read_text("utf-8").splitlines()
PROSE = [
    line for path in sorted((ROOT / "docs").glob("*.md")) for line in path.read_text("utf-8").splitlines()
]
CODE = [
    line for path in sorted((ROOT / "search").rglob("*.py")) for line in path.read_text("utf-8").splitlines()
]
TABLES = [
    row.split("\t")[0]
    for path in sorted((ROOT / "search" / "understanding" / "data").glob("*.tsv"))
    for row in path.read_text("utf-8").splitlines()
    if not row.startswith("#")
]
BANGLISH = """
amar sonar bangla ami tomay bhalobashi | tumi kemon acho bhai | ki korbo bolo to | valo lagche na
kichu | vai ektu shunen | khub sundor video ta dekhlam | apnar bari kothay | wow eta to jotil |
vabtesi kalke jabo | xoss lagse vaia | zamela hoye gelo | bvai plz help koren | 10 tk kg | vote dite
gesilam | GPA 5 paisi | ami VIP na | kgf 2 dekhso | mvp player | gb kinbo
""".replace("\n", " ").split("|")


@pytest.mark.parametrize("line", BIJOY)
def test_a_sentence_of_bijoy_is_one(line: str) -> None:
    """A whole line is, and so are pairs of its adjacent words on average."""
    assert verdict(line) == "bijoy"
    words = line.split()
    pairs = [bijoy_weight(" ".join(words[at : at + 2])) for at in range(len(words) - 1)]
    assert sum(pairs) / len(pairs) > 10


@pytest.mark.parametrize(
    "text", [*BANGLISH, "Kyiv", "é", "café naïve façade", "web", "GB", "kii", "MVP", "iPhone 15 Pro Max"]
)
def test_banglish_is_none(text: str) -> None:
    """Bengali in Latin letters, with the abbreviations that people use."""
    assert verdict(text) == "other"


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("lines", [PROSE, CODE, TABLES], ids=["prose", "code", "tables"])
def test_no_line_of_this_project_is_taken_for_bijoy(lines: list[str]) -> None:
    """Lines about Bijoy are the only exception."""
    about = re.compile("Avwg|†|‡|[ÀÐÒÔ]")
    taken = [line for line in lines if not about.search(line) and verdict(line) != "other"]
    assert taken == []


def test_numbers_in_base_64_are_none() -> None:
    """Their letters are random, so that some pairs occur in Bijoy too."""
    numbers = random.Random(1)  # noqa: S311  # no secrets
    lines = [base64.b64encode(numbers.randbytes(57)).decode() for _ in range(300)]
    assert [line for line in lines if verdict(line) != "other"] == []


@pytest.mark.parametrize(
    "text",
    [
        "0x33b5:'nv', 0x33b6:'\\u03bcv', 0x33b7:'mv', 0x33b8:'kv',",
        "======",
        "-----|-----",
        "1234567890 1234567890",
        "jjjj",
        "",
        " ",
        "\u2020",
    ],
)
def test_signs_are_none(text: str) -> None:
    """Lines of signs, of numbers, and empty ones."""
    assert verdict(text) == "other"


def test_what_reads_as_no_bengali_is_reported() -> None:
    """The letters of an unknown font, in the order of Bijoy's."""
    text = "xgv©w ‡‡e†vi w©xv ‡w©vj ©wK†"
    assert verdict(text) == "unreadable"
    assert in_unicode(text) == (text, 0, 1)

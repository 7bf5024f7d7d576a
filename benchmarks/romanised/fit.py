"""Fits the tables of how people write each sound and letter, from pairs of typed and meant words.

    python -m benchmarks.romanised.fit --data ../shared/data [--half] [--into index/analysis/data]

Expectation-maximisation over all ways in which the units of the meant word can have produced the typed
letters. Latin spellings are a mixture of two tables, since people spell words from English the English way.
``--half`` leaves out the odd pairs, which ``measure.py --half`` then measures: reported figures must not come
from training pairs. Only sums over all pairs reach the tables, never a pair.
"""

import argparse
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.romanised.pairs import half, name_pairs, spelling_pairs, word_pairs
from onneshon.index.vocabulary.sound_units import UNITS, is_loan, units

LOAN_SHARE = {True: 0.75, False: 0.12}
NAME_WEIGHT = 0.1
OUTLIER = 2.6  # a pair that costs more per letter is a translation or a slip of the collector, not a spelling
ROUNDS = 10
KEPT = 0.25  # expected number of occurrences below which a spelling is left to the ceiling

Table = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A typed word and the units of the word meant."""

    typed: str
    units: tuple[str, ...]
    weight: float
    loan: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """The limits of a fit: the most letters of a unit, and the probability of an unlisted spelling."""

    longest: int
    unlisted: Callable[[str, str], float]

    def probability(self, table: Table, unit: str, letters: str) -> float:
        """The probability that a unit is written as the given letters."""
        return table[unit].get(letters, 0.0) + self.unlisted(unit, letters)


def forward(pair: Pair, table: Table, model: Model) -> list[list[float]]:
    """The probability of having written i letters after j units, shape (units + 1, letters + 1)."""
    letters = len(pair.typed)
    rows = [[1.0] + [0.0] * letters]
    for unit in pair.units:
        row = [0.0] * (letters + 1)
        for start, reached in enumerate(rows[-1]):
            if reached:
                for end in range(start, min(start + model.longest, letters) + 1):
                    row[end] += reached * model.probability(table, unit, pair.typed[start:end])
        rows.append(row)
    return rows


def count(
    pair: Pair, rows: list[list[float]], table: Table, model: Model, *, weight: float, counts: Table
) -> None:
    """Add to ``counts`` the expected counts of each unit's spellings, over all ways to write the word."""
    letters = len(pair.typed)
    total = rows[-1][letters]
    after = [0.0] * letters + [1.0]
    for unit, row in zip(reversed(pair.units), reversed(rows[:-1]), strict=True):
        before = [0.0] * (letters + 1)
        for start, reached in enumerate(row):
            for end in range(start, min(start + model.longest, letters) + 1) if reached else ():
                through = model.probability(table, unit, pair.typed[start:end]) * after[end]
                before[start] += through
                counts[unit][pair.typed[start:end]] += weight * reached * through / total
        after = before


def normalised(counts: Table, prior: Table, other: Table | None = None) -> Table:
    """Probabilities from counts, the prior, and, in a mixture, a little of the other table."""
    table: Table = {}
    for unit, expected in prior.items():
        summed = defaultdict(float, counts.get(unit, {}))
        for letters, number in expected.items():
            summed[letters] += number
        others = (other or {}).get(unit, {})
        for letters, number in others.items():
            summed[letters] += 2 * number / sum(others.values())
        kept = {letters: number for letters, number in summed.items() if number > (KEPT if letters else 1e-3)}
        table[unit] = {letters: number / (sum(kept.values()) + 0.5) for letters, number in kept.items()}
    return table


def fit(pairs: Sequence[Pair], prior: Table, model: Model, classes: int) -> list[Table]:
    """The tables of one or two classes of words after ``ROUNDS`` rounds."""
    tables = [normalised({}, prior)] * classes
    for turn in range(ROUNDS):
        counts: list[Table] = [defaultdict(lambda: defaultdict(float)) for _ in range(classes)]
        for pair in pairs:
            ways = [forward(pair, table, model) for table in tables]
            shares = [1 - pair.loan, pair.loan][:classes]
            joint = [share * rows[-1][-1] for share, rows in zip(shares, ways, strict=True)]
            total = sum(joint)
            if total <= 0 or (
                turn > 1 and -math.log(total) > OUTLIER * max(len(pair.typed), len(pair.units))
            ):
                continue
            for rows, table, share, tally in zip(ways, tables, joint, counts, strict=True):
                if share > 0.02 * total:
                    count(pair, rows, table, model, weight=pair.weight * share / total, counts=tally)
        others = counts[::-1] if classes > 1 else [None] * classes
        tables = [normalised(tally, prior, other) for tally, other in zip(counts, others, strict=True)]
    return tables


# The expected spellings of a unit before any pair is seen, the most common first; ~ is nothing.
EXPECTED_LATIN = """
ক k|খ kh|গ g|ঘ gh|ঙ ng|চ ch c|ছ ch s c|জ j z|ঝ jh|ঞ n|ট t|ঠ th|ড d|ঢ dh|ণ n|ত t|থ th|দ d|ধ dh|ন n|প p|ফ f ph
ব b v|ভ bh v|ম m|য j z|র r|ল l|শ sh s|ষ sh s|স s sh|হ h|\u09dc r|\u09dd rh r|\u09df y ~|\u09df. y ~|ৎ t|ং ng
ঃ ~|ঁ ~ n|া a|ি i e|ী i ee|ু u|ূ u oo|ৃ ri|ে e|ৈ oi|ো o|ৌ ou|অ o a|আ a|ই i|ঈ i|উ u|ঊ u|ঋ ri|এ e|ঐ oi|ও o|ঔ ou
া. a|ি. i e|ী. i ee|ু. u|ূ. u oo|ৃ. ri|ে. e|ৈ. oi|ো. o|ৌ. ou|ই2 i|উ2 u|ও2 o|এ2 e|ই2. i|উ2. u|ও2. o|এ2. e
ক্ষ kh kkh ksh ks|জ্ঞ gg gy gn g|ঙ্গ ng|অ্যা a|এ্যা a|্যা a ya|ও\u09df w oy ow
ও\u09dfা wa oya owa oa|ও\u09dfে we oye
্য ~ y|্ব ~ w|্ম ~ m|র্ r|= k g c j t d p b m n l s|o1 o a ~|o2 o a ~|o3 ~ o|o4 o ~
"""
LIKELY_DIGRAPH = re.compile(
    r"(.)\1|[a-z]h|[aeiouyw]{2,3}|[tsc]ch|[kcs][kcs]h?|dg|[tsc]i|.e|[lrh][a-z]|[a-z][lrhw]"
)

# Letters people confuse in Bengali: of one sound today, or of sounds that dialects merge.
CONFUSED = (
    "িী ুূ ইঈ উঊ নণ শষস সছ জয র\u09dc\u09dd তৎট তথ দধ দড কখ গঘ চছ বভ পফ টঠ ডঢ ঙং যঝ জঝ োু াে িে ওো \u09dfই এে যে"
)
OFTEN_LEFT_OUT = {**dict.fromkeys("ঁ\u09cdঃ", 0.08), **dict.fromkeys("ািীুূৃেৈোৌ", 0.05)}


def expected_latin() -> Table:
    """The prior of the romanisation tables: six sightings of the most common spelling, three of the next."""
    entries = (entry.split() for line in EXPECTED_LATIN.split("\n") for entry in line.split("|") if entry)
    return {
        unit: {letters.replace("~", ""): 6 / place for place, letters in enumerate(spellings, 1)}
        for unit, *spellings in entries
    }


def expected_letters(letters: Iterable[str]) -> Table:
    """The prior of misspelling: twenty sightings of each letter as itself, one of each confusion."""
    table: Table = {}
    for letter in letters:
        confused = {
            other: 1.0 for group in CONFUSED.split() if letter in group for other in group if other != letter
        }
        for unit in (letter, letter + "."):
            table[unit] = {letter: 20.0, "": 20 * OFTEN_LEFT_OUT.get(letter, 0.015)} | confused
    return table


def latin_model() -> Model:
    """The model of sound units written as at most three Latin letters."""

    def unlisted(_unit: str, letters: str) -> float:
        if len(letters) <= 1:
            return 2e-4
        return 6e-5 if LIKELY_DIGRAPH.fullmatch(letters) else 0.0

    return Model(3, unlisted)


def letter_model() -> Model:
    """The model of Bengali letters written as at most two."""

    def unlisted(unit: str, letters: str) -> float:
        return 3e-4 if len(letters) <= 1 or unit[0] in letters else 0.0

    return Model(2, unlisted)


def letter_units(word: str) -> tuple[str, ...]:
    """A word as letters, the last one marked."""
    return (*word[:-1], word[-1] + ".")


# A unit that doubles the consonant next to it, the first half of a double or ya-phala, is written as that
# consonant again: its raw shares are those of a few words with a few consonants, and say little of each.
AGAIN: dict[str, tuple[Sequence[str], Callable[[Iterable[float]], float]]] = {
    "=": (["c", "l", "s", "d", "t", "m", "k", "n", "b", "g", "p", "z", "j"], sum),
    "্য": (["n", "t", "dh", "sh", "k", "th", "s", "l", "d", "g", "j", "z"], max),
}


def evened(table: Table) -> Table:
    """A table in which the units that double a consonant give all consonants the same share."""
    even: Table = {}
    for unit, (doubles, together) in AGAIN.items():
        shares = table[unit]
        share = together(shares.get(letters, 0.0) for letters in doubles)
        even[unit] = shares | dict.fromkeys(doubles, share)
    return table | even


def lines(table: Table, order: Sequence[str]) -> Iterator[str]:
    """The lines of a table, the cheapest spelling first."""
    for unit in order:
        costs = sorted((-math.log(share), letters or "~") for letters, share in table[unit].items())
        yield f"{unit}\t" + " ".join(f"{letters}:{max(cost, 0):.2f}" for cost, letters in costs)


def latin_tables(data: Path, *, halved: bool) -> list[Table]:
    """The tables of Bengali and of English spelling."""
    words = word_pairs(data)
    words = half(words, 0) if halved else words
    pairs = [Pair(a, tuple(units(b)), 1.0, LOAN_SHARE[is_loan(b)]) for a, b in words]
    pairs += [Pair(a, tuple(units(b)), NAME_WEIGHT, LOAN_SHARE[is_loan(b)]) for a, b in name_pairs(data)[::3]]
    return fit(pairs, expected_latin(), latin_model(), 2)


def letter_table(data: Path, *, halved: bool) -> tuple[Table, list[str]]:
    """The table of misspellings and its units in the order of the file."""
    words = spelling_pairs(data)
    words = half(words, 0) if halved else words
    letters = sorted({letter for _, meant, _ in words for letter in meant} | set("".join(CONFUSED.split())))
    pairs = [Pair(a, letter_units(b), 1 + math.log(n)) for a, b, n in words]
    table = fit(pairs, expected_letters(letters), letter_model(), 1)[0]
    return table, [unit for letter in letters for unit in (letter, letter + ".")]


HEADER = """\
# What people write for each {what}, as natural-logarithm costs: unit, tab, letters:cost, the cheapest first.
# ~ is no letter at all. {more}
# Sums over thousands of pairs of typed and meant words, with a hand-written prior: \
benchmarks/romanised/fit.py.
"""


def main() -> None:
    """Fit all three tables and write them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--into", type=Path, default=Path("index/vocabulary/data"))
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    native, loan = latin_tables(options.data, halved=options.half)
    native, loan = evened(native), loan | {"=": evened(loan)["="]}
    misspelt, letters = letter_table(options.data, halved=options.half)
    sounds = (
        "o1 o2 o3 o4 are unwritten vowels, = the first half of a double, {}as any consonant again; "
        "see index/vocabulary/sound_units.py."
    )
    for name, table, order, what, more in (
        (
            "romanisation_native",
            native,
            UNITS,
            "sound unit of a Bengali word in Latin letters",
            sounds.format("= and ্য "),
        ),
        (
            "romanisation_loan",
            loan,
            UNITS,
            "sound unit of a word from English in Latin letters",
            sounds.format(""),
        ),
        (
            "misspelling",
            misspelt,
            letters,
            "Bengali letter that is meant",
            "A full stop marks the end of the word.",
        ),
    ):
        text = HEADER.format(what=what, more=more) + "\n".join(lines(table, order)) + "\n"
        (options.into / f"{name}.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

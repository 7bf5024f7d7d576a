# cython: boundscheck=True, wraparound=True
"""Finds the words of a query in a text, and cuts snippets: the passages that show these words best."""

from cpython.object cimport PyObject_GenericSetAttr
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ, PyUnicode_Substring
from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint32_t, uint8_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from onneshon.index.kernel.memory cimport clear
from onneshon.index.kernel.texts cimport Chunks, Clusters

__all__ = ["Finder", "Passages", "best_ways", "marks"]

cdef enum:
    SIGN = 1  # of the classes of ``Clusters``
    START = 0  # the fields of an occurrence
    STOP = 1
    LAYER = 2
    WORD = 3
    READING = 4


cdef inline Py_ssize_t number_in(place, Py_ssize_t at) except? -1:
    """A number in an occurrence, a named tuple, whose own access to its fields takes ten times as long."""
    if not isinstance(place, tuple):
        raise TypeError("an occurrence is a tuple")
    return (<tuple> place)[at]


cdef inline bint comes_later(earlier, later) except -1:
    """Whether ``earlier`` sorts after ``later``: it begins later, or at the same offset and ends before."""
    cdef Py_ssize_t start = number_in(earlier, START), other = number_in(later, START)
    return start > other if start != other else number_in(earlier, STOP) < number_in(later, STOP)


cdef class Finder:
    """Finds words by their positions: it tries the chunk where each is expected, and a few chunks around it.

    Args:
        words: a mapping from a chunk to its words, each with its range and its two keys.
        chunks: classes of code points, as of ``Chunks``.
        clusters: classes of code points, as of ``Clusters``.
        farthest: the most chunks by which a word may be away from where it is expected.
        widen: returns the range of whole clusters that contains a range of a text.
        occurrence: the class of occurrences, a tuple: range, way, number of the query word, and its reading.
    """

    cdef object words, widen, occurrence
    cdef const uint8_t[::1] chunks, clusters
    cdef Py_ssize_t farthest

    def __init__(
        self, words, const uint8_t[::1] chunks not None, const uint8_t[::1] clusters not None, int farthest, widen, occurrence
    ):
        self.words, self.widen, self.occurrence = words, widen, occurrence
        self.chunks, self.clusters, self.farthest = chunks, clusters, farthest

    def words_at(self, str text not None, list positions not None):
        """The words at some positions, in their order; None if not to be found this way.

        Args:
            text: the whole text as stored.
            positions: of all words of the text with one of some stems, ascending, each with its stem.
        """
        cdef Chunks chunks = Chunks(text, self.chunks)
        cdef Py_ssize_t size = chunks.starts.size, count = len(positions), number, thought, taken = -1, distance
        cdef int64_t shift = 0, position
        cdef list found = [], words
        if not size:
            return None
        stems = {stem for _, stem in positions}
        while len(found) < count:
            position, stem = positions[len(found)]
            thought = number = chunks.number_holding(position + shift)
            words = self.words_in(text, chunks, number, stems) if number > taken else []
            if not words or words[0][3] != stem:
                words = []
                for distance in range(2, 2 * self.farthest + 2):
                    number = thought + (distance // 2 if distance & 1 else -(distance // 2))
                    if taken < number < size:
                        words = self.words_in(text, chunks, number, stems)
                        if words and words[0][3] == stem:
                            break
                        words = []
                if not words:
                    return None
                shift += <int64_t> chunks.words.values[number] - <int64_t> chunks.words.values[thought]
            found += words
            taken = number
        if len(found) != count:
            return None
        for number in range(count):
            if found[number][3] != positions[number][1]:
                return None
        return found

    cdef list words_in(self, str text, Chunks chunks, Py_ssize_t number, set stems):
        """The words of a chunk that have one of some stems."""
        cdef Py_ssize_t at = chunks.starts.values[number], start, stop
        cdef list found = []
        for start, stop, exact, stem in self.words[PyUnicode_Substring(text, at, chunks.ends.values[number])]:
            if stem in stems:
                found.append((at + start, at + stop, exact, stem))
        return found

    def find(self, str text not None, list positions not None, dict exact not None, dict stem not None, phrases):
        """The occurrences at some positions, in order, not overlapping; None if not to be found this way.

        Args:
            text: the whole text as stored.
            positions: as of ``words_at``.
            exact: the way, the number and the reading of a word, by exact key.
            stem: the same by stem, for words whose exact key is not in ``exact``.
            phrases: each the stems of its words in order, and a function from these words to occurrences.
        """
        cdef list words = self.words_at(text, positions), found = [], stems
        cdef Py_ssize_t first, size, part, count
        cdef tuple hit
        if words is None:
            return None
        count = len(words)
        for stems, occurrences in phrases:
            size = len(stems)
            for first in range(count - size + 1):
                for part in range(size):
                    if words[first + part][3] != stems[part] or positions[first + part][0] != positions[first][0] + part:
                        break
                else:
                    found.extend(occurrences(words[first : first + size]))
        for place in words:
            hit = exact.get(place[2])
            if hit is None:
                hit = stem.get(place[3])
            if hit is not None:
                found.append(self.made((place[0], place[1], hit[0], hit[1], hit[2])))
        return self.disjoint(text, found)

    cdef made(self, tuple values):
        return tuple.__new__(self.occurrence, values)

    def disjoint(self, str text not None, list found not None):
        """Sort occurrences, and drop those that overlap an earlier one: words in a phrase or a cluster."""
        cdef Py_ssize_t at, start, end, last = 0, classes = len(self.clusters)
        cdef Py_UCS4 letter
        cdef list kept = []
        for at in range(1, len(found)):
            if comes_later(found[at - 1], found[at]):
                found.sort(key=lambda place: (place[START], -place[STOP]))
                break
        for place in found:
            start, end = number_in(place, START), number_in(place, STOP)
            if start < last:
                continue
            if not start < end <= len(text):
                raise ValueError("a place outside of the text")
            letter = text[start]
            if <Py_ssize_t> letter < classes and self.clusters[letter] & SIGN:  # it extends a space
                start, end = self.widen(text, start, end)
                if start < last:
                    continue
                place = self.made((start, end, *place[LAYER:]))
            kept.append(place)
            last = end
        return kept


cdef object new_mark(kind, Py_ssize_t start, Py_ssize_t end, way):
    """A mark with these attributes, a frozen value, whose own constructor takes three times as long."""
    mark = kind.__new__(kind)
    PyObject_GenericSetAttr(mark, "start", start)
    PyObject_GenericSetAttr(mark, "end", end)
    PyObject_GenericSetAttr(mark, "layer", way)
    return mark


def marks(type kind not None, list found not None):
    """The marks of some occurrences, in the same order.

    Args:
        kind: the class of marks: frozen values with a start, an end and a layer.
        found: occurrences, as of ``Finder``.
    """
    cdef list made = []
    for place in found:
        made.append(new_mark(kind, number_in(place, START), number_in(place, STOP), (<tuple> place)[LAYER]))
    return tuple(made)


def best_ways(Py_ssize_t count, list found not None, dict nearness not None):
    """The best way in which each word of a query was found, None if it was not; and the readings found.

    Args:
        count: the number of words of the query.
        found: lists of occurrences, as of ``Finder``.
        nearness: the rank of each way; the least is the best.

    Returns:
        The ways; and the pairs of a word's number and a reading, each once, in the order found.
    """
    cdef list ways = [None] * count, places
    cdef dict readings = {}
    cdef Py_ssize_t word
    for places in found:
        for place in places:
            word = number_in(place, WORD)
            way, reading = (<tuple> place)[LAYER], (<tuple> place)[READING]
            known = ways[word]
            if known is not way and (known is None or nearness[way] < nearness[known]):
                ways[word] = way
            if reading:
                readings[word, reading] = None
    return ways, readings


# The best passages of a text.

cdef enum:
    PASSAGES = 2  # at most in one snippet
    MOST_FOUND = 1000  # further occurrences in a very long text are ignored
    AROUND = 3  # clusters of ellipses around a passage, which is shown as "… passage…"
    BETWEEN = 3  # and between two passages

cdef double COST_OF_A_CUT = 0.12  # the share of the weight that can be shown which a further passage must add
cdef double REPEAT = 0.05  # the share of its weight that a word counts when it is shown again
cdef double NEIGHBOURS = 0.3  # what two adjacent words of the query add, a share of the lesser weight
cdef double MOST_OF_A_WEIGHT = 1 + 0.3 + 1e-6  # the most that a word counts, with a margin for rounding
cdef double LITTLE = 0.1  # words of less than this share of the greatest weight do not decide

cdef struct Spot:
    uint32_t start, end  # a word of the query in a text, counted in clusters
    uint32_t opens, closes  # the same in code points
    uint32_t word

cdef struct Window:
    Py_ssize_t first, last  # indexes of occurrences, both included
    double worth  # of showing them

cdef struct Chosen:
    Window windows[PASSAGES]
    Py_ssize_t count
    double shown  # the weight of the words that the windows show

ELLIPSIS = "…"


cdef inline bint ends_sentence(Py_UCS4 letter) noexcept:
    return letter in u"।॥?!\n"


cdef class Passages:
    """Chooses passages of texts, cut at the end of a sentence or between words, never inside a cluster.

    Args:
        clusters: classes of code points, as of ``Clusters``.
        border: returns whether a text may be cut at an offset.
        match: the class of marks, as ``marks`` takes it.
    """

    cdef object border, match
    cdef const uint8_t[::1] classes

    def __init__(self, const uint8_t[::1] clusters not None, border, type match not None):
        self.classes, self.border, self.match = clusters, border, match

    def snippet(self, str text not None, list found not None, list weights not None, Py_ssize_t width):
        """The best passages with their marks; the beginning of the text if nothing is found.

        Args:
            text: the text as stored.
            found: the occurrences of the query's words in it, in order.
            weights: the worth of showing each word of the query.
            width: the most clusters of the whole snippet, ellipses included; 9 or more.

        Returns:
            The snippet, and its marks.
        """
        cdef Clusters lengths = Clusters(text, self.classes)
        cdef Py_ssize_t share, number
        cdef Chosen chosen
        cdef list spans = []
        cdef Spot *spots
        if <Py_ssize_t> lengths.starts.size <= width:
            return self.assembled(text, [(0, len(text))], found)
        if not found:
            return self.assembled(text, [self.around(text, lengths, 0, 0, width - AROUND)], found)
        spots = <Spot *> malloc(len(found) * sizeof(Spot))
        if spots == NULL:
            raise MemoryError
        try:
            count = informative(lengths, found, weights, spots)
            chosen = best_windows(spots, count, weights, width)
            share = (width - AROUND - BETWEEN * (chosen.count - 1)) // chosen.count
            for number in range(chosen.count):
                first, last = chosen.windows[number].first, needed(spots, &chosen.windows[number])
                spans.append(self.around(text, lengths, spots[first].opens, spots[last].closes, share))
        finally:
            free(spots)
        return self.assembled(text, merged(spans), found)

    cdef tuple around(self, str text, Clusters lengths, Py_ssize_t start, Py_ssize_t end, Py_ssize_t width):
        """The span of a passage of up to ``width`` clusters: ``text[start:end]`` and what fits around it."""
        cdef Py_ssize_t begins = opening(text, lengths, start, end, width), size = len(text)
        cdef Py_ssize_t stops = closing(text, lengths, begins, end, width)
        if stops == size:
            begins = min(begins, forward(text, lengths.offset(lengths.count_before(<uint32_t> stops) - width), begins))
        while begins < stops and text[begins].isspace():
            begins += 1
        while begins < stops and text[stops - 1].isspace():
            stops -= 1
        while begins < stops and not self.is_border(text, begins):
            begins += 1
        while stops > begins and not self.is_border(text, stops):
            stops -= 1
        return begins, stops

    cdef bint is_border(self, str text, Py_ssize_t at) except -1:
        """Whether a text may be cut at an offset; always at its ends, and between a space and a letter."""
        cdef Py_UCS4 before, behind
        if not 0 < at < len(text):
            return True
        before, behind = text[at - 1], text[at]
        if before == u" " and u"\u0985" <= behind <= u"\u09b9":
            return True
        if behind in u" \n" and (u" " <= before <= u"~" or before in u"।॥" or u"\u0980" <= before <= u"\u09ff"):
            return True
        return self.border(text, at)

    cdef tuple assembled(self, str text, list spans, list found):
        """The passages, with ellipses where text is left out, and the marks in them."""
        cdef Py_ssize_t start, end, opens, closes, shift, length = 0
        cdef list parts = [], shown_marks = []
        cdef str part
        for start, end in spans:
            part = before(text, start, not length)
            parts.append(part)
            length += len(part)
            shift = length - start
            for place in found:
                opens, closes = number_in(place, START), number_in(place, STOP)
                if start <= opens < end:
                    shown_marks.append(new_mark(self.match, opens + shift, min(end, closes) + shift, (<tuple> place)[LAYER]))
            parts.append(PyUnicode_Substring(text, start, end))
            length += end - start
        shown = "".join(parts)
        if end < len(text) and not (length and ends_sentence(shown[length - 1])):
            shown += ELLIPSIS
        return shown, tuple(shown_marks)


cdef Py_ssize_t informative(Clusters lengths, list found, list weights, Spot *spots) except -1:
    """Note the occurrences that decide what is shown, without words of little weight; return their number."""
    cdef double least = -INFINITY
    cdef Py_ssize_t count = 0, word, opens, closes
    cdef Spot *spot
    for place in found:
        word = number_in(place, WORD)
        if not 0 <= word < len(weights):
            raise IndexError("an occurrence of no word of the query")
        least = max(least, <double> weights[word] * LITTLE)
    for place in found:
        word = number_in(place, WORD)
        if <double> weights[word] >= least and count < MOST_FOUND:
            opens, closes = number_in(place, START), number_in(place, STOP)
            if not 0 <= opens <= closes <= lengths.end:
                raise ValueError("a place outside of the text")
            spot = &spots[count]
            spot.opens, spot.closes, spot.word = <uint32_t> opens, <uint32_t> closes, <uint32_t> word
            spot.start = <uint32_t> lengths.count_before(spot.opens)
            spot.end = <uint32_t> lengths.count_before(spot.closes)
            count += 1
    if not count:
        raise ValueError("no word is worth anything")
    return count


cdef double weight_of(const uint8_t *words, const double *weights, Py_ssize_t count) noexcept:
    """The summed weight of some words."""
    cdef double total = 0.0
    cdef Py_ssize_t word
    for word in range(count):
        if words[word]:
            total += weights[word]
    return total


cdef Chosen best_windows(const Spot *spots, Py_ssize_t count, list weights, Py_ssize_t width) except *:
    """The fewest windows that show nearly all that any number of windows can."""
    cdef Py_ssize_t words = len(weights), number, at
    cdef double *worths = <double *> clear(words + count + 1, sizeof(double))
    cdef double *sums = worths + words  # prefix sums of the weights of the occurrences
    cdef uint8_t *shown = NULL
    cdef double possible, worth, best_worth = 0.0
    cdef Chosen best, chosen
    try:
        shown = <uint8_t *> clear(2 * words, 1)
        for at in range(words):
            worths[at] = weights[at]
        for at in range(count):
            sums[at + 1] = sums[at] + worths[spots[at].word]
            shown[spots[at].word] = 1
        possible = weight_of(shown, worths, words) or 1.0
        for number in range(1, PASSAGES + 1):
            memset(shown, 0, words)
            share = (width - AROUND - BETWEEN * (number - 1)) // number
            chosen = greedy(spots, count, worths, sums, share, number, shown, words)
            worth = chosen.shown / possible - COST_OF_A_CUT * (chosen.count - 1)
            if number == 1 or worth > best_worth:
                best, best_worth = chosen, worth
            if chosen.shown >= possible or chosen.count < number:
                break
    finally:
        free(worths)
        free(shown)
    return best


cdef Chosen greedy(
    const Spot *spots, Py_ssize_t count, const double *weights, const double *sums,
    Py_ssize_t width, Py_ssize_t number, uint8_t *shown, Py_ssize_t words,
) noexcept:
    """Choose windows one by one, each for what it adds; ``shown``, two bytes per word, is overwritten."""
    cdef Chosen chosen
    cdef Window window
    cdef Py_ssize_t at
    cdef bint adds
    chosen.count = 0
    while chosen.count < number:
        window = worthiest(spots, count, weights, sums, width, shown, words)
        adds = False
        for at in range(window.first, window.last + 1):
            adds |= not shown[spots[at].word]
            shown[spots[at].word] = 1
        if chosen.count and not adds:
            break
        chosen.windows[chosen.count] = window
        chosen.count += 1
    if chosen.count == PASSAGES and chosen.windows[1].first < chosen.windows[0].first:
        window = chosen.windows[0]
        chosen.windows[0], chosen.windows[1] = chosen.windows[1], window
    chosen.shown = weight_of(shown, weights, words)
    return chosen


cdef Window worthiest(
    const Spot *spots, Py_ssize_t count, const double *weights, const double *sums,
    Py_ssize_t width, uint8_t *shown, Py_ssize_t words,
) noexcept:
    """The window that adds most to what is shown."""
    cdef Window best
    cdef Py_ssize_t first, last = 0
    cdef double worth
    best.first = best.last = 0
    best.worth = -1.0
    for first in range(count):
        last = max(last, first)
        while last + 1 < count and <Py_ssize_t> spots[last + 1].end - <Py_ssize_t> spots[first].start <= width:
            last += 1
        if first and last == best.last:
            continue  # contained in the window before
        if (sums[last + 1] - sums[first]) * MOST_OF_A_WEIGHT < best.worth:
            continue
        memcpy(shown + words, shown, words)
        worth = worth_of(spots, first, last, weights, shown + words)
        if worth > best.worth:
            best.first, best.last, best.worth = first, last, worth
    return best


cdef double worth_of(
    const Spot *spots, Py_ssize_t first, Py_ssize_t last, const double *weights, uint8_t *seen
) noexcept:
    """The worth of showing some occurrences in addition to the words ``seen`` already."""
    cdef double total = 0.0, weight
    cdef Py_ssize_t at
    cdef const Spot *spot
    cdef const Spot *previous = NULL
    for at in range(first, last + 1):
        spot = &spots[at]
        weight = weights[spot.word]
        total += weight * (REPEAT if seen[spot.word] else 1.0)
        if previous != NULL and previous.word != spot.word and <int64_t> spot.start - previous.end <= 1:
            total += NEIGHBOURS * min(weight, weights[previous.word])
        seen[spot.word] = 1
        previous = spot
    return total


cdef Py_ssize_t needed(const Spot *spots, const Window *window) noexcept:
    """The last occurrence of a window that shows a word for the first time; the rest may be cut off."""
    cdef Py_ssize_t at, earlier
    for at in range(window.last, window.first, -1):
        for earlier in range(window.first, at):
            if spots[earlier].word == spots[at].word:
                break
        else:
            return at
    return window.first


cdef list merged(list spans):
    """Join those of some ordered spans that touch."""
    cdef list joined = [spans[0]]
    for start, end in spans[1:]:
        if start <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


cdef Py_ssize_t opening(str text, Clusters lengths, Py_ssize_t start, Py_ssize_t end, Py_ssize_t width) noexcept:
    """Where the sentence begins, if it fits; else an offset between two words not far before ``start``."""
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t earliest = min(<Py_ssize_t> lengths.offset(lengths.count_before(<uint32_t> end) - width), start)
    cdef Py_ssize_t begins = start - 1, size = len(text), shown
    while begins >= max(earliest - 1, 0) and not ends_sentence(PyUnicode_READ(kind, data, begins)):
        begins -= 1
    if begins >= max(earliest - 1, 0):
        begins += 1
        while begins < size and PyUnicode_READ(kind, data, begins) in u"”’\"')":
            begins += 1
        while begins < size and (<Py_UCS4> PyUnicode_READ(kind, data, begins)).isspace():
            begins += 1
        return min(begins, start)
    if earliest == 0:
        return 0
    shown = lengths.count_before(<uint32_t> end) - lengths.count_before(<uint32_t> start)
    return forward(
        text, lengths.offset(lengths.count_before(<uint32_t> start) - max(0, width - shown) // 3), start
    )


cdef Py_ssize_t forward(str text, Py_ssize_t offset, Py_ssize_t limit) noexcept:
    """The first beginning of a word from ``offset`` to ``limit``."""
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t at = offset - 1
    if offset <= 0:
        return 0
    while at < limit and not (<Py_UCS4> PyUnicode_READ(kind, data, at)).isspace():
        at += 1
    if at >= limit:
        return offset if limit - offset > 1 else limit
    while at < limit and (<Py_UCS4> PyUnicode_READ(kind, data, at)).isspace():
        at += 1
    return at


cdef Py_ssize_t closing(str text, Clusters lengths, Py_ssize_t begins, Py_ssize_t end, Py_ssize_t width) noexcept:
    """The end of the last sentence that fits, unless that is too short; else an offset between two words."""
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t opened = lengths.count_before(<uint32_t> begins), size = len(text)
    cdef Py_ssize_t latest = lengths.offset(opened + width), at
    cdef Py_ssize_t least = max(end, <Py_ssize_t> lengths.offset(opened + width * 2 // 3))
    if latest >= size:
        return size
    for at in range(latest - 1, least - 1, -1):
        if ends_sentence(PyUnicode_READ(kind, data, at)):
            return at + 1
    for at in range(latest, end - 1, -1):
        if PyUnicode_READ(kind, data, at) in u" \n\t":
            return at
    return latest


cdef str before(str text, Py_ssize_t start, bint first):
    """What to put before a passage: an ellipsis if neither a sentence nor a line begins with the passage."""
    cdef Py_ssize_t at = start - 1
    if not first:
        return f" {ELLIPSIS} "
    while at >= 0 and text[at].isspace():
        at -= 1
    return "" if at < 0 or ends_sentence(text[at]) or text[start - 1] == u"\n" else f"{ELLIPSIS} "

"""Opening an index for reading: one generation, verified before use."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.article import TEXT_FIELDS, Article, schema_fingerprint
from onneshon.index.columnar.change_dates import ChangeDates, read_gone
from onneshon.index.columnar.segment_list import open_segments, side_folder
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.completion.completion import Completion
from onneshon.index.completion.several import LiveFilter, SeveralCompletions
from onneshon.index.errors import (
    REPAIR,
    ArticleNotFoundError,
    IndexCorruptError,
    IndexOutdatedError,
    IndexStateError,
    OnneshonError,
)
from onneshon.index.ranking import Basis
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import FORMAT, Generation, Manifest
from onneshon.index.vocabulary.file import FILE_NAME
from onneshon.index.vocabulary.learned import LEARNED_EXT
from onneshon.index.vocabulary.pairs import PAIRS_EXT, SeveralWordPairs, WordPairs, read_pairs
from onneshon.index.vocabulary.several import SeveralVocabularies, read_learned
from onneshon.index.vocabulary.vocabulary import REMEMBERED, Vocabulary

_COUNTED = 100
"""Document frequency up to which deleted articles are subtracted from it."""
_ATTEMPTS = 5
"""How often a reader reads ``CURRENT`` again when the generation it named was removed in between."""


class _Reading:
    """A context that turns exceptions of any kind, to which broken bytes lead, into IndexCorruptError.

    It is entered for each look-up of a word, by several threads at once: so it has no state, and is not a
    generator, which would take longer than the look-up.

    Args:
        what: the name of what is read, for the message.
    """

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, OnneshonError | MemoryError):
            raise IndexCorruptError(
                f"{self._what} cannot be read ({type(error).__name__}: {error}): {REPAIR}"
            ) from error


NO_WORDS: Final = SeveralVocabularies((), lambda _word: 0)
NO_PAIRS: Final = SeveralWordPairs(())
"""The words, and the pairs of words, of an index without articles."""


class IndexReader:
    """One generation of an index, open; a context manager. Safe to use from several threads.

    Args:
        segments: the generation's segments; most generations have one.
        generation: the generation's name.
        manifest: the generation's manifest.
        vocabulary: the words of the index by sound and by spelling.
        completion: the suggestions while a query is typed; None if the index was built without.
        pairs: the counts of adjacent words.
        learned: a table of the variants and abbreviations learned from the articles; empty if there are none.
        dates: when the articles of each segment were changed.
        gone: ids of removed articles, each with the time of its removal.
    """

    def __init__(  # noqa: PLR0917  # the parts of an index, of which most calls give the first ones
        self,
        segments: tuple[SegmentReader, ...],
        generation: str,
        manifest: Manifest,
        vocabulary: Vocabulary = NO_WORDS,
        completion: Completion | None = None,
        pairs: WordPairs = NO_PAIRS,
        learned: str = "",
        dates: Sequence[ChangeDates] = (),
        gone: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.segments = segments
        self.generation = generation
        self._reading = _Reading(f"generation {generation}")
        self.manifest = manifest
        self.vocabulary = vocabulary
        self.completion = completion
        self.pairs = pairs
        self.learned = learned
        self.gone = gone
        self.dates = dates or [ChangeDates(None, segment.doc_count) for segment in segments]
        self.warning = ""
        """Why this generation is open instead of the live one, or what is damaged; empty if nothing is."""
        self.is_lossy = False
        """Whether damaged parts are left out of answers, as they can neither be mended nor replaced."""

    def leave_out_damage(self, met: Callable[[], None]) -> None:
        """Answer without damaged terms and posting lists from now on; ``met`` is called for each one met."""
        for segment in self.segments:
            segment.leave_out_damage(met)

    @cached_property
    def count(self) -> int:
        """The number of articles that are not deleted."""
        return sum(_live(segment) for segment in self.segments)

    @cached_property
    def _exact_up_to(self) -> int:
        """Document frequency up to which deleted articles are subtracted; 0 where none is deleted."""
        return 0 if all(segment.deleted is None for segment in self.segments) else _COUNTED

    @cached_property
    def basis(self) -> Basis:
        """The figures that the impacts of its postings were computed with.

        Raises:
            IndexCorruptError: the manifest has no valid basis.
        """
        try:
            return Basis.from_dict(self.manifest.basis or {})
        except (TypeError, ValueError) as error:
            raise IndexCorruptError(
                f"generation {self.generation} has no basis ({error}): {REPAIR}"
            ) from error

    @property
    def declared(self) -> list[str]:
        """The names of the site's own fields that some article has a value of, sorted."""
        return sorted({name for segment in self.segments for name in segment.declared})

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the manifest, which contains the digests of all files: unique to each generation."""
        return hashlib.sha256(self.manifest.encode()).digest()

    def article(self, article_id: str) -> Article:
        """The article with an id, as it was given to the build.

        Raises:
            ArticleNotFoundError: there is no such article.
            IndexCorruptError: the stored article cannot be read.
        """
        with self._reading:
            for segment in self.segments:
                doc = segment.find(article_id)
                if doc is not None:
                    return segment.article(doc)
        raise ArticleNotFoundError.of(article_id)

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling that an article contains; None if no article does."""
        with self._reading:
            for segment in self.segments:
                if (stem := segment.stem_of(word)) is not None:
                    return stem
        return None

    def document_frequency(self, field: str, term: str) -> int:
        """The document frequency of a term in a text field; it may include articles deleted since."""
        if field not in TEXT_FIELDS:
            return 0
        with self._reading:
            frequency = sum([segment.impacts(field).frequency(term) for segment in self.segments])
            return self._live_frequency(field, term) if 0 < frequency <= self._exact_up_to else frequency

    def document_frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """The ``document_frequency`` of each of several terms, most of which are in no article."""
        if field not in TEXT_FIELDS:
            return [0] * len(terms)
        with self._reading:
            parts = [segment.impacts(field).frequencies(terms) for segment in self.segments]
            frequencies = (
                parts[0] if len(parts) == 1 else list(map(sum, zip([0] * len(terms), *parts, strict=True)))
            )
            if not self._exact_up_to:
                return frequencies
            return [
                self._live_frequency(field, term) if 0 < count <= self._exact_up_to else count
                for term, count in zip(terms, frequencies, strict=True)
            ]

    def _live_frequency(self, field: str, term: str) -> int:
        """The number of articles that contain a term and are not deleted."""
        return sum([segment.living(field, term) for segment in self.segments])

    def verify(self) -> None:
        """Verify every byte that answers may come from, in the files as they are mapped.

        Raises:
            IndexCorruptError: a byte is not as it was built; the message says where.
        """
        for segment in self.segments:
            segment.verify()
        for table in (self.vocabulary, self.completion, self.pairs):
            if table is not None:
                table.verify()

    def close(self) -> None:
        """Release the files: they close when the last array that was read from them is freed."""
        self.segments = ()
        self.vocabulary = NO_WORDS
        self.completion = None
        self.pairs = NO_PAIRS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _live(segment: SegmentReader) -> int:
    deleted = 0 if segment.deleted is None else int(segment.deleted.sum())
    return segment.doc_count - deleted


def open_index(directory: str | Path, *, verify: bool = False, lossy: bool = False) -> IndexReader:
    """Open the live generation of an index; the reader's ``warning`` says if ``CURRENT`` is damaged.

    Args:
        directory: the index.
        verify: whether to read every byte of every file and compare it with the manifest. If not, names and
            sizes are compared, and the bytes of small files, before anything is read; the content of larger
            files is compared with its checksums when it is first read.
        lossy: whether damaged parts are left out of answers, see ``IndexReader.is_lossy``.

    Raises:
        IndexMissingError: there is no index yet.
        IndexCorruptError: a file is not as it was built.
        IndexOutdatedError: the index was built by another version of the analysis or the schema.
    """
    generations = Generations(Path(directory))
    generation = generations.agreed()
    for _attempt in range(_ATTEMPTS):
        try:
            return open_generation(generation, verify=verify, lossy=lossy)
        except IndexStateError:
            # Two builds since CURRENT was read may have removed the generation.
            newer = generations.agreed()
            if newer == generation:
                raise
            generation = newer
    return open_generation(generation, verify=verify, lossy=lossy)


def open_generation(generation: Generation, *, verify: bool, lossy: bool = False) -> IndexReader:
    """Open one generation, live or not; raises as ``open_index`` does."""
    manifest = generation.check(digests=verify)
    check_fingerprints(manifest)
    reader = open_folder(generation.folder, generation.name, manifest, lossy=lossy)
    reader.warning = generation.warning
    return reader


MIGRATE: Final = "run `onneshon index migrate`, or build it again with `onneshon index build PATH...`"
"""What to do where the live generation was built by another version."""

GO_BACK: Final = (
    "make it live with the version of Onneshon that built it, then run `onneshon index migrate` with this one"
)
"""What to do where another version built an earlier generation: only the live one can be migrated."""


def check_fingerprints(manifest: Manifest, remedy: str = MIGRATE) -> None:
    """Refuse an index whose terms were made by other rules of analysis than those applied to queries.

    Args:
        manifest: the manifest of the generation.
        remedy: what to do about it, for the message.

    Raises:
        IndexOutdatedError: the analysis or the schema has changed since.
    """
    for what, built, now in (
        ("format", str(manifest.format), str(FORMAT)),
        ("analysis", manifest.analyzer, fingerprint()),
        ("schema", manifest.schema, schema_fingerprint()),
    ):
        if built != now:
            versions = f"the {what} ({built[:12]}, now {now[:12]})"
            raise IndexOutdatedError(f"the index was built with another version of {versions}: {remedy}")


def open_folder(folder: Path, name: str, manifest: Manifest, *, lossy: bool = False) -> IndexReader:
    """Open the files of a generation that was checked already; a lossy reader caches no counts of words.

    Raises:
        IndexCorruptError: the files cannot be opened as an index.
    """
    with _Reading(str(folder)):
        segments = open_segments(folder)
        names = [segment.name for segment in segments]
        remembered = 0 if lossy else REMEMBERED
        live = LiveFilter(segments, remembered)
        vocabulary = _vocabulary(folder, names, manifest, live, remembered)
        completion = _completion(folder, names, live)
        pairs = read_pairs([folder / f"{each}{PAIRS_EXT}" for each in names])
        learned = read_learned(folder / f"{each}{LEARNED_EXT}" for each in names)
        dates = [ChangeDates.open(side_folder(folder, part.name), part.doc_count) for part in segments]
        reader = IndexReader(
            segments, name, manifest, vocabulary, completion, pairs, learned, dates, read_gone(folder)
        )
        reader.is_lossy = lossy
        return reader


def _vocabulary(
    folder: Path, names: Sequence[str], manifest: Manifest, live: LiveFilter, remembered: int
) -> Vocabulary:
    if manifest.format < FORMAT:  # such an index is read for its articles alone, to be built again
        return NO_WORDS
    parts = []
    for name in names:
        side = side_folder(folder, name)
        entry = manifest.files.get((side / FILE_NAME).relative_to(folder).as_posix())
        parts.append(Vocabulary.open(side, entry.sha256 if entry else ""))
    found = [part for part in parts if part is not None]
    if len(found) == 1 and not live.deleted:
        return found[0]
    return SeveralVocabularies(found, live.articles, live.deleted, remembered=remembered)


def _completion(folder: Path, names: Sequence[str], live: LiveFilter) -> Completion | None:
    parts = [Completion.open(side_folder(folder, name)) for name in names]
    found = [part for part in parts if part is not None]
    if len(found) == 1 and not live.deleted:
        return found[0]
    return SeveralCompletions(found, live.is_alive) if found else None

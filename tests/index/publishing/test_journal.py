"""Acknowledged operations of the journal are read once and in order, whatever happened meanwhile."""

import errno
import os
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from onneshon.index.errors import JournalError
from onneshon.index.publishing.journal import KEPT_SECONDS, Journal, _Mark
from onneshon.index.publishing.operation import Line, Operation, encode_request, latest, read_line
from onneshon.index.publishing.progress import KEPT, CommittedBatch, ProgressFile, Published


def operation(article_id: str, record: str | None = '{"title": "ভাষা"}') -> Operation:
    """An operation as a client sends it."""
    return Operation(article_id, record, "wordpress", "2026-11-25T06:30:00.000+00:00")


def ids(journal: Journal, position: int = 0) -> list[str]:
    """The ids of all operations after a position, read batch by batch."""
    found = []
    while (batch := journal.read(position)).operations:
        found += [entry.id for entry in batch.operations]
        position = batch.position
    return found


@given(st.text(), st.none() | st.text(), st.text())
def test_an_operation_is_read_as_it_was_written(article_id: str, record: str | None, client: str) -> None:
    """Any id, record and client, on a single line."""
    entry = Operation(article_id, record, client, "now")
    line = encode_request([entry])
    assert line.count(b"\n") == 1
    assert read_line(line) == Line(entry)


@given(st.data())
def test_an_altered_line_is_known(data: st.DataObject) -> None:
    """Any altered byte and any missing end is detected."""
    line = bytearray(encode_request([operation("ইতিহাস-1")]))
    place = data.draw(st.integers(0, len(line) - 1))
    assert read_line(bytes(line[:place])) is None
    line[place] ^= data.draw(st.integers(1, 255))
    assert read_line(bytes(line)) is None


def test_operations_come_back_in_order(tmp_path: Path) -> None:
    """Reading may begin at any position that an append returned."""
    journal = Journal(tmp_path / "index")
    first = journal.append([operation("নদী"), operation("পাখি", None)])
    second = journal.append([operation("বই")])
    assert ids(journal) == ["নদী", "পাখি", "বই"]
    assert ids(journal, first) == ["বই"]
    assert (ids(journal, second), journal.end()) == ([], second)
    assert journal.read(0).operations[1] == operation("পাখি", None)
    received = operation("বই").received
    assert [journal.waiting_since(position) for position in (0, first, second)] == [received, received, ""]


def test_of_several_operations_for_an_article_the_last_counts() -> None:
    """An article is put in, deleted and put in again."""
    several = [operation("ক"), operation("খ"), operation("ক", None), operation("গ"), operation("খ", "{}")]
    assert [(entry.id, entry.record) for entry in latest(several)] == [
        ("ক", None),
        ("খ", "{}"),
        ("গ", '{"title": "ভাষা"}'),
    ]


@pytest.mark.parametrize(
    "torn",
    [b"0", b"12345678 {", b"\0" * 100, b"garbage\n", b"\xff\xfe", encode_request([operation("x")])[:-1]],
)
def test_a_torn_end_is_cut_off_and_loses_nothing(tmp_path: Path, torn: bytes) -> None:
    """A kill or a power cut left an operation that was never acknowledged."""
    position = Journal(tmp_path).append([operation("নদী")])
    path = next((tmp_path / "publishing" / "journal").glob("*.log"))
    with path.open("ab") as stream:
        stream.write(torn)
    reader = Journal(tmp_path)
    assert (ids(reader), reader.read(0).position) == (["নদী"], position)
    after = Journal(tmp_path).append([operation("পাখি")])
    assert ids(reader, position) == ["পাখি"]
    assert reader.read(0).position == after


def test_a_torn_end_is_cut_off_by_a_process_that_appended_before(tmp_path: Path) -> None:
    """That process knows the end of its own appends, and checks what others wrote after it."""
    mine, other = Journal(tmp_path), Journal(tmp_path)
    mine.append([operation("ক")])
    other.append([operation("খ")])
    path = next((tmp_path / "publishing" / "journal").glob("*.log"))
    with path.open("ab") as stream:
        stream.write(b"torn")
    mine.append([operation("গ")])
    assert ids(other) == ["ক", "খ", "গ"]


def test_damage_in_the_middle_loses_one_line(tmp_path: Path) -> None:
    """The damaged line is counted, and the others are read."""
    journal = Journal(tmp_path)
    first = journal.append([operation("ক")])
    journal.append([operation("খ"), operation("গ")])
    path = next((tmp_path / "publishing" / "journal").glob("*.log"))
    content = bytearray(path.read_bytes())
    content[first + 12] ^= 1
    path.write_bytes(content)
    batch = Journal(tmp_path).read(0)
    assert ([entry.id for entry in batch.operations], batch.damaged) == (["ক", "গ"], 1)


def _log(directory: Path) -> Path:
    return max((directory / "publishing" / "journal").glob("*.log"))


def _forget_the_end(directory: Path, position: int) -> None:
    """Set the mark back, as if a process had been killed after an append and before moving it."""
    _Mark(directory / "publishing" / "journal" / "acknowledged").write(position)


BULK = [operation("খ"), operation("গ", None), operation("ঘ")]


@pytest.mark.parametrize("count", [2, 3])
def test_a_request_of_many_is_there_wholly_or_not_at_all(tmp_path: Path, count: int) -> None:
    """A kill at any byte of the append leaves no part of the request."""
    first = Journal(tmp_path).append([operation("ক")])
    end = Journal(tmp_path).append(BULK[:count])
    whole = _log(tmp_path).read_bytes()
    for size in range(first, end + 1):
        _log(tmp_path).write_bytes(whole[:size])
        _forget_the_end(tmp_path, first)
        assert ids(Journal(tmp_path)) == (["ক", "খ", "গ", "ঘ"][: 1 + count] if size == end else ["ক"])
        assert Journal(tmp_path).end() == (end if size == end else first)


@given(st.integers(0, 2), st.binary(min_size=1, max_size=40))
def test_a_power_cut_leaves_no_part_of_a_request(number: int, garbage: bytes) -> None:
    """Any bytes may be in place of some of its lines, even if the last line reached the disk."""
    with TemporaryDirectory() as folder:
        directory = Path(folder)
        first = Journal(directory).append([operation("ক")])
        Journal(directory).append(BULK)
        lines = _log(directory).read_bytes().splitlines(keepends=True)
        assume(garbage not in lines[1 + number])
        lines[1 + number] = garbage
        _log(directory).write_bytes(b"".join(lines))
        _forget_the_end(directory, first)
        assert ids(Journal(directory)) == ["ক"]


def test_what_was_acknowledged_is_never_cut_off(tmp_path: Path) -> None:
    """With one bit of the last line altered it is reported as lost, and its position is not used again."""
    first = Journal(tmp_path).append([operation("ক")])
    last = Journal(tmp_path).append([operation("খ")])
    whole = _log(tmp_path).read_bytes()
    for place in range(first, last):
        for path in (tmp_path / "publishing" / "journal").glob("*.log"):
            path.unlink()
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        (tmp_path / "publishing" / "journal" / f"{0:020}.log").write_bytes(damaged)
        _forget_the_end(tmp_path, last)
        after = Journal(tmp_path).append([operation("গ")])
        batch = Journal(tmp_path).read(0)
        assert ([entry.id for entry in batch.operations], batch.damaged) == (["ক", "গ"], 1)
        lost = Published().with_commit(CommittedBatch(after, "000001"), lost=batch.lost)
        assert [lost.generation_of(position) for position in (first, last, after)] == [
            "000001",
            None,
            "000001",
        ]


@pytest.mark.parametrize(
    ("numbers", "request_number"), [("0", 0), ("1", 1), ("2", 1), ("3", 1), ("4", 2), ("23", 1), ("12", 1)]
)
def test_a_damaged_line_is_reported_by_its_request(tmp_path: Path, numbers: str, request_number: int) -> None:
    """A line of a request of many by the request's position; any other line by its own."""
    journal = Journal(tmp_path)
    positions = [journal.append(sent) for sent in ([operation("ক")], BULK, [operation("ঙ")])]
    lines = _log(tmp_path).read_bytes().splitlines(keepends=True)
    for number in map(int, numbers):
        lines[number] = lines[number].replace(b"wordpress", b"wordprefs")
    _log(tmp_path).write_bytes(b"".join(lines))
    batch = Journal(tmp_path).read(0)
    lost = Published(lost=batch.lost)
    found = [position for position in positions if lost.is_lost(position)]
    assert (found, batch.damaged) == ([positions[request_number]], len(numbers))
    assert len(batch.operations) == 5 - len(numbers)


def test_requests_between_two_files_that_were_cut_short_are_reported(tmp_path: Path) -> None:
    """An older copy of a file was restored: operations missing in it count as lost, not as visible."""
    first = Journal(tmp_path).append([operation("ক")])
    last = Journal(tmp_path).append([operation("খ")])
    os.truncate(_log(tmp_path), first)
    after = Journal(tmp_path).append([operation("গ")])
    batch = Journal(tmp_path).read(0)
    assert ([entry.id for entry in batch.operations], batch.lost) == (["ক", "গ"], ((first, last),))
    assert after > last


def test_a_garbled_mark_is_no_mark(tmp_path: Path) -> None:
    """All whole lines count, as in a journal from before there were marks."""
    Journal(tmp_path).append([operation("ক")])
    (tmp_path / "publishing" / "journal" / "acknowledged").write_bytes(b"9" * 20 + b" 00000000\n")
    with _log(tmp_path).open("ab") as stream:
        stream.write(b"torn")
    Journal(tmp_path).append([operation("খ")])
    assert ids(Journal(tmp_path)) == ["ক", "খ"]


def test_a_batch_ends_between_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operations of one request become visible together, however many there are."""
    monkeypatch.setattr("onneshon.index.publishing.operation.BATCH_OPERATIONS", 2)
    journal = Journal(tmp_path)
    end = journal.append(BULK)
    journal.append([operation("ঙ")])
    batch = journal.read(0)
    assert (len(batch.operations), batch.position) == (3, end)


def test_positions_go_on_through_files(tmp_path: Path) -> None:
    """Files end at a limit of length; a position determines the file."""
    journal = Journal(tmp_path, segment_bytes=300)
    positions = [journal.append([operation(f"নদী {number}")]) for number in range(20)]
    assert len(list(journal.folder.glob("*.log"))) > 3
    assert positions == sorted(set(positions))
    for number, position in enumerate(positions):
        assert ids(journal, position) == [f"নদী {later}" for later in range(number + 1, 20)]


def test_old_files_go_once_all_of_them_is_in_the_index(tmp_path: Path) -> None:
    """They are not removed before, and the last file never is."""
    journal = Journal(tmp_path, segment_bytes=1)
    positions = [journal.append([operation(name)]) for name in "কখগ"]
    tomorrow = next(journal.folder.glob("*.log")).stat().st_mtime + KEPT_SECONDS + 60
    journal.forget(positions[1], now=tomorrow - 120)
    assert ids(journal) == ["ক", "খ", "গ"]
    journal.forget(positions[1], now=tomorrow)
    assert ids(journal) == ["গ"]
    journal.forget(positions[2], now=tomorrow)
    assert ids(journal) == ["গ"]


def test_a_lost_journal_gives_no_position_again(tmp_path: Path) -> None:
    """Else the next operations would be taken for published."""
    journal = Journal(tmp_path)
    position = journal.append([operation("ক")])
    next(journal.folder.glob("*.log")).unlink()
    journal = Journal(tmp_path, lambda: position)
    assert journal.append([operation("খ")]) > position
    assert ids(journal, position) == ["খ"]


def test_a_journal_of_an_older_day_gives_no_position_again(tmp_path: Path) -> None:
    """The journal was restored from an older copy, and the index was not."""
    journal = Journal(tmp_path)
    journal.append([operation("ক")])
    position = 10_000
    journal = Journal(tmp_path, lambda: position)
    assert journal.append([operation("খ")]) > position
    assert ids(journal, position) == ["খ"]


@pytest.mark.parametrize("fails", ["write", "fsync"])
def test_what_the_disk_refuses_is_not_queued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """The error says so; appending works again once there is space."""
    journal = Journal(tmp_path)
    journal.append([operation("ক")])

    def refuse(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, fails, refuse)
        with pytest.raises(JournalError, match="nothing was queued: the disk is full"):
            journal.append([operation("খ")])
    journal.append([operation("গ")])
    assert ids(journal) == ["ক", "গ"]


def test_half_written_is_not_queued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk wrote a part and refused the rest."""
    journal = Journal(tmp_path)
    real = os.write
    left = [5]

    def some(descriptor: int, content: memoryview) -> int:
        if not left:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content[: left.pop()])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", some)
        with pytest.raises(JournalError):
            journal.append([operation("ক")])
    journal.append([operation("খ")])
    assert ids(journal) == ["খ"]


def _append_many(directory: Path, name: str) -> None:
    journal = Journal(directory, segment_bytes=2000)
    for number in range(25):
        journal.append([operation(f"{name}-{number}"), operation(f"{name}-{number}-b")])


@pytest.mark.slow
def test_several_processes_append(tmp_path: Path) -> None:
    """No line is lost or torn, and the lines of each process are in order."""
    context = get_context("spawn")
    processes = [context.Process(target=_append_many, args=(tmp_path, name)) for name in "abc"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    found = ids(Journal(tmp_path))
    for name in "abc":
        mine = [article_id for article_id in found if article_id.startswith(name)]
        assert mine == [f"{name}-{number}{end}" for number in range(25) for end in ("", "-b")]
    assert len(found) == 150


def test_progress_says_in_which_generation_each_became_visible(tmp_path: Path) -> None:
    """None while an operation waits; the oldest known generation for very old positions."""
    (tmp_path / "publishing").mkdir()
    file = ProgressFile(tmp_path)
    assert file.read().generation_of(1) is None
    published = Published()
    for number in range(1, KEPT + 3):
        published = published.with_commit(CommittedBatch(number * 10, f"{number:06}"))
    published = replace(published, lost=((7, 9),))
    file.write(published)
    assert ProgressFile(tmp_path).read() == published == file.read()
    assert published.generation_of(25) == "000003"
    assert published.generation_of(1) == "000003"
    assert published.generation_of((KEPT + 2) * 10) == f"{KEPT + 2:06}"
    assert published.generation_of((KEPT + 2) * 10 + 1) is None


def test_a_garbled_record_of_progress_applies_all_again(tmp_path: Path) -> None:
    """Which changes nothing, as each operation states the whole article or its absence."""
    (tmp_path / "publishing").mkdir()
    (tmp_path / "publishing" / "published.json").write_bytes(b'{"commits": [[1')
    found = ProgressFile(tmp_path).read()
    assert (found.position, "garbled" in found.failure) == (0, True)

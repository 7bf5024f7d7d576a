"""What is done to an index while the power may be cut, and what must hold when it is back."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from onneshon.index import IndexCorruptError, IndexMissingError, build, open_writer
from onneshon.index.publishing.applying import REFUSED_FILE, Applier
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.pushing import Pusher
from onneshon.index.replication.store import ObjectStore, open_store
from onneshon.index.storage.snapshot import restore, snapshot
from onneshon.index.upkeep.deep_check import check_deeply
from tests.building import titles
from tests.crashes.recording import Recorder
from tests.updating import commit, edition, edition_of

__all__ = ["WORKLOADS", "Told", "Workload", "recorded"]

Told: TypeAlias = Callable[[Any], None]
"""Is called with what somebody is told is done."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that is done to a folder.

    Attributes:
        prepare: makes what is there before.
        run: does it, and says what was acknowledged.
        check: looks at the folder after a crash, given all that was acknowledged; raises what it finds.
    """

    prepare: Callable[[Path], object]
    run: Callable[[Path, Told], None]
    check: Callable[[Path, Sequence[Any]], None]


def _index(folder: Path) -> Path:
    return folder / "index"


def _build(folder: Path, told: Told) -> None:
    for number in (0, 2):
        build(edition(number), _index(folder))
        told(number)


def _update(folder: Path, told: Told) -> None:
    for number in range(1, 4):
        commit(_index(folder), number)
        told(number)
    with open_writer(_index(folder)) as writer:
        writer.merge(everything=True)
    told(3)


def _check_editions(folder: Path, acknowledged: Sequence[int]) -> None:
    """The last that was acknowledged, or the next one, whole; and one more can be written."""
    last = max(acknowledged, default=-1)
    try:
        found = edition_of(_index(folder))
    except (IndexMissingError, IndexCorruptError):
        # A first build may be whole but for CURRENT: then it can be made live as well as built again.
        assert last < 0, f"edition {last} is gone"
        assert not (_index(folder) / "CURRENT").exists()
        build(edition(0), _index(folder))
        assert edition_of(_index(folder)) == 0
        return
    assert last <= found <= last + 2, f"edition {found} and not {last}"
    check_deeply(_index(folder))
    commit(_index(folder), found + 1)
    assert edition_of(_index(folder)) == found + 1


def _snapshot(folder: Path, told: Told) -> None:
    commit(_index(folder), 1)
    snapshot(_index(folder), folder / "kept.onneshon")
    told(1)


def _prepare_snapshot(folder: Path) -> None:
    build(edition(0), _index(folder))
    snapshot(_index(folder), folder / "kept.onneshon")


def _check_snapshot(folder: Path, acknowledged: Sequence[int]) -> None:
    """The file is the new one or the old one."""
    restore(folder / "kept.onneshon", folder / "restored")
    assert edition_of(folder / "restored") in ({1} if acknowledged else {0, 1})


def _restore(folder: Path, told: Told) -> None:
    restore(folder / "kept.onneshon", folder / "new" / "index")
    told(0)


def _check_restored(folder: Path, acknowledged: Sequence[int]) -> None:
    """What was said to be restored is live; anything less can be restored again."""
    _check_new(folder, acknowledged, _restore)


def _check_new(folder: Path, acknowledged: Sequence[int], again: Callable[[Path, Told], None]) -> None:
    """An index that is made is live as soon as that is told; before, it may be whole but for CURRENT."""
    directory = folder / "new" / "index"
    try:
        assert edition_of(directory) == 0
    except (IndexMissingError, IndexCorruptError):
        assert not acknowledged, "what was told to be there is gone"
        assert not (directory / "CURRENT").exists()
        again(folder, lambda _told: None)
        assert edition_of(directory) == 0


def _store(folder: Path) -> ObjectStore:
    return open_store(f"file://{folder}/store")


def _push(folder: Path, told: Told) -> None:
    with Lease(_store(folder)).acquire() as lease:
        Pusher(_index(folder), lease).push()
        told(0)


def _prepare_store(folder: Path) -> None:
    build(edition(0), _index(folder))
    (folder / "store").mkdir()


def _check_pushed(folder: Path, acknowledged: Sequence[int]) -> None:
    """What was said to be live in the store can be pulled from there."""
    try:
        pull(folder / "new" / "index", _store(folder))
    except IndexMissingError:
        assert not acknowledged, "what was pushed is gone"
        return
    assert edition_of(folder / "new" / "index") == 0


def _prepare_pushed(folder: Path) -> None:
    _prepare_store(folder)
    _push(folder, lambda _told: None)


def _pull(folder: Path, told: Told) -> None:
    pull(folder / "new" / "index", _store(folder))
    told(0)


def _check_pulled(folder: Path, acknowledged: Sequence[int]) -> None:
    """What was said to be pulled is live; anything less can be pulled again."""
    _check_new(folder, acknowledged, _pull)


_SEGMENT: Final = 600
"""Bytes of a file of the journal, so that several are begun."""

_REQUESTS: Final = (("ক",), ("খ", "গ", "ঘ"), ("ঙ",), ("চ", "ছ"), ("জ",), ("ঝ", "ঞ", "ট", "ঠ"), ("ড",))
"""Ids of each request."""


def _operations(ids: Sequence[str], title: str = "নদী") -> list[Operation]:
    return [Operation(article_id, json.dumps({"title": f"{title} {article_id}"})) for article_id in ids]


def _append(folder: Path, told: Told) -> None:
    for ids in _REQUESTS:
        journal = Journal(_index(folder), segment_bytes=_SEGMENT)
        journal.append(_operations(ids))
        told(ids)


def _appended(folder: Path) -> list[str]:
    journal, position, found = Journal(_index(folder), segment_bytes=_SEGMENT), 0, list[str]()
    while (batch := journal.read(position)).position > position:
        assert not batch.damaged, "a line is lost"
        found += [operation.id for operation in batch.operations]
        position = batch.position
    return found


def _flat(requests: Sequence[Sequence[str]]) -> list[str]:
    return [article_id for ids in requests for article_id in ids]


def _check_appended(folder: Path, acknowledged: Sequence[Sequence[str]]) -> None:
    """Every request that was acknowledged, and at most the one after it, each whole."""
    found, count = _appended(folder), len(acknowledged)
    possible = [_flat(_REQUESTS[:count]), _flat(_REQUESTS[: count + 1])]
    assert found in possible, f"{found} and not {possible}"
    Journal(_index(folder), segment_bytes=_SEGMENT).append(_operations(["শেষ"]))
    assert _appended(folder) == [*found, "শেষ"]


def _publish(folder: Path, told: Told) -> None:
    """Requests come, and are applied now and then; of one no index makes an article."""
    directory = _index(folder)
    journal, applier = Journal(directory), Applier(directory, open_writer)
    for number, ids in enumerate(_REQUESTS[:4]):
        operations = [*_operations(ids), *([Operation("ভুল", '{"title": 5}')] if number == 1 else [])]
        position = journal.append(operations)
        told(("queued", position, ids))
        if number % 2:
            assert applier.step()
            told(("visible", position, ids))
    position = journal.append([Operation("ক", None)])
    told(("queued", position, ["-ক"]))
    assert applier.step()
    told(("visible", position, ["-ক"]))


def _check_published(folder: Path, acknowledged: Sequence[tuple[str, int, Sequence[str]]]) -> None:
    """What was visible is found at once, what was queued once it is applied; what was refused is kept."""
    directory = _index(folder)
    progress = ProgressFile(directory).read()
    wanted, visible, refused = _wanted(acknowledged, progress.position)
    assert _states(directory, visible) == visible, "what was visible is not"
    applier = Applier(directory, open_writer)
    for _ in range(10):
        if applier.is_idle:
            break
        assert applier.step(), ProgressFile(directory).read().failure
    assert not ProgressFile(directory).read().lost
    assert _states(directory, wanted) == wanted, "what was queued is not there"
    if refused:
        lines = (directory / "publishing" / REFUSED_FILE).read_bytes().splitlines()
        assert "ভুল" in map(_id_in, lines), "nobody kept it"
    check_deeply(directory)


def _id_in(line: bytes) -> str:
    """The id in a line of JSON; empty if the line is torn."""
    try:
        return str(json.loads(line)["id"])
    except ValueError:
        return ""


def _wanted(
    acknowledged: Sequence[tuple[str, int, Sequence[str]]], applied: int
) -> tuple[dict[str, bool], dict[str, bool], bool]:
    """Which articles there must be at the end and at once, and whether one was refused."""
    wanted, visible, refused = dict[str, bool](), dict[str, bool](), False
    reached = max([applied, *(position for what, position, _ in acknowledged if what == "visible")])
    for what, position, ids in acknowledged:
        if what == "queued":
            states = {article_id.lstrip("-"): not article_id.startswith("-") for article_id in ids}
            wanted |= states
            if position <= reached:
                visible |= states
            refused |= "খ" in ids
    # What came later may have been applied by now, told or not.
    later = {
        article_id.lstrip("-")
        for what, position, ids in acknowledged
        if what == "queued" and position > reached
        for article_id in ids
    }
    for article_id in later:
        visible.pop(article_id, None)
    if not any("-ক" in ids for _, _, ids in acknowledged):  # it may be on its way, and need not be
        wanted.pop("ক", None)
        visible.pop("ক", None)
    return wanted, visible, refused


def _states(directory: Path, ids: Iterable[str]) -> dict[str, bool]:
    """Whether each article is there."""
    asked = [*ids]
    return {
        article_id: title is not None
        for article_id, title in zip(asked, titles(directory, *asked), strict=True)
    }


def _edition_0(folder: Path) -> None:
    build(edition(0), _index(folder))


WORKLOADS: Final = {
    "build": Workload(bool, _build, _check_editions),
    "update": Workload(_edition_0, _update, lambda folder, told: _check_editions(folder, [0, *told])),
    "snapshot": Workload(_prepare_snapshot, _snapshot, _check_snapshot),
    "restore": Workload(_prepare_snapshot, _restore, _check_restored),
    "push": Workload(_prepare_store, _push, _check_pushed),
    "pull": Workload(_prepare_pushed, _pull, _check_pulled),
    "journal": Workload(bool, _append, _check_appended),
    "publishing": Workload(_edition_0, _publish, _check_published),
}


def recorded(workload: Workload, folder: Path) -> Recorder:
    """What a workload does to a folder."""
    folder.mkdir()
    workload.prepare(folder)
    recorder = Recorder(folder)
    with recorder.watching():
        workload.run(folder, recorder.acknowledge)
    return recorder

"""Files of a generation kept on the cluster: its vocabulary and its suggestions, each in pieces.

The document ``state`` names the files, their pieces and digests, and has a revision that rises with each
change. The pieces of a new revision are written before the state that names them, and those of the one before
stay until the next, so that a reader finds together what belongs together.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from opensearchpy import OpenSearch

from onneshon.index.errors import IndexCorruptError, IndexMissingError
from onneshon.opensearch.connection.bulk import Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.storage.generations import files_of

__all__ = ["FileState", "KeptFile", "fetch_files", "keep_files", "read_state"]

PIECE: Final = 2 << 20
"""Bytes."""

STATE: Final = "state"

MOST_FOUND: Final = 10_000
"""Documents that OpenSearch lists at once: 20 GB of pieces."""

MISSING: Final = 404
"""The answer where there is no such document, or no such index."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file.

    Attributes:
        bytes: its size.
        sha256: its digest, in hexadecimal.
        pieces: how many.
    """

    bytes: int
    sha256: str
    pieces: int


@dataclass(frozen=True, slots=True)
class FileState:
    """What files there are.

    Attributes:
        revision: higher than that of the state before.
        files: by their names.
    """

    revision: int
    files: Mapping[str, KeptFile]


def read_state(cluster: Cluster, generation: str) -> FileState:
    """What files a generation has now: a small request, by which readers see whether to read them again.

    Raises:
        IndexMissingError: the generation or its files are gone.
        ClusterError: as for ``Cluster.read``.
    """
    found = _document(cluster, generation, STATE)
    if found is None:
        raise IndexMissingError(f"{files_of(generation)} has no state: build the index again")
    state = found["state"]
    return FileState(state["revision"], {name: KeptFile(**file) for name, file in state["files"].items()})


def _document(cluster: Cluster, generation: str, name: str) -> Any:
    def ask(client: OpenSearch) -> Any:
        return client.get(index=files_of(generation), id=name, params={"ignore": MISSING})

    found = cluster.read(ask)
    return found["_source"] if found.get("found") else None


def keep_files(cluster: Cluster, generation: str, folder: Path, names: Iterable[str]) -> FileState:
    """Put files of a folder in place of those that a generation has.

    Raises:
        ClusterError: as for ``Cluster.write``, or a piece was refused.
    """
    try:
        before = read_state(cluster, generation)
    except IndexMissingError:
        before = FileState(0, {})
    revision = before.revision + 1
    kept = {}
    for name in names:
        content = (folder / name).read_bytes()
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        _put(
            cluster,
            generation,
            {_piece(name, revision, n): _encoded(piece) for n, piece in enumerate(pieces)},
        )
        kept[name] = KeptFile(len(content), hashlib.sha256(content).hexdigest(), len(pieces))
    state = {"revision": revision, "files": {name: asdict(file) for name, file in kept.items()}}
    _put(cluster, generation, {STATE: {STATE: state}})
    _forget(cluster, generation, revision - 1)
    return FileState(revision, kept)


def _encoded(piece: bytes) -> dict[str, Any]:
    return {"data": b64encode(piece).decode()}


def _piece(name: str, revision: int, number: int) -> str:
    return f"{name}/{revision}/{number}"


def _put(cluster: Cluster, generation: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
    operations = [Operation.put(name, document) for name, document in documents.items()]
    for outcome in send(cluster, files_of(generation), operations):
        if outcome.state != "written":
            raise ClusterError(f"{files_of(generation)} refused {outcome.operation.id}: {outcome.reason}")


def _forget(cluster: Cluster, generation: str, oldest: int) -> None:
    """Remove the pieces of revisions before one."""

    def ask(client: OpenSearch) -> Any:
        client.indices.refresh(index=files_of(generation))
        return client.search(index=files_of(generation), body={"size": MOST_FOUND, "_source": False})

    names = [hit["_id"] for hit in cluster.read(ask)["hits"]["hits"] if hit["_id"] != STATE]
    old = [name for name in names if int(name.split("/")[1]) < oldest]
    if old:
        lines = [{"delete": {"_id": name}} for name in old]
        cluster.write(lambda client: client.bulk(body=lines, index=files_of(generation)))


def fetch_files(cluster: Cluster, generation: str, folder: Path, only: Sequence[str] = ()) -> FileState:
    """Read all files of a generation, or some of them, into a folder.

    Raises:
        IndexMissingError: the generation or its files are gone.
        IndexCorruptError: a piece is missing or altered.
        ClusterError: as for ``Cluster.read``.
    """
    state = read_state(cluster, generation)
    for name, kept in state.files.items():
        if only and name not in only:
            continue
        pieces = [
            _document(cluster, generation, _piece(name, state.revision, number))
            for number in range(kept.pieces)
        ]
        content = b"".join([b64decode(piece["data"]) for piece in pieces if piece is not None])
        if hashlib.sha256(content).hexdigest() != kept.sha256:
            raise IndexCorruptError(f"{files_of(generation)} has not all of {name}: build the index again")
        (folder / name).write_bytes(content)
    return state

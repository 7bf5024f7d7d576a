"""Files of a generation kept on the cluster, such as its vocabulary, in parts; each file in pieces.

The document ``state`` names the parts, their files, pieces and digests, and has a revision that rises with
each change. A part is written once: a change adds one, or puts one in place of several. Its pieces are
written before the state that names them, and those of the state before stay until the next, so that a reader
finds together what belongs together. A state is written only in place of the one that was read: of a writer
that lost the right to write and did not notice, nothing is put over what the next one wrote.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConflictError

from onneshon.index.errors import IndexCorruptError, IndexLockedError, IndexMissingError
from onneshon.opensearch.connection.address import id_in, name_in, with_slice
from onneshon.opensearch.connection.bulk import Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.reading import unchanged_since
from onneshon.opensearch.storage.generations import files_of

PIECE: Final = 2 << 20
"""Bytes."""

STATE: Final = "state"

MOST_FOUND: Final = 10_000
"""Documents that OpenSearch lists at once: 20 GB of pieces."""


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
class FilePart:
    """Files that were made of some articles.

    Attributes:
        revision: of the state with which it came; no other part has it.
        articles: how many were added or changed.
        gone: how many were changed or deleted.
        files: by their names.
    """

    revision: int
    articles: int
    gone: int
    files: Mapping[str, KeptFile]

    @property
    def folder(self) -> str:
        """Where its files are, among those of other parts."""
        return str(self.revision)


@dataclass(frozen=True, slots=True)
class FileState:
    """What files there are.

    Attributes:
        revision: higher than that of the state before.
        parts: the first is of the build, and mostly the largest.
    """

    revision: int
    parts: tuple[FilePart, ...] = ()

    @property
    def articles(self) -> int:
        """How many articles there were when words were counted last."""
        return sum(part.articles - part.gone for part in self.parts)


def read_state(cluster: Cluster, generation: str) -> FileState:
    """What files a generation has now: a small request, by which readers see whether to read them again.

    Raises:
        IndexMissingError: the generation or its files are gone.
        ClusterError: as for ``Cluster.read``.
    """
    return _state_of(generation, _got(cluster, generation, STATE))


def _state_of(generation: str, found: Mapping[str, Any]) -> FileState:
    if not found.get("found"):
        raise IndexMissingError(f"{files_of(generation)} has no state: build the index again")
    state = found["_source"]["state"]
    return FileState(state["revision"], tuple(map(_part_of, state["parts"])))


def _part_of(values: Mapping[str, Any]) -> FilePart:
    files = {name: KeptFile(**file) for name, file in values["files"].items()}
    return FilePart(values["revision"], values["articles"], values["gone"], files)


def _got(cluster: Cluster, generation: str, name: str) -> Mapping[str, Any]:
    params = {"ignore": HTTPStatus.NOT_FOUND.value}
    index = files_of(generation)
    found: Mapping[str, Any] = cluster.read(
        lambda client: client.get(index=index, id=id_in(index, name), params=params)
    )
    return found


def _document(cluster: Cluster, generation: str, name: str) -> Any:
    found = _got(cluster, generation, name)
    return found["_source"] if found.get("found") else None


def keep_part(
    cluster: Cluster, generation: str, folder: Path, *, articles: int, gone: int = 0, after: int = 0
) -> FileState:
    """Put the files of a folder, as a part, in place of all that a generation has but for the first parts.

    Args:
        cluster: to ask.
        generation: whose files they are.
        folder: which has no others.
        articles: that were added or changed.
        gone: that were changed or deleted.
        after: how many parts stay before it.

    Raises:
        ClusterError: as for ``Cluster.write``, or a piece was refused.
        IndexLockedError: another process did the same meanwhile.
    """
    found = _got(cluster, generation, STATE)
    before = _state_of(generation, found) if found.get("found") else FileState(0)
    revision = before.revision + 1
    kept = {path.name: _kept(cluster, generation, path, revision) for path in sorted(folder.iterdir())}
    state = FileState(revision, (*before.parts[:after], FilePart(revision, articles, gone, kept)))
    _put_state(cluster, generation, state, found)
    if before.parts[after:]:
        _forget(cluster, generation, {part.revision for part in (*before.parts, *state.parts)})
    return state


def _put_state(cluster: Cluster, generation: str, state: FileState, before: Mapping[str, Any]) -> None:
    condition = unchanged_since(before) if before.get("found") else {"op_type": "create"}
    index = files_of(generation)
    body = with_slice(index, {STATE: asdict(state)})
    try:
        cluster.write(
            lambda client: client.index(
                index=index, id=id_in(index, STATE), body=body, params=dict(condition)
            )
        )
    except ClusterError as error:
        if not isinstance(error.__cause__, ConflictError):
            raise
        if read_state(cluster, generation) != state:  # else ours, of which the answer was lost
            raise IndexLockedError(
                f"{index} was written by another process, as this one was too slow: the words of its last "
                "articles may not be counted, which `onneshon index repair` mends"
            ) from error


def _kept(cluster: Cluster, generation: str, path: Path, revision: int) -> KeptFile:
    content = path.read_bytes()
    pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
    documents = {
        _piece(path.name, revision, number): {"data": b64encode(piece).decode()}
        for number, piece in enumerate(pieces)
    }
    _put(cluster, generation, documents)
    return KeptFile(len(content), hashlib.sha256(content).hexdigest(), len(pieces))


def _piece(name: str, revision: int, number: int) -> str:
    return f"{name}/{revision}/{number}"


def _put(cluster: Cluster, generation: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
    operations = [Operation(name, document) for name, document in documents.items()]
    for outcome in send(cluster, files_of(generation), operations):
        if outcome.state != "written":
            raise ClusterError(f"{files_of(generation)} refused {outcome.operation.id}: {outcome.reason}")


def _forget(cluster: Cluster, generation: str, revisions: Collection[int]) -> None:
    """Remove the pieces of other revisions than some."""
    index = files_of(generation)

    def ask(client: OpenSearch) -> Any:
        client.indices.refresh(index=index)
        return client.search(index=index, body={"size": MOST_FOUND, "_source": False})

    names = [name_in(index, hit["_id"]) for hit in cluster.read(ask)["hits"]["hits"]]
    pieces = [name.split("/") for name in names if "/" in name]
    if old := ["/".join(piece) for piece in pieces if int(piece[1]) not in revisions]:
        lines = [{"delete": {"_id": id_in(index, name)}} for name in old]
        cluster.write(lambda client: client.bulk(body=lines, index=index))


def fetch_part(cluster: Cluster, generation: str, part: FilePart, folder: Path) -> Path:
    """Read the files of a part into a folder of a folder; which it is.

    Raises:
        IndexMissingError: the generation or its files are gone.
        IndexCorruptError: a piece is missing or altered.
        ClusterError: as for ``Cluster.read``.
    """
    target = folder / part.folder
    target.mkdir()
    for name, kept in part.files.items():
        names = [_piece(name, part.revision, number) for number in range(kept.pieces)]
        pieces = [_document(cluster, generation, piece) for piece in names]
        content = b"".join([b64decode(piece["data"]) for piece in pieces if piece is not None])
        if hashlib.sha256(content).hexdigest() != kept.sha256:
            raise IndexCorruptError(
                f"{files_of(generation)} has not all of {name}: `onneshon index repair` counts words again"
            )
        (target / name).write_bytes(content)
    return target

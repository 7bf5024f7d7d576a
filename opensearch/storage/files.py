"""Files of a generation stored on the cluster, such as its vocabulary, in parts; each file in pieces.

The document ``state`` names the parts, their files, pieces and digests, and has a revision that rises with
each change. A part is written once: a change adds a part, or replaces several by one. Its pieces are written
before the state that names them, and pieces of the previous state stay until the next change, so that a
reader finds a consistent set. A state only ever replaces the one that was read: a writer that has lost the
lease without noticing cannot overwrite what the next one wrote.
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
"""The most bytes of a piece."""

STATE: Final = "state"

MOST_FOUND: Final = 10_000
"""The most documents that OpenSearch lists at once: 20 GB of pieces."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file stored on the cluster.

    Attributes:
        bytes: the size of the file.
        sha256: the digest of the file, in hexadecimal.
        pieces: the number of its pieces.
    """

    bytes: int
    sha256: str
    pieces: int


@dataclass(frozen=True, slots=True)
class FilePart:
    """The files derived from some articles.

    Attributes:
        revision: the revision of the state that added the part; unique to it.
        articles: the number of articles added or changed.
        gone: the number of articles changed or deleted.
        files: the files by their names.
    """

    revision: int
    articles: int
    gone: int
    files: Mapping[str, KeptFile]

    @property
    def folder(self) -> str:
        """The name of the folder of its files, next to those of other parts."""
        return str(self.revision)


@dataclass(frozen=True, slots=True)
class FileState:
    """The files of a generation at one revision.

    Attributes:
        revision: a number higher than that of the previous state.
        parts: the parts; the first is that of the build, and mostly the largest.
    """

    revision: int
    parts: tuple[FilePart, ...] = ()

    @property
    def articles(self) -> int:
        """The number of articles when words were last counted."""
        return sum(part.articles - part.gone for part in self.parts)


def read_state(cluster: Cluster, generation: str) -> FileState:
    """Read the current file state of a generation: a small request, to see whether files have changed.

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
    """Store the files of a folder as a part; it replaces all parts of a generation but the first ``after``.

    Args:
        cluster: the cluster.
        generation: the name of the generation.
        folder: the folder, which has no other files.
        articles: the number of articles added or changed.
        gone: the number of articles changed or deleted.
        after: the number of parts that stay before it.

    Raises:
        ClusterError: as for ``Cluster.write``, or a piece was refused.
        IndexLockedError: another process has written a part meanwhile.
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
        if read_state(cluster, generation) != state:  # else it is our own write, whose answer was lost
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
    """Remove the pieces of all revisions but the given ones."""
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
    """Read the files of a part into a new subfolder of a folder, and return that.

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

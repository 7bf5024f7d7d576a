"""Use Whoosh: its searcher on our index, and our analysis of Bengali in an index of Whoosh's own."""

from pathlib import Path
from tempfile import TemporaryDirectory

from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import QueryParser

from onneshon.index import Article, build
from onneshon.index.storage.whoosh_index import open_with_whoosh
from onneshon.index.whoosh_codec.analyzer import BengaliAnalyzer

with TemporaryDirectory() as folder:  # replace it by a directory that persists
    directory = Path(folder)
    build([Article("1", "নদীর কথা", "পদ্মা নদীতে ইলিশ।"), Article("2", "পাহাড়", "নদী নেই।")], directory)
    ours = open_with_whoosh(directory)
    with ours.searcher() as searcher:
        for hit in searcher.search(QueryParser("stem", ours.schema).parse("নদীগুলো ইলিশ")):
            print(hit["id"], hit["title"])

theirs = RamStorage().create_index(Schema(path=ID(stored=True), text=TEXT(analyzer=BengaliAnalyzer())))
with theirs.writer() as writer:
    writer.add_document(path="note.txt", text="নদীর ধারে হাট বসে")
with theirs.searcher() as searcher:
    print([hit["path"] for hit in searcher.search(QueryParser("text", theirs.schema).parse("নদী"))])

# prints:
# 1 নদীর কথা
# ['note.txt']

"""What changed last of an article, in a directory, as harvesters ask for it."""

from pathlib import Path

from onneshon.index import Article, build, open_writer, update
from onneshon.search import Engine
from onneshon.search.interface import DatedEngine


def test_an_article_is_there_gone_or_was_never(tmp_path: Path) -> None:
    """What is gone has no text; the order of changes is that of their times."""
    build([Article("১", "ঢাকায় বইমেলা"), Article("২", "ইলিশের মৌসুম")], tmp_path)
    update([Article("২", "ইলিশ")], tmp_path)
    with open_writer(tmp_path) as writer:
        writer.delete("১")
    with Engine.open(tmp_path, time_limit=None) as engine:
        assert isinstance(engine, DatedEngine)
        changed, gone, never = (engine.change(name) for name in ("২", "১", "৯"))
        assert changed is not None
        assert changed.article is not None
        assert changed.article.title == "ইলিশ"
        assert gone is not None
        assert (gone.article_id, gone.article) == ("১", None)
        assert never is None
        every = engine.changes(0, 2**32 - 1)
        assert (every.left, engine.first_change) == (2, min(change.place[0] for change in every.changes))

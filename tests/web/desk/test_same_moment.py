"""What several people do at the desk, in the same moment or after each other, and what only one may read."""

import io
import re
import stat
from typing import Any

import pytest

from onneshon.index.publishing.operation import Operation
from onneshon.web.desk.imports import Imports
from onneshon.web.publishing.queue import PublishingQueue
from tests.web.desk.test_desk import Desk


def test_nobody_writes_over_what_was_queued_since_they_were_looked_after(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at again while nobody else can queue; who comes second is shown what they wrote."""
    editor = at_desk("editor")
    seen = re.search('name="seen" value="([^"]+)"', editor.text("/article?id=n5"))
    assert seen
    change = PublishingQueue.change

    def meanwhile(queue: PublishingQueue, make: Any, wait: float) -> Any:
        queue.publish([Operation.now("n5", '{"id": "n5", "title": "করিমের শিরোনাম"}', "করিম")], 0)
        return change(queue, make, wait)

    monkeypatch.setattr(PublishingQueue, "change", meanwhile)
    answer = editor.post("/article", id="n5", title="রহিমের শিরোনাম", body="নদী", seen=seen[1])
    assert (answer.status_code, "রহিমের শিরোনাম" in answer.text) == (409, True)
    editor.apply()
    assert editor.service._live.current().article("n5").title == "করিমের শিরোনাম"


def test_what_was_dropped_in_is_for_the_server_alone(at_desk: Desk) -> None:
    """It may have articles that nobody is to read yet."""
    imports = Imports(at_desk("admin").directory)
    taken = imports.receive(
        io.BytesIO(b"id,title\n1,\xe0\xa6\xa8\xe0\xa6\xa6\xe0\xa7\x80\n"), "news.csv", "admin"
    )
    assert stat.S_IMODE((imports._folder / taken.name).stat().st_mode) == 0o700


@pytest.mark.parametrize("decision", ["accept", "refuse"])
def test_the_log_says_how_it_was_decided_of_what_the_index_learned(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, decision: str
) -> None:
    """And of which words, so that another editor need not ask."""
    editor = at_desk("editor")
    learned = "গ্রেফতার\t=\tগ্রেপ্তার\tvariant\tin 40 contexts"
    monkeypatch.setattr(type(editor.service._live.current()), "learned", learned)
    editor.post("/synonyms/learned", left="গ্রেফতার", right="গ্রেপ্তার", decision=decision)
    desk = editor.service.desk
    assert desk is not None
    [entry] = desk.store.entries(1)
    assert (entry.action, entry.about) == (decision, "গ্রেফতার, গ্রেপ্তার")

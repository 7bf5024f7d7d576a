import re
from pathlib import Path
from string import Formatter

import web.messages
from index.analysis.canonical import STEPS
from web.messages import MESSAGES

ROOT = Path(web.messages.__file__).parent


def _braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _without_singulars(keys: dict[str, str]) -> set[str]:
    return {key for key in keys if not key.endswith(".one")}


def test_every_message_is_in_both_languages() -> None:
    """No reader meets a page half in the other language."""
    assert _without_singulars(MESSAGES["bn"]) == _without_singulars(MESSAGES["en"])


def test_messages_are_filled_alike() -> None:
    """What a page puts into a message has a place in both languages."""
    for key, text in MESSAGES["en"].items():
        assert _braces(text) == _braces(MESSAGES["bn"][key.removesuffix(".one")]), key


def test_every_message_is_used() -> None:
    """A message that no template or module names is dead, and one that is named exists."""
    texts = [path.read_text("utf-8") for path in ROOT.rglob("*") if path.suffix in {".html", ".xml", ".py"}]
    sources = "\n".join(text for text in texts if "_BENGALI" not in text)
    made_up_at_run_time = ("analysis.kind.", "error.", "facet.", "layer.", "sort.", "step.")
    for key in _without_singulars(MESSAGES["bn"]):
        assert f'"{key}"' in sources or f"'{key}'" in sources or key.startswith(made_up_at_run_time), key
    for key in re.findall(r"""\bt\(["']([a-z0-9_.]+)["']""", sources):
        assert key in MESSAGES["bn"] or key.endswith("."), key


def test_every_step_of_the_analysis_has_a_name() -> None:
    """A step that is added to the chain is named for readers too."""
    names = {step.name for step in STEPS} | {"repair", "stem", "fold", "English stem"}
    assert {f"step.{name}" for name in names} <= MESSAGES["bn"].keys()


def test_bengali_is_written_one_way() -> None:
    """The letters ড় ঢ় য় are single characters throughout, so that the source can be searched."""
    assert not [key for key, text in MESSAGES["bn"].items() if "\u09bc" in text]

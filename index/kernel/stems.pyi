from collections.abc import Callable

from onneshon.index.kernel.folding import Folding
from onneshon.index.kernel.noun_endings import NounEndings

class Stems:
    def __init__(
        self,
        o_endings: dict[str, str],
        pronouns: dict[str, str],
        verb_key: Callable[[str], str | None],
        endings: NounEndings,
        before_members: Callable[[str], str],
        variants: dict[str, str],
        folding: Folding,
    ) -> None: ...
    def key(self, word: str) -> str: ...
    def stem(self, word: str) -> str: ...

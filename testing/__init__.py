"""The contract of a search engine as pytest tests, for authors of engines; needs pytest.

from onneshon.testing import ARTICLES, SITE, EngineContract

class TestOurEngine(EngineContract):
@pytest.fixture
def engine(self):
with our_engine(ARTICLES, SITE) as engine:
yield engine
"""

import pytest

pytest.register_assert_rewrite(*(f"onneshon.testing.{name}" for name in ("contract", "filters")))

from onneshon.testing.articles import ARTICLES, SITE  # noqa: E402  # after the line that makes failures tell values
from onneshon.testing.contract import EngineContract  # noqa: E402

__all__ = ["ARTICLES", "EngineContract", "SITE"]  # noqa: RUF022  # in the order of all packages, which is tested

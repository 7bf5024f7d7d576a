"""The real server gets valid and invalid publishing requests, and answers as its OpenAPI document says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from onneshon.web.api.openapi import document
from onneshon.web.api.operations import WRITING
from tests.building import build_numbered
from tests.publishing import Publisher, publishing

PATHS = sorted({operation.path for operation in WRITING})

CANNOT_BE_SAID: list[Any] = [negative_data_rejection, positive_data_acceptance]
"""Checks left out: the schema cannot say that title or body is needed, which id, or which dates exist."""


@pytest.fixture
def described(request: pytest.FixtureRequest) -> schemathesis.BaseSchema:
    """The document, loaded where its tests run and not in each process."""
    request.node._nodeid = request.node.nodeid  # schemathesis 4.32 reads it, and pytest 9.2 no longer has it
    return schemathesis.openapi.from_dict(json.loads(json.dumps(document(writing=True))))


of_articles = schemathesis.pytest.from_fixture("described").include(path=PATHS)


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """A server that accepts any rate of articles."""
    directory = tmp_path_factory.mktemp("publishing") / "index"
    build_numbered(directory)
    log: list[str] = []
    with publishing(directory, "--rate", "10000", log=log) as client:
        yield client
    assert "Traceback" not in log[0], log[0]


@pytest.mark.slow
@of_articles.exclude(method="POST").parametrize()  # it generates no JSON Lines
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered(case: schemathesis.Case[Any], publisher: Publisher) -> None:
    """The server does not fail, each answer is described, and nothing works without a key."""
    if "wait" in case.query and isinstance(case.query["wait"], int | float):
        case.query["wait"] = min(case.query["wait"], 1)
    headers = {"Authorization": f"Bearer {publisher.key}"}
    base = f"http://127.0.0.1:{publisher.port}/"
    case.call_and_validate(base_url=base, headers=headers, excluded_checks=CANNOT_BE_SAID)

"""Clients that generators make from the OpenAPI document have every operation, typed, without a warning."""

import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from onneshon.web.api.openapi import document
from onneshon.web.api.operations import operations
from tests.building import build_numbered
from tests.node import node_packages
from tests.publishing import Publisher, publishing

FIELDS = (("section", "views"), ("views",))


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """The document of a server that accepts articles, for a site with its own fields."""
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document(*FIELDS, writing=True)), "utf-8")
    return file


def _schemas(described: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a document."""
    if isinstance(described, dict):
        yield described
    for value in described.values() if isinstance(described, dict) else described:
        if isinstance(value, dict | list):
            yield from _schemas(value)


def test_the_document_has_what_generators_need() -> None:
    """Parameter names differ as identifiers, enumerations have types, and bodies are JSON."""
    whole = json.loads(json.dumps(document(*FIELDS, writing=True)))
    assert [schema for schema in _schemas(whole) if "enum" in schema and "type" not in schema] == []
    for methods in whole["paths"].values():
        for operation in methods.values():
            names = [re.sub(r"\W+", "", parameter["name"]).lower() for parameter in operation["parameters"]]
            assert len(set(names)) == len(names), operation["operationId"]
            assert operation.get("requestBody", {"content": {}})["content"].keys() <= {"application/json"}


def _generated(described: Path, folder: Path) -> str:
    """Generate the package ``folder``, and return the generator's output."""
    config = folder.with_suffix(".json")
    config.write_text('{"post_hooks": []}')  # these would format the result
    generate = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--meta",
        "none",
        "--fail-on-warning",
    ]
    files = ["--path", str(described), "--output-path", str(folder), "--config", str(config)]
    return subprocess.run([*generate, *files], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def client_package(described: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A generated Python client."""
    said = _generated(described, tmp_path / "generated_client")
    assert "arning" not in said
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("generated_client")
    for name in [name for name in sys.modules if name.startswith("generated_client")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """A server that accepts articles."""
    directory = tmp_path_factory.mktemp("clients") / "index"
    build_numbered(directory)
    with publishing(directory) as client:
        yield client


@pytest.mark.slow
def test_a_client_in_python_has_every_operation(client_package: ModuleType, publisher: Publisher) -> None:
    """The client publishes an article, searches for it and reads it, with types only."""
    package, api = client_package.__name__, f"{client_package.__name__}.api.default"
    folder = Path(str(client_package.__file__)).parent / "api" / "default"
    assert len([*folder.glob("[a-z]*.py")]) == len(operations(writing=True))
    models = importlib.import_module(f"{package}.models")
    url = f"http://127.0.0.1:{publisher.port}"

    def ask(operation: str, **asked: Any) -> Any:
        with client_package.AuthenticatedClient(base_url=url, token=publisher.key) as client:
            return importlib.import_module(f"{api}.{operation}").sync(client=client, **asked)

    changes = [models.ArticleChange(id="ইলিশ", title="পদ্মার ইলিশ", category="নদী")]
    assert ask("post_articles", body=changes, wait=20).visible
    page = ask("search", q="ইলিশ", not_category=["রান্না"], facets=[models.SearchFacetsItem.CATEGORY])
    assert [hit.marked_title.text for hit in page.hits] == ["পদ্মার ইলিশ"]
    assert page.facets["category"][0].value == "নদী"
    narrow = ask("search", q="ইলিশ", fields=[models.SearchFieldsItem.TITLE])
    assert [hit.to_dict() for hit in narrow.hits] == [{"id": "ইলিশ", "title": "পদ্মার ইলিশ"}]
    searches = [models.SearchParameters(q="ইলিশ"), models.SearchParameters(q="ইলিশ", limit=101)]
    found, refused = ask("post_multi_search", body=models.MultiSearch(searches=searches)).answers
    assert (found.total, refused.parameter) == (1, "limit")
    assert ask("articles_by_id", id="ইলিশ").article.title == "পদ্মার ইলিশ"


@pytest.mark.slow
def test_types_for_typescript_are_sound(described: Path, tmp_path: Path) -> None:
    """The types compile under the strictest rules, with a program that uses them."""
    folder = node_packages("openapi-typescript@7", "typescript@5", folder=tmp_path)

    def run(*command: str) -> str:
        program = [shutil.which("npx") or "npx", *command]
        done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    assert "arning" not in run("openapi-typescript", str(described), "-o", "api.ts")
    (folder / "use.ts").write_text(
        'import type { paths } from "./api";\n'
        'type Found = paths["/api/v1/search"]["get"]["responses"]["200"]["content"]["application/json"];\n'
        "export const titles = (found: Found) => found.hits.map((hit) => hit.title);\n"
        'export const asked: paths["/api/v1/search"]["get"]["parameters"]["query"] =\n'
        '  { q: "নদী", not_category: ["খেলা"], facets: ["category", "section"] };\n',
        "utf-8",
    )
    run("tsc", "--noEmit", "--strict", "use.ts")

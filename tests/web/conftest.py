"""A client of a fake engine; browser, site and page for tests of pages."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from onneshon.web import create_app
from tests.fake_engine import FakeEngine
from tests.web.browsing import CHROMIUM, serve


@pytest.fixture
def engine() -> FakeEngine:
    """A fake engine that records its requests."""
    return FakeEngine(total=1234)


@pytest.fixture
def client(engine: FakeEngine) -> FlaskClient:
    """A client of an application with a fake engine."""
    return create_app(engine).test_client()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of the system."""
    if CHROMIUM is None:
        pytest.skip("no chromium on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A server with a fake engine."""
    yield from serve(FakeEngine(total=1234))


@pytest.fixture(scope="module")
def empty_site() -> Iterator[str]:
    """A server without an index."""
    yield from serve(lambda: None)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop window whose errors fail the test."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        problems: list[str] = []

        def told(message: ConsoleMessage) -> None:
            if message.type == "error":
                problems.append(message.text)

        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", told)
        yield page
        assert not [problem for problem in problems if "status of" not in problem]

"""What Chromium hands to screen readers is what spoken.md documents."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

pytestmark = pytest.mark.browser

PAGE = (Path(__file__).parent / "spoken.md").read_text("utf-8")
ROWS = [
    (row[0], row[1], row[2])
    for line in re.findall(r"^\| \d+ \|.*\|$", PAGE, re.MULTILINE)
    if (row := [cell.strip() for cell in line.strip("|").split("|")])
]
STATES = ("focused", "editable", "autocomplete", "hasPopup", "expanded", "live", "selected")
SPOKEN_ROLES = {"combobox", "listbox", "option", "status"}


def _heard(session: CDPSession, page: Page) -> set[str]:
    """Roles, names, values, descriptions and states of the box and its list, with status and title."""
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    said = {page.title()}
    for chosen in page.locator("[aria-selected=true]").all():  # the protocol leaves positions out of its tree
        said |= {f"{name}: {chosen.get_attribute(f'aria-{name}')}" for name in ("posinset", "setsize")}
    for node in nodes:
        role = node.get("role", {}).get("value")
        if role not in SPOKEN_ROLES:
            continue
        said |= {role, *(node.get(part, {}).get("value", "") for part in ("name", "value", "description"))}
        said |= {
            by_id[child].get("name", {}).get("value", "")
            for child in node.get("childIds", [])
            if child in by_id
        }
        for property_ in node.get("properties", []):
            if property_["name"] in STATES:
                said.add(f"{property_['name']}: {str(property_['value'].get('value', False)).lower()}")
    return said


@pytest.fixture
def heard(page: Page, site: str) -> set[str]:
    """Everything that is spoken from an empty box to the results."""
    session = page.context.new_cdp_session(page)
    page.goto(site)
    said = _heard(session, page)
    page.locator("#query").press_sequentially("নেই")
    expect(page.locator("[role=status]")).to_have_text("কোনো পরামর্শ নেই")
    said |= _heard(session, page)
    page.fill("#query", "")
    page.locator("#query").press_sequentially("বাং")
    expect(page.locator("[role=status]")).to_have_text("৫টি পরামর্শ")
    before = _heard(session, page)
    assert "selected: true" not in before
    page.keyboard.press("ArrowDown")
    said |= before | _heard(session, page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    return said | _heard(session, page)


def test_all_eighteen_criteria_are_answered() -> None:
    """The criteria are in the order of the list, each with what is spoken."""
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 19))


def test_what_is_documented_is_spoken(heard: set[str]) -> None:
    """The texts agree word for word, in Bengali."""
    for number, criterion, spoken in ROWS:
        for text in re.findall("`(.*?)`", spoken):
            assert text in heard, (number, criterion, text)


def test_the_number_beside_a_suggestion_is_explained(page: Page, site: str) -> None:
    """In English there is a singular, too."""
    session = page.context.new_cdp_session(page)
    page.goto(f"{site}/?lang=en")
    page.locator("#query").press_sequentially("বাং")
    expect(page.locator("#suggestions")).to_be_visible()
    assert "বাংলাদেশ in 1,234 articles" in _heard(session, page)


def test_nothing_is_said_twice(page: Page, site: str) -> None:
    """No control has a description equal to its name."""
    session = page.context.new_cdp_session(page)
    for path in ("/", "/search?q=ছাঁকনি&category=ইতিহাস", "/article/ইতিহাস-1?q=ইতিহাস"):
        page.goto(site + path)
        for node in session.send("Accessibility.getFullAXTree")["nodes"]:
            name, more = node.get("name", {}).get("value"), node.get("description", {}).get("value")
            assert not more or more != name, (path, name)

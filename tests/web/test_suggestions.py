"""The box is a combobox of the ARIA Authoring Practices: list autocomplete with manual selection."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, ViewportSize, expect

from tests.web.browsing import moved, objections, watch_moves

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 640}


def _type(page: Page, text: str) -> None:
    page.locator("#query").press_sequentially(text)


def _opened(page: Page, text: str = "বাং") -> None:
    _type(page, text)
    expect(page.locator("#suggestions")).to_be_visible()


def _active(page: Page) -> str | None:
    """The chosen row, as a screen reader announces it."""
    chosen: str | None = page.evaluate(
        """() => { const id = document.querySelector("#query").getAttribute("aria-activedescendant");
            return id && document.getElementById(id).querySelector("bdi")?.textContent; }"""
    )
    return chosen


@pytest.fixture
def home(page: Page, site: str) -> Page:
    """The home page, with its box focused and empty."""
    page.goto(site)
    return page


def test_suggestions_are_offered_and_the_text_stays(home: Page) -> None:
    """The list opens under the box, nothing is chosen, and the typed text is unchanged."""
    _opened(home)
    assert home.locator("[role=option]").count() == 6
    assert home.input_value("#query") == "বাং"
    assert home.get_attribute("#query", "aria-expanded") == "true"
    assert _active(home) is None
    home.keyboard.press("ArrowDown")
    assert home.input_value("#query") == "বাং"
    assert _active(home) == "বাংলাদেশ"


def test_at_most_eight_and_a_footer(home: Page) -> None:
    """The list is short, and ends with a search for the typed words."""
    _opened(home, "অনেক")
    expect(home.locator("[role=option]")).to_have_count(9)
    assert home.locator("[role=option]").last.inner_text() == "‘অনেক’ খুঁজুন"


def test_enter_searches_for_what_was_typed(home: Page) -> None:
    """With nothing chosen Enter submits the form as without a list."""
    _opened(home)
    home.keyboard.press("Enter")
    home.wait_for_url("**/search?**")
    assert home.input_value("#query") == "বাং"


def test_enter_searches_for_what_was_chosen(home: Page) -> None:
    """The arrows wrap around both ends; Enter searches for the chosen row."""
    _opened(home)
    for _ in range(3):
        home.keyboard.press("ArrowUp")
    assert _active(home) == "বাংলাদেশের নদী"
    home.keyboard.press("Enter")
    home.wait_for_url("**/search?**")
    assert home.input_value("#query") == "বাংলাদেশের নদী"


def test_space_takes_the_choice_and_goes_on(home: Page) -> None:
    """The row goes into the box, and new suggestions come; with nothing chosen it is a space."""
    _opened(home, "বাং")
    home.keyboard.press("Space")
    assert home.input_value("#query") == "বাং "
    home.keyboard.press("Backspace")
    expect(home.locator("#suggestions")).to_be_visible()
    home.keyboard.press("ArrowDown")
    assert _active(home) == "বাংলাদেশ"
    with home.expect_request(lambda request: "suggest" in request.url) as asked:
        home.keyboard.press("Space")
    assert home.input_value("#query") == "বাংলাদেশ "
    assert parse_qs(urlsplit(asked.value.url).query)["q"] == ["বাংলাদেশ "]
    expect(home.locator("[role=option]").last).to_have_text("‘বাংলাদেশ’ খুঁজুন")
    assert home.url.endswith("/")
    home.keyboard.insert_text("ন")
    assert home.input_value("#query") == "বাংলাদেশ ন"


def test_a_click_chooses(home: Page) -> None:
    """A row can be clicked."""
    _opened(home)
    home.locator("[role=option]").nth(1).click()
    home.wait_for_url("**/search?**")
    assert home.input_value("#query") == "বাংলাদেশ ব্যাংক"


def test_escape_closes_then_clears(home: Page) -> None:
    """The first press closes the list, the second clears the text."""
    _opened(home)
    home.keyboard.press("Escape")
    expect(home.locator("#suggestions")).to_be_hidden()
    assert home.input_value("#query") == "বাং"
    home.keyboard.press("Escape")
    assert not home.input_value("#query")


def test_tab_moves_on(home: Page) -> None:
    """Tab chooses nothing, closes the list and goes to the button."""
    _opened(home)
    home.keyboard.press("ArrowDown")
    home.keyboard.press("Tab")
    expect(home.locator("#suggestions")).to_be_hidden()
    assert home.input_value("#query") == "বাং"
    assert home.evaluate("document.activeElement.type") == "submit"


def test_home_and_end_move_the_caret(home: Page) -> None:
    """Home and End move within the text, and drop the choice."""
    _opened(home)
    home.keyboard.press("ArrowDown")
    home.keyboard.press("Home")
    assert _active(home) is None
    assert home.evaluate("document.querySelector('#query').selectionStart") == 0
    home.keyboard.press("End")
    assert home.evaluate("document.querySelector('#query').selectionStart") == 3


def test_the_count_is_announced_once(home: Page) -> None:
    """The count is announced in Bengali, after a pause in typing and not for every key."""
    said = home.evaluate_handle(
        """() => { const said = [];
            new MutationObserver(() => said.push(document.querySelector("[role=status]").textContent))
                .observe(document.querySelector("[role=status]"), {childList: true});
            return said; }"""
    )
    home.locator("#query").press_sequentially("বাংলা", delay=150)
    expect(home.locator("[role=status]")).to_have_text("৫টি পরামর্শ")
    assert said.json_value() == ["৫টি পরামর্শ"]


def test_having_none_is_announced_too(home: Page) -> None:
    """Silence would leave a listener waiting."""
    _type(home, "নেই")
    expect(home.locator("[role=status]")).to_have_text("কোনো পরামর্শ নেই")
    expect(home.locator("#suggestions")).to_be_hidden()


def test_a_failure_is_silent(home: Page) -> None:
    """Without suggestions the box searches as usual."""
    _opened(home)
    _type(home, " ভাঙা")
    expect(home.locator("#suggestions")).to_be_hidden()
    home.keyboard.press("Enter")
    home.wait_for_url("**/search?**")


@pytest.mark.parametrize(
    ("lang", "told"), [("en", ["in 2 articles", "in 1 article"]), ("bn", ["২টি নিবন্ধ", "১টি নিবন্ধ"])]
)
def test_one_article_is_not_several(page: Page, site: str, lang: str, told: list[str]) -> None:
    """The spoken text has singular and plural."""
    found = [{"text": "বাংলা", "kind": "word", "count": count} for count in (2, 1)]
    page.route("**/suggest?**", lambda route: route.fulfill(json={"ok": True, "suggestions": found}))
    page.goto(f"{site}/?lang={lang}")
    _opened(page)
    assert page.locator("[role=option] .unseen").all_text_contents() == told


def test_a_title_is_shown_as_a_headline(page: Page, site: str) -> None:
    """Nothing in it is bold, and its count is shown only if several articles have that title."""
    texts = {"বাংলার মুখ": 1, "বাংলার খবর": 2}
    found = [{"text": text, "kind": "title", "count": count} for text, count in texts.items()]
    word = {"text": "বাংলা", "kind": "word", "count": 1}
    page.route("**/suggest?**", lambda route: route.fulfill(json={"ok": True, "suggestions": [word, *found]}))
    page.goto(site)
    _opened(page)
    rows = page.locator("[role=option]")
    assert [rows.nth(at).locator("bdi b").count() for at in range(3)] == [1, 0, 0]
    assert [rows.nth(at).locator(".number").all_text_contents() for at in range(3)] == [["১"], [], ["২"]]


def test_stale_answers_are_dropped(page: Page, site: str) -> None:
    """A late answer whose request could not be aborted does not replace a later one."""
    page.add_init_script("AbortController.prototype.abort = () => {};")
    page.goto(site)
    late: list[Route] = []
    page.route("**/suggest?q=%E0%A6%95&*", lambda route: late.append(route))  # noqa: PLW0108 # Playwright names its handler
    _type(page, "ক")
    page.wait_for_timeout(150)
    _type(page, "থা")
    expect(page.locator(".footer")).to_have_text("‘কথা’ খুঁজুন")
    assert late
    for route in late:
        route.fulfill(json={"ok": True, "suggestions": [{"text": "পুরোনো", "kind": "word", "count": 1}]})
    page.wait_for_timeout(150)
    assert page.locator("[role=option]").count() == 6
    expect(page.locator(".footer")).to_have_text("‘কথা’ খুঁজুন")


def test_who_has_begun_to_choose_is_not_given_others(page: Page, site: str) -> None:
    """An answer after an arrow key does not change the choice."""
    page.goto(site)
    _opened(page, "বাং")
    late: list[Route] = []
    page.route("**/suggest?**", lambda route: late.append(route))  # noqa: PLW0108 # Playwright names its handler
    _type(page, "লা")
    page.wait_for_timeout(150)
    page.keyboard.press("ArrowDown")
    for route in late:
        route.fulfill(json={"ok": True, "suggestions": [{"text": "পরের", "kind": "word", "count": 1}]})
    page.wait_for_timeout(150)
    assert late
    assert _active(page) == "বাংলাদেশ"


def test_questions_that_nobody_waits_for_are_called_off(home: Page) -> None:
    """Requests for earlier texts are aborted."""
    failed: list[str] = []
    home.on("requestfailed", lambda request: failed.append(request.url))
    home.route("**/suggest?q=%E0%A6%95&*", lambda _: None)
    _type(home, "ক")
    home.wait_for_timeout(150)
    _type(home, "থা")
    expect(home.locator(".footer")).to_have_text("‘কথা’ খুঁজুন")
    assert [url for url in failed if "q=%E0%A6%95&" in url]


def test_a_list_of_suggestions_moves_nothing_of_the_page(page: Page, site: str) -> None:
    """The list lies over the page."""
    page.goto(f"{site}/search?q=ভাষা")
    watch_moves(page)
    before = page.locator("li.hit").first.bounding_box()
    page.focus("#query")
    _opened(page)
    assert page.locator("li.hit").first.bounding_box() == before
    assert not moved(page)


def _composer(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def test_what_is_being_composed_is_asked_for(home: Page) -> None:
    """Android composes every word: suggestions do not wait for its end; Enter belongs to the keyboard."""
    keyboard = _composer(home)
    home.focus("#query")
    keyboard.send("Input.imeSetComposition", {"text": "বাংলা", "selectionStart": 5, "selectionEnd": 5})
    expect(home.locator("#suggestions")).to_be_visible()
    for key in ("ArrowDown", "Enter"):
        home.keyboard.press(key)
    assert _active(home) is None
    assert home.url.endswith("/")
    keyboard.send("Input.insertText", {"text": "বাংলা"})
    assert home.input_value("#query") == "বাংলা"
    home.keyboard.press("ArrowDown")
    assert _active(home) == "বাংলাদেশ"


def _compose(keyboard: CDPSession, text: str) -> None:
    keyboard.send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def _questions(page: Page) -> list[str]:
    asked: list[str] = []
    page.on(
        "request",
        lambda sent: (
            asked.append(parse_qs(urlsplit(sent.url).query)["q"][0]) if "/suggest" in sent.url else None
        ),
    )
    return asked


def _until_asked(page: Page, asked: list[str], text: str) -> None:
    """Wait until suggestions for a text were requested, however slow the machine is."""
    for _ in range(200):
        if text in asked:
            return
        page.wait_for_timeout(25)


def test_a_word_that_grows_under_composition_is_asked_for_as_it_grows(home: Page) -> None:
    """Android keyboards put every letter of a word into one composition, which a space ends."""
    keyboard, asked = _composer(home), _questions(home)
    home.focus("#query")
    for text in ("ব", "বা", "বাং"):
        _compose(keyboard, text)
        _until_asked(home, asked, text)
    assert asked == ["ব", "বা", "বাং"]
    expect(home.locator(".footer")).to_have_text("‘বাং’ খুঁজুন")
    keyboard.send("Input.insertText", {"text": "বাংলা "})
    expect(home.locator(".footer")).to_have_text("‘বাংলা’ খুঁজুন")
    assert home.input_value("#query") == "বাংলা "


def test_a_phonetic_keyboard_s_letters_are_suggested_for_before_they_turn(home: Page) -> None:
    """Avro shows Latin letters while it composes, and then replaces them."""
    keyboard, asked = _composer(home), _questions(home)
    home.focus("#query")
    for text in ("b", "ba", "বাংলা"):
        _compose(keyboard, text)
        _until_asked(home, asked, text)
    assert asked == ["b", "ba", "বাংলা"]
    assert home.input_value("#query") == "বাংলা"


@pytest.mark.parametrize("key", ["Enter", "ArrowDown", "ArrowUp"])
def test_keys_of_a_composition_belong_to_it(home: Page, key: str) -> None:
    """Keys choose among the keyboard's own proposals; the list and the text stay."""
    keyboard = _composer(home)
    home.focus("#query")
    _compose(keyboard, "বাংলা")
    expect(home.locator("#suggestions")).to_be_visible()
    keyboard.send(
        "Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": 229}
    )
    home.wait_for_timeout(60)
    expect(home.locator("#suggestions")).to_be_visible()
    assert _active(home) is None
    assert home.url.endswith("/")
    assert home.input_value("#query") == "বাংলা"


def test_a_composition_that_is_given_up_closes_the_list(home: Page) -> None:
    """Without a text there are no suggestions."""
    keyboard = _composer(home)
    home.focus("#query")
    _compose(keyboard, "বাংলা")
    expect(home.locator("#suggestions")).to_be_visible()
    _compose(keyboard, "")
    expect(home.locator("#suggestions")).to_be_hidden()
    assert not home.input_value("#query")


def test_after_a_composition_the_keys_are_ours_again(home: Page) -> None:
    """The arrow key chooses; Escape closes, then clears."""
    keyboard = _composer(home)
    home.focus("#query")
    _compose(keyboard, "বাং")
    keyboard.send("Input.insertText", {"text": "বাং"})
    expect(home.locator("#suggestions")).to_be_visible()
    home.keyboard.press("ArrowDown")
    assert _active(home) == "বাংলাদেশ"
    home.keyboard.press("Escape")
    assert home.input_value("#query") == "বাং"
    home.keyboard.press("Escape")
    assert not home.input_value("#query")


def test_a_phone_shows_them_on_the_whole_screen(browser: Browser, site: str) -> None:
    """Below 500 px the list fills the screen, and Back closes it without leaving the page."""
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{site}/search?q=ভাষা")
        page.tap("#query")
        _opened(page)
        box = page.locator(".drop").bounding_box()
        assert box is not None
        assert (box["width"], round(box["y"] + box["height"])) == (360, 640)
        assert all(option.bounding_box()["height"] >= 44 for option in page.locator("[role=option]").all())  # type: ignore[index]
        page.evaluate("history.back()")
        expect(page.locator("#suggestions")).to_be_hidden()
        assert "/search" in page.url
        page.focus("#query")
        _type(page, "ল")
        expect(page.locator("#suggestions")).to_be_visible()
        page.tap("[role=option] >> nth=0")
        page.locator("li.hit").first.wait_for()
        assert page.input_value("#query") == "বাংলাদেশ"


@pytest.mark.parametrize("start", ["/?lang=en", "/search?q=ভাষা&category=ইতিহাস&lang=en", "/?q=ভাষা"])
@pytest.mark.parametrize(
    ("keys", "query"), [([], "বাংলাদেশ"), (["Enter"], "বাং"), (["ArrowDown", "Space", "Enter"], "বাংলাদেশ ")]
)
def test_a_phone_searches_in_its_language(
    browser: Browser, site: str, start: str, keys: list[str], query: str
) -> None:
    """Any way of searching from the open list keeps the page's language."""
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{site}{start}")
        page.locator("#query").fill("")
        _opened(page)
        for key in keys:
            page.keyboard.press(key)
        if not keys:
            page.tap("[role=option] >> nth=0")
        page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [query])
        page.locator("li.hit").first.wait_for()
        kept = {name: value for name, value in parse_qs(urlsplit(start).query).items() if name != "q"}
        assert parse_qs(urlsplit(page.url).query) == kept | {"q": [query]}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_open_list_is_accessible(browser: Browser, site: str, width: int, theme: str) -> None:
    """The axe rules find no violation while suggestions are shown and one is chosen."""
    with browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,  # type: ignore[arg-type]
        bypass_csp=True,
    ) as context:
        page = context.new_page()
        for language in ("bn", "en"):
            page.goto(f"{site}/search?q=ভাষা&lang={language}")
            page.focus("#query")
            _opened(page)
            page.keyboard.press("ArrowDown")
            expect(page.locator(".preview li").first).to_be_visible()
            assert objections(page) == []


def test_the_tree_says_what_a_screen_reader_says(home: Page) -> None:
    """Chromium gives the name, role, state and choice to assistive technology."""
    _opened(home)
    home.keyboard.press("ArrowDown")
    session = home.context.new_cdp_session(home)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    box = next(node for node in nodes if node.get("role", {}).get("value") == "combobox")
    properties = {property_["name"]: property_["value"].get("value") for property_ in box["properties"]}
    assert box["name"]["value"] == "কী খুঁজছেন?"
    assert properties["expanded"] is True
    assert properties["autocomplete"] == "list"
    assert box["description"]["value"].startswith("লিখতে থাকলে পরামর্শ আসে।")
    options = [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "option"]
    assert options[0].startswith("বাংলাদেশ")
    assert any(node.get("name", {}).get("value") == "পরামর্শ" for node in nodes)

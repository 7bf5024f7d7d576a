"""The visible text of a piece of HTML, whatever the length of its tags."""

from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.ingest.readers.markup import MarkupText, text_of_markup

TAGS = ["<p", "<b", "<div", "</p>", ">", "/>", "/", "=", "'", '"', " ", "\n", "<", "<!-- ", "-->"]
TEXTS = ["পদ্মা", "নদী", " title", " title='পদ্মা > নদী'", ' class="ক"', " " * 500, " খ" * 300]


class Plain(MarkupText):
    """A parser without a limit on the length of a tag."""

    check_for_whole_start_tag = HTMLParser.check_for_whole_start_tag
    parse_starttag = HTMLParser.parse_starttag


def seen(parser: MarkupText, markup: str) -> str:
    """The text that a parser extracts from some HTML."""
    parser.feed(markup)
    parser.close()
    return parser.text()


@given(st.lists(st.sampled_from(TAGS + TEXTS), max_size=12).map("".join))
@example(f"<p title='{'ক' * 600}>খ'>পদ্মা</p>")
@example(f'<p title="{"ক" * 600}')
def test_a_tag_of_any_shape_ends_where_the_parser_ends_it(markup: str) -> None:
    """Both for tags of a few hundred code points and for tens of thousands."""
    assert seen(MarkupText(), markup) == seen(Plain(), markup)


def test_a_tag_that_nobody_wrote_by_hand_is_skipped() -> None:
    """The text after it is read."""
    assert text_of_markup(f"<p>পদ্মা<br x' b='>  '{' b' * 100_000}>নদী</p>") == "পদ্মা\nনদী"

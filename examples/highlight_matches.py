"""Mark the words that match: a snippet is a text and ranges, and the markup of a match is up to you."""

from onneshon import Article, Engine, Snippet

BODY = "সন্ধ্যায় মেলা ভাঙে। গ্রামের মানুষ মেলায় এসেছিল নাগরদোলায় চড়তে। রাতে পালাগান হয়।"


def marked(snippet: Snippet) -> str:
    """The text with matches in brackets, inserted from last to first so that earlier offsets stay valid."""
    text = snippet.text
    for match in reversed(snippet.matches):
        text = f"{text[: match.start]}[{text[match.start : match.end]}]{text[match.end :]}"
    return text


with Engine.of([Article("1", "বৈশাখী মেলা", BODY)]) as engine:
    for hit in engine.search("মেলা মানুষ").hits:
        print(marked(hit.marked_title), "|", marked(hit.snippet))
        print(hit.layers)

# prints:
# বৈশাখী [মেলা] | সন্ধ্যায় [মেলা] ভাঙে। গ্রামের [মানুষ] [মেলায়] এসেছিল নাগরদোলায় চড়তে। রাতে পালাগান হয়।
# {'মেলা': 'exact', 'মানুষ': 'exact'}

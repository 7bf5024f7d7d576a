"""Search several things at once from a program with an event loop."""

import asyncio

from onneshon import Article, Engine

ARTICLES = [
    Article(id="1", title="পদ্মার ইলিশ", body="নদীতে ধরা পড়ছে ইলিশ।"),
    Article(id="2", title="ভাষা আন্দোলনের গান", body="একুশের প্রভাতফেরি।"),
]


async def main() -> None:
    """Send the searches, and continue once all are answered."""
    with Engine.of(ARTICLES) as engine:
        pages = await asyncio.gather(engine.asearch("ইলিশ"), engine.asearch("bhasha"))
    print([page.hits[0].title for page in pages])


asyncio.run(main())

# prints:
# ['পদ্মার ইলিশ', 'ভাষা আন্দোলনের গান']

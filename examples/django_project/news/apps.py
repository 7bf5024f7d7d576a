"""Declares which objects are indexed, and as which articles."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

from onneshon import Article

if TYPE_CHECKING:
    from news.models import Post


def as_article(post: "Post") -> Article | None:
    """The article of a post; None if the post is not public."""
    if not post.public:
        return None
    return Article("", post.title, post.text, post.day, post.section, url=f"/news/{post.pk}/")


class NewsConfig(AppConfig):
    """Publishes posts when they are saved."""

    name = "news"

    def ready(self) -> None:
        """Register the posts; Django calls this once all models are loaded."""
        from news.models import Post  # noqa: PLC0415 # as Django asks
        from onneshon.adapters.django.publishing import publish_saved  # noqa: PLC0415 # as above

        publish_saved(Post, as_article)

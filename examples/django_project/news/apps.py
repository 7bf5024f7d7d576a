"""Says which objects are found, and as what."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

from onneshon import Article

if TYPE_CHECKING:
    from news.models import Post


def as_article(post: "Post") -> Article | None:
    """What readers find of a post; nothing of one that is not public."""
    if not post.public:
        return None
    return Article("", post.title, post.text, post.day, post.section, url=f"/news/{post.pk}/")


class NewsConfig(AppConfig):
    """Posts are published when they are saved."""

    name = "news"

    def ready(self) -> None:
        """Called by Django once all models are there."""
        from news.models import Post  # noqa: PLC0415 # as Django asks
        from onneshon.adapters.django.publishing import publish_saved  # noqa: PLC0415 # as above

        publish_saved(Post, as_article)

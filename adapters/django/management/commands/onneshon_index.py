"""``manage.py onneshon_index``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from onneshon.adapters.django.publishing import all_articles
from onneshon.adapters.django.settings import directory
from onneshon.index import OnneshonError, build
from onneshon.index.indexer.write_options import DEFAULT_MAX_BAD


class Command(BaseCommand):
    """Builds the index again from all objects of the models that are published."""

    help = "Build the index of Onneshon from every object of the models that are published."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option for the number of objects that may be left out."""
        parser.add_argument(
            "--max-bad", default=DEFAULT_MAX_BAD, help="Objects that may be left out, or their share."
        )

    def handle(self, *_arguments: Any, max_bad: str, **_options: Any) -> None:
        """Build the index, and make it live in one step."""
        try:
            report = build(all_articles(), directory(), max_bad=max_bad)
        except (OnneshonError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{report.articles} articles indexed")

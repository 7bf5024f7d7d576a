"""``manage.py onneshon_index``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onneshon.adapters.django.publishing import all_articles
from onneshon.adapters.django.settings import directory
from onneshon.index import OnneshonError, build


class Command(BaseCommand):
    """Builds the index anew from all objects of the models that are published."""

    help = "Build the index of Onneshon from every object of the models that are published."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Build, and make it the live one in one step."""
        try:
            report = build(all_articles(), directory())
        except OnneshonError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{report.articles} articles indexed")

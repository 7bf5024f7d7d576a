"""Filters for ``{% load onneshon %}``: texts with their marks, escaped."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from onneshon.search import Hit

register = template.Library()


@register.filter
def highlight(hit: Hit) -> SafeString:
    """The title of a hit with its marks: ``{{ hit|highlight }}``."""
    return mark_safe(hit.marked_title.html())  # noqa: S308 # it escapes


@register.filter
def snippet(hit: Hit) -> SafeString:
    """The passage of a hit that matches best, with its marks: ``{{ hit|snippet }}``."""
    return mark_safe(hit.snippet.html())  # noqa: S308 # it escapes

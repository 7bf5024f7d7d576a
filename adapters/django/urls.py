"""Addresses, for ``include("onneshon.adapters.django.urls")``."""

from django.urls import path

from onneshon.adapters.django.views import results

__all__ = ["app_name", "urlpatterns"]

app_name = "onneshon"
urlpatterns = [path("", results, name="results")]

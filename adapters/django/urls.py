"""Addresses, for ``include("onneshon.adapters.django.urls")``."""

from django.urls import path

from onneshon.adapters.django.views import results

app_name = "onneshon"
urlpatterns = [path("", results, name="results")]

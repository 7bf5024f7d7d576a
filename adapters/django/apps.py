"""The app, as ``INSTALLED_APPS`` has it: ``"onneshon.adapters.django"``."""

from django.apps import AppConfig


class OnneshonConfig(AppConfig):
    """Called ``onneshon`` in the project, since ``django`` is what Django itself is called."""

    name = "onneshon.adapters.django"
    label = "onneshon"
    verbose_name = "Onneshon"

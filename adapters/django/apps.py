"""The Django app, to be listed in ``INSTALLED_APPS``: ``"onneshon.adapters.django"``."""

from django.apps import AppConfig


class OnneshonConfig(AppConfig):
    """The configuration of the app, labelled ``onneshon``, as its last name, ``django``, would mislead."""

    name = "onneshon.adapters.django"
    label = "onneshon"
    verbose_name = "Onneshon"

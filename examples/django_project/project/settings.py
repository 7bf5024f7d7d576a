"""Settings of a small newspaper that is searched with Onneshon."""

from pathlib import Path

BASE_DIR = Path(__file__).parents[1]
SECRET_KEY = "of an example"  # noqa: S105
DEBUG = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["onneshon.adapters.django", "news"]
ROOT_URLCONF = "project.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "news.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

ONNESHON = {"index": BASE_DIR / "var" / "index"}

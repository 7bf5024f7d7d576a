"""The addresses of the page of results and of each article."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path
from news.models import Post


def post(_request: HttpRequest, number: int) -> HttpResponse:
    """Answer with an article."""
    return HttpResponse(get_object_or_404(Post, pk=number).title)


urlpatterns = [path("khoj/", include("onneshon.adapters.django.urls")), path("news/<int:number>/", post)]

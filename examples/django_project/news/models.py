"""The models of the newspaper."""

from django.db import models


class Post(models.Model):
    """An article, which readers find once it is public."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    day = models.DateField()
    section = models.CharField(max_length=50)
    public = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.title)

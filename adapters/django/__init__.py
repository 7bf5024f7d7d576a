"""How is a Django project searched? By an app: a page, tags of templates, models as articles."""

"""Why this article? From documents found to a page with snippets and marks."""

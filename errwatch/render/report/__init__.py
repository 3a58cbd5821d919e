"""A report for a terminal, as Markdown, as JSON, and as a page of HTML."""

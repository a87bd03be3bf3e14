"""The researcher's desk as HTML pages: the same pages are served by `tacenda serve` and written by `tacenda docs`."""

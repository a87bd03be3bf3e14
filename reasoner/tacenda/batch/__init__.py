"""Many scenarios at once: a table in, a row a scenario; the same rows with what the law says of each out.

`audit.Auditor` does it for one batch of rows and knows nothing of files; `tables` reads and writes those.
"""

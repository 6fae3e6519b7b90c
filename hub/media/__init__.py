"""Files that go with messages: what came from customers and is fetched, what is uploaded and goes to them.

A file's bytes are a blob under their hash (``hub.store.blobs``); its row in ``media`` says which interaction it is of.
"""

"""Publish (发布): the catalogue of all that is public, and the gate before it.

It owns entries, editions, index numbers and withdrawals, hears `document.approved`, and announces
`document.published`, `document.withdrawn` and `publication.refused`. Nothing unapproved passes the gate.
"""

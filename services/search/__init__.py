"""Search (检索): finds what is public, and never what is public no more.

It owns the texts of what is public and any number of indexes made of them, and hears `document.published` and
`document.withdrawn`. The texts are in the record; every index is a copy of them that may be thrown away.
"""

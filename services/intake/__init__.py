"""Intake (受理): receives what bodies hand in for publication.

It owns documents and their submissions, gives receipts, hears what became of them from review and publish,
and announces `document.submitted` and `submission.rejected`. It stands without the broker: accepted means
committed.
"""

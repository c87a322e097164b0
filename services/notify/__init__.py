"""Notify (通知): brings what is public, and what is no more, to every department that asked for it.

It owns subscriptions, mailboxes and deliveries, hears `document.published` and `document.withdrawn`, and
announces `delivery.confirmed`. A slow or broken department costs the others nothing.
"""

"""The kinds of channels that come with the platform, one a file: its class `Kind`."""

"""What anybody may read: documents, lists, feeds, pages, linked data, renditions."""

"""What review prints: the review sheet, the hand-over list, the monthly summary."""

"""What publish prints: sheets for the notice board, notes of withdrawal, the papers of a transfer."""

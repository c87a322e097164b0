"""The transparency ledger (公开台账): a Merkle log of all that became public or was taken back."""

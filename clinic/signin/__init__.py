"""Coming in and staying in: people let in, proofs and factors, tries that are counted, sessions and the lock."""

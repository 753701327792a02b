"""Proof: fakes that are real servers, and what the guarantees are held against."""

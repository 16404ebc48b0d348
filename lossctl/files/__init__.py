"""Bytes: streams, object stores, compression, lines, and what is written."""

"""Bytes: streams, object stores, compression, directories, and what is written."""

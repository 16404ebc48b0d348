"""The commands as functions: the same pipelines for arrays, frames and paths, with results as objects."""

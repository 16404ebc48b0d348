"""Evaluations made by chance, through every door, against what the contract says of rows, columns, classes and weights."""

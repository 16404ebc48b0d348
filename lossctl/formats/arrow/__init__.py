"""Arrow files and streams, Feather, Parquet."""

"""A document as text: one file per format. `table`, `md`, `tsv` and `csv` show tables; `json` and `jsonl` the document itself."""

"""The lake: closed days as Parquet, with the records as screens sent them; files alone, no database.

`<data>/lake/province=P/day=D/plays-<part>.<digest>.parquet` holds the graded rows; `_sealed-<part>.<digest>.json` names
every file of the part with its digest; `_evidence/<device>-<part>.<digest>.jsonl.gz` holds what that device sent. Names
that begin with an underscore are passed over by Spark, Trino and Hive, which read the rest as it is.
"""

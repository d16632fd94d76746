"""ASC CDL files: ``.cc``, ``.ccc`` and ``.cdl``, read and written."""

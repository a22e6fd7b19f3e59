"""A run and what surrounds it: the lock, the record, the report, the warehouse it works on."""

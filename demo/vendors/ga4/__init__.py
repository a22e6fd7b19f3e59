"""Google Analytics 4: what it has measured, and the Data API v1beta: reports by offset, quotas, thresholds."""

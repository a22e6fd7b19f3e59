"""Google Ads: what it holds, and the REST API v26: OAuth token, accessible customers, search and searchStream."""

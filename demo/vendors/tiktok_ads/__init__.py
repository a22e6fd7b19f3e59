"""TikTok Ads: what it holds, and the Business API v1.3: entities by page and the integrated report."""

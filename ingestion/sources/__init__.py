"""The sources, a folder each."""

NAMES = ("shopify", "meta_ads", "google_ads", "tiktok_ads", "ga4", "census", "ecb", "files")

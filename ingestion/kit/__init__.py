"""What connectors are made of: requests, credentials, windows, frames, errors."""

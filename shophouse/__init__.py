"""The ground that every station stands on: settings, files, currencies. Imports nothing of ours."""

"""The command line: a thin layer over the jobs and pipelines; nothing is computed here."""

"""Compiled loops over the rows of the records. Importing one of these imports the compiler, so
their callers do that where they need it."""

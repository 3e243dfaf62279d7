"""Written by `course build`, for each exercise a JSON file: its contract, frozen cases, and what known mistakes give."""

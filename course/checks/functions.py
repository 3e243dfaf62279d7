"""Functions that are an argument in a check, such as the one whose gradient is asked for."""

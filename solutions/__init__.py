"""Written by `course build`: do not edit."""

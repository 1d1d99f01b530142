"""Running a command and showing its result."""

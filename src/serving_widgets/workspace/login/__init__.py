"""Where connection settings come from: arguments, environment, configuration file, the official SDK."""

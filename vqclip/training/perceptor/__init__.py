"""How the CLIPs learn."""

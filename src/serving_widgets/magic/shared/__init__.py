"""What several commands share: options, prompts, help pages."""

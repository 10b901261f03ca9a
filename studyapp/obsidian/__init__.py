"""An Obsidian vault in, values out. Only ``scan`` touches files; nothing here knows of users."""

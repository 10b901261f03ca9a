"""What writes: sessions, answers, presets."""

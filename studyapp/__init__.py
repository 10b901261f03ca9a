"""studyapp turns the notes somebody already keeps into an exam passed."""

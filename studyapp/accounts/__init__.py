"""People: who is asking. In one-person use, that is always the local learner."""

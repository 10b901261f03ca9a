"""Functions that learners write, in JavaScript: run where they can reach, fill and hang nothing."""

"""What can be asked: kinds of item, a learner's response, and how a response is graded."""

"""The simulated cloud in the app: each learner's account, the endpoint, pages to look into it."""

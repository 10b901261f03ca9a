// DefineAuthChallenge: Asks for one custom challenge, and lets in who meets it, in three tries.
exports.handler = async (event) => {
  const { session } = event.request;
  const last = session[session.length - 1];
  event.response.issueTokens = Boolean(last && last.challengeResult);
  event.response.failAuthentication = !event.response.issueTokens && session.length >= 3;
  if (!event.response.issueTokens && !event.response.failAuthentication) {
    event.response.challengeName = "CUSTOM_CHALLENGE";
  }
  return event;
};

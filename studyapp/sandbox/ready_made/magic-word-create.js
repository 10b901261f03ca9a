// CreateAuthChallenge: Asks for the magic word; the answer is kept from the client.
exports.handler = async (event) => {
  event.response.publicChallengeParameters = { question: "What is the magic word?" };
  event.response.privateChallengeParameters = { answer: "please" };
  return event;
};

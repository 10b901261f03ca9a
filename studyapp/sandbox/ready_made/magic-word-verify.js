// VerifyAuthChallengeResponse: Compares the answer with the magic word.
exports.handler = async (event) => {
  const { answer } = event.request.privateChallengeParameters;
  event.response.answerCorrect = event.request.challengeAnswer === answer;
  return event;
};

// PreSignUp: Confirms everybody who signs up, and takes their e-mail address as verified.
exports.handler = async (event) => {
  event.response.autoConfirmUser = true;
  event.response.autoVerifyEmail = "email" in event.request.userAttributes;
  return event;
};

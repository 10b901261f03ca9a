// PreSignUp: Refuses everybody whose e-mail address is not of example.com.
exports.handler = async (event) => {
  const { email = "" } = event.request.userAttributes;
  if (!email.endsWith("@example.com")) throw new Error("Only for people of example.com");
  return event;
};

// UserMigration: Brings over who is in an older list, at their first sign-in with the old password.
const people = { grace: { password: "Compiler-1952", email: "grace@example.com" } };

exports.handler = async (event) => {
  const known = people[event.userName];
  if (!known) throw new Error("Nobody of that name");
  if (event.triggerSource === "UserMigration_Authentication" && known.password !== event.request.password) {
    throw new Error("Another password");
  }
  event.response.userAttributes = { email: known.email, email_verified: "true" };
  event.response.finalUserStatus = "CONFIRMED";
  event.response.messageAction = "SUPPRESS";
  return event;
};

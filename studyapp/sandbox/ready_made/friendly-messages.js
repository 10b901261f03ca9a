// CustomMessage: Words the letter with the code for who signs up; other messages stay as they are.
exports.handler = async (event) => {
  if (event.triggerSource === "CustomMessage_SignUp") {
    event.response.emailSubject = "Welcome";
    event.response.emailMessage = `Your code is ${event.request.codeParameter}. See you in a minute.`;
  }
  return event;
};

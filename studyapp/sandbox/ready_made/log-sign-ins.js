// PostAuthentication: Prints who signed in through which client; read it in the trace.
exports.handler = async (event) => {
  console.log(`${event.userName} signed in through ${event.callerContext.clientId}`);
  return event;
};

// PreTokenGeneration: Adds a claim to the ID token, and takes another out (event version 1).
exports.handler = async (event) => {
  event.response.claimsOverrideDetails = {
    claimsToAddOrOverride: { tier: "gold" },
    claimsToSuppress: ["email_verified"],
  };
  return event;
};

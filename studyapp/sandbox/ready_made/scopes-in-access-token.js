// PreTokenGeneration: Adds a claim and a scope to the access token (event version 2 or 3).
exports.handler = async (event) => {
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: {
      claimsToAddOrOverride: { tier: "gold" },
      scopesToAdd: ["orders.read"],
    },
  };
  return event;
};

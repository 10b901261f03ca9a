// Verifies a token with aws-jwt-verify against a JWKS that is handed in: no network.
// Usage: node verify.mjs '{"token": ..., "jwks": ..., "pool": ..., "client": ..., "use": "id"}'
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const told = JSON.parse(process.argv[2]);
const require = createRequire(pathToFileURL(`${told.modules}/`));
const { CognitoJwtVerifier } = require("aws-jwt-verify");

const verifier = CognitoJwtVerifier.create({
  userPoolId: told.pool,
  clientId: told.client,
  tokenUse: told.use,
});
verifier.cacheJwks(told.jwks);
try {
  console.log(JSON.stringify({ claims: await verifier.verify(told.token) }));
} catch (error) {
  console.log(JSON.stringify({ error: error.constructor.name, message: error.message }));
}

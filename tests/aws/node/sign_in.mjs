// Signs in with amazon-cognito-identity-js, answers what it is asked, and prints what came of it.
// Usage: node sign_in.mjs '{"endpoint": ..., "pool": ..., "client": ..., "username": ..., ...}'
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const told = JSON.parse(process.argv[2]);
const require = createRequire(pathToFileURL(`${told.modules}/`));
const cognito = require("amazon-cognito-identity-js");

const storage = new Map();
const pool = new cognito.CognitoUserPool({
  UserPoolId: told.pool,
  ClientId: told.client,
  endpoint: told.endpoint,
  Storage: {
    setItem: (key, value) => storage.set(key, value),
    getItem: (key) => storage.get(key) ?? null,
    removeItem: (key) => storage.delete(key),
    clear: () => storage.clear(),
  },
});
const user = new cognito.CognitoUser({
  Username: told.username,
  Pool: pool,
  Storage: pool.storage,
});
const asked = [];

const called = (method, ...args) =>
  new Promise((resolve, reject) =>
    method.call(user, ...args, (error, result) => (error ? reject(error) : resolve(result))),
  );

function signIn() {
  return new Promise((resolve, reject) => {
    const callbacks = {
      onSuccess: resolve,
      onFailure: reject,
      newPasswordRequired: (_attributes, required) => {
        asked.push("NEW_PASSWORD_REQUIRED");
        user.completeNewPasswordChallenge(told.newPassword, told.attributes ?? {}, callbacks);
      },
      mfaRequired: (name) => {
        asked.push(name);
        user.sendMFACode(told.code, callbacks, name);
      },
      totpRequired: (name) => {
        asked.push(name);
        user.sendMFACode(told.code, callbacks, name);
      },
    };
    user.authenticateUser(
      new cognito.AuthenticationDetails({ Username: told.username, Password: told.password }),
      callbacks,
    );
  });
}

try {
  let session = await signIn();
  if (told.remember) {
    await new Promise((resolve, reject) =>
      user.setDeviceStatusRemembered({ onSuccess: resolve, onFailure: reject }),
    );
  }
  if (told.again) {
    user.signOut();
    session = await signIn();
  }
  const attributes = await called(user.getUserAttributes);
  const refreshed = await called(user.refreshSession, session.getRefreshToken());
  console.log(
    JSON.stringify({
      asked,
      attributes: Object.fromEntries(attributes.map((a) => [a.getName(), a.getValue()])),
      claims: session.getIdToken().decodePayload(),
      refreshed: refreshed.getIdToken().decodePayload(),
      access: refreshed.getAccessToken().getJwtToken(),
    }),
  );
} catch (error) {
  console.log(JSON.stringify({ asked, error: error.code ?? error.name, message: error.message }));
}

// Amplify's Auth, one call a line: reads ["signIn", {...}] and prints what came of it, or the error.
// Usage: node amplify.mjs '{"endpoint": ..., "pool": ..., "client": ..., "modules": ...}'
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// A page has one, and Amplify names the device by it.
globalThis.navigator ??= { userAgent: "Mozilla/5.0 (X11; Linux x86_64)", platform: "Linux", language: "en" };

const told = JSON.parse(process.argv[2]);
const require = createRequire(pathToFileURL(`${told.modules}/`));
const { Amplify } = require("aws-amplify");
const auth = require("aws-amplify/auth");

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: told.pool,
      userPoolClientId: told.client,
      userPoolEndpoint: told.endpoint,
    },
  },
});

for await (const line of createInterface({ input: process.stdin })) {
  const [name, input] = JSON.parse(line);
  let came;
  try {
    came = { result: (await auth[name](input)) ?? null };
  } catch (error) {
    came = { error: error.name, message: error.message };
  }
  console.log(JSON.stringify(came));
}

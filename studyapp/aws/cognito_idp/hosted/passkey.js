// Asks the browser for a passkey, or for a new one, when the form is sent, and sends on what it
// answers.
"use strict";

const field = document.querySelector("input[data-options]");
const said = document.querySelector("p[hidden]");

function known(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
}

function made(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey });
}

field.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.hidden = true;
  try {
    const options = JSON.parse(field.dataset.options);
    const credential = await ("new" in field.dataset ? made(options) : known(options));
    field.value = JSON.stringify(credential.toJSON());
    field.form.submit();
  } catch (error) {
    said.hidden = false;
    said.textContent = `That didn't work: ${error.message}`;
  }
});

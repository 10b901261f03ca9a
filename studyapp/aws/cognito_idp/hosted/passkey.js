// Asks the browser for a passkey when the form is sent, and sends on what it answers.
"use strict";

const field = document.querySelector("input[data-options]");
const said = document.querySelector("p[hidden]");

field.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.hidden = true;
  try {
    const options = JSON.parse(field.dataset.options);
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials.get({ publicKey });
    field.value = JSON.stringify(credential.toJSON());
    field.form.submit();
  } catch (error) {
    said.hidden = false;
    said.textContent = `No passkey was used: ${error.message}`;
  }
});

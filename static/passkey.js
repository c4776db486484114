// Passkeys: a button asks the browser for one and sends the answer with the form that it stands in.
// <button data-passkey="where the challenge comes from"> shows one that is there; data-new-passkey makes one.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function challenge(address, form) {
  // the form's own token first: over a locked page it is newer than the page's
  const token = form.elements.csrfmiddlewaretoken?.value;
  const answer = await fetch(address, { method: "POST", headers: token ? { "X-CSRFToken": token } : JSON.parse(document.body.getAttribute("hx-headers")) });
  if (!answer.ok) throw new Error("This page is too old. Load it again.");
  const { publicKey } = await answer.json();
  publicKey.challenge = toBytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = toBytes(publicKey.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    for (const one of publicKey[list] ?? []) one.id = toBytes(one.id);
  }
  return publicKey;
}

// What the server reads: every buffer as text.
function written(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].filter((part) => response[part]);
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(parts.map((part) => [part, toText(response[part])])),
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

function whyNot({ name, message }) {
  if (name === "InvalidStateError") return "This device has a passkey for you already.";
  if (name === "SecurityError") return "Passkeys need an address with a name: a number such as 127.0.0.1 has none. On this machine, open localhost.";
  if (name === "NotAllowedError") return "Nothing was chosen, or it took too long. Try again when you are ready.";
  return message;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-passkey], [data-new-passkey]");
  if (!button || !window.PublicKeyCredential) return button && say(button, "This browser has no passkeys here.");
  const { passkey, newPasskey } = button.dataset;
  if (newPasskey && !button.form.reportValidity()) return;
  say(button, "");
  try {
    const given = passkey
      ? await navigator.credentials.get({ publicKey: await challenge(passkey, button.form) })
      : await navigator.credentials.create({ publicKey: await challenge(newPasskey, button.form) });
    button.form.elements[passkey ? "passkey" : "new_passkey"].value = written(given);
    if (passkey && button.form.querySelector("[data-new-passkey]")) return say(button, "Shown. Now add the new one.");
    button.form.requestSubmit();
  } catch (error) {
    say(button, whyNot(error));
  }
});

function say(button, text) {
  button.form.querySelector("[data-passkey-says]").textContent = text;
}

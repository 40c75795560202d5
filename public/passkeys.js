// On /sign-in and /settings/passkeys: speaks with the browser about passkeys. It holds no texts: they stand in the page as
// templates, or come with the server's answer.

const place = document.querySelector("[data-passkey]");
const words = place.querySelector("[data-passkey-words]");

/** Of the time that the server gives for an answer; the rest is for the way there. */
const IN_TIME = 0.8;

function decode(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function encode(buffer) {
  const text = Array.from(new Uint8Array(buffer ?? []), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What the server refuses, in its words. */
class Refused extends Error {
  constructor(problems) {
    super("refused");
    this.problems = problems;
  }
}

/** Posts a form's fields, or anything else as JSON. */
async function post(path, body = {}) {
  const asForm = body instanceof URLSearchParams;
  const headers = asForm ? {} : { "content-type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: asForm ? body : JSON.stringify(body) });
  if (answer.ok) return answer.json();
  if (answer.status === 401) location.reload();
  const { problems } = await answer.json();
  throw new Refused(problems ?? []);
}

function say(name) {
  words.replaceChildren(place.querySelector(`template[data-message="${name}"]`).content.cloneNode(true));
}

function tell({ problems }) {
  if (problems.length === 0) return say("failed");
  for (const problem of problems) {
    const input = problem.field && place.querySelector(`input[name="${problem.field}"]`);
    if (input) mark(input, problem.words);
    else words.append(paragraph(problem.words));
  }
}

function paragraph(text) {
  const line = document.createElement("p");
  line.textContent = text;
  return line;
}

/** Writes a problem beside its input, as the server does in forms that it shows again. */
function mark(input, problem) {
  const line = paragraph(problem);
  line.id = `${input.id}-problem`;
  line.className = "field-problem";
  input.after(line);
  input.setAttribute("aria-invalid", "true");
  input.dataset.described = input.getAttribute("aria-describedby") ?? "";
  input.setAttribute("aria-describedby", `${input.dataset.described} ${line.id}`.trim());
  input.closest(".field").classList.add("is-wrong");
  input.focus();
}

function clear() {
  words.replaceChildren();
  for (const input of place.querySelectorAll("input[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", input.dataset.described);
    input.closest(".field").classList.remove("is-wrong");
    input.parentElement.querySelector(".field-problem").remove();
  }
}

function explain(error) {
  if (error instanceof Refused) return tell(error);
  const names = { NotAllowedError: "cancelled", InvalidStateError: "there" };
  say(names[error.name] ?? "failed");
}

/** Runs what a button starts, once at a time. */
async function press(button, act) {
  clear();
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    explain(error);
  } finally {
    button.disabled = false;
  }
}

// Signing in

let asking;
let renewal;

async function signIn(mediation) {
  const publicKey = await post("/sign-in/passkey/options");
  publicKey.challenge = decode(publicKey.challenge);
  // Browsers have one request under way: what fills the form in waits until another one comes.
  asking?.abort();
  asking = new AbortController();
  clearTimeout(renewal);
  if (mediation) renewal = setTimeout(offer, publicKey.timeout * IN_TIME);
  const { id, response } = await navigator.credentials.get({ publicKey, mediation, signal: asking.signal });
  clearTimeout(renewal);
  const { next } = await post(`/sign-in/passkey${location.search}`, {
    id,
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      authenticatorData: encode(response.authenticatorData),
      signature: encode(response.signature),
      userHandle: encode(response.userHandle),
    },
  });
  location.assign(next);
}

/** Offers passkeys where she would type her address. */
async function offer() {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  try {
    await signIn("conditional");
  } catch (error) {
    // Nobody has pressed anything, so only what the server says of a passkey that was used is worth a word.
    if (!(error instanceof Refused) || error.problems.length === 0) return;
    clear();
    tell(error);
    offer();
  }
}

async function askFor() {
  try {
    await signIn();
  } catch (error) {
    offer();
    throw error;
  }
}

// Adding

let offered;

/** The password earns a challenge that is good for some minutes: whoever closes the browser's window may open it again. */
async function options(form) {
  if (offered && Date.now() < offered.until) return offered.publicKey;
  const publicKey = await post(form.action, new URLSearchParams(new FormData(form)));
  publicKey.challenge = decode(publicKey.challenge);
  publicKey.user.id = decode(publicKey.user.id);
  for (const known of publicKey.excludeCredentials) known.id = decode(known.id);
  offered = { publicKey, until: Date.now() + publicKey.timeout * IN_TIME };
  return publicKey;
}

async function add(form) {
  const { id, response } = await navigator.credentials.create({ publicKey: await options(form) });
  offered = undefined;
  await post("/settings/passkeys/credentials", {
    name: form.elements.namedItem("name").value,
    credential: {
      id,
      response: {
        clientDataJSON: encode(response.clientDataJSON),
        attestationObject: encode(response.attestationObject),
      },
    },
  });
  location.assign("/settings/passkeys?done=added#main");
}

function begin() {
  const form = place.querySelector("[data-passkey-add]");
  const use = place.querySelector("[data-passkey-use]");
  // A bare address has no passkeys.
  const able = "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(location.hostname);
  if (form) {
    if (!able) return say("unable");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      press(event.submitter ?? form.querySelector("[type=submit]"), () => add(form));
    });
  } else if (able) {
    place.hidden = false;
    use.addEventListener("click", () => press(use, askFor));
    offer();
  }
}

begin();

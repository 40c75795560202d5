// Follows the bank's window on /connect and shows the next step. It holds no texts and no bank data: the texts stand in
// the page as templates, and the token passes through once, from the bank's event to POST /links.

const page = document.querySelector("[data-connect]");
const slot = document.getElementById("anytime-connect");
const help = page.querySelector("[data-help]");
const loading = page.querySelector("[data-loading]");
const reference = slot.dataset.customRef;

const POPUP_AFTER_MS = 1500;
const BANK_AFTER_MS = 8000;
const SLOW_AFTER_MS = 45000;

const attempt = { popupTimer: 0, told: false, token: false };

function say(name) {
  const template = page.querySelector(`template[data-message="${name}"]`);
  help.replaceChildren(template.content.cloneNode(true));
  help.dataset.message = name;
}

function step(name, state) {
  const item = page.querySelector(`[data-step="${name}"]`);
  const words = item.querySelector(".step-state");
  item.dataset.state = state;
  words.textContent = words.dataset[state];
  if (state === "now") item.setAttribute("aria-current", "step");
  else item.removeAttribute("aria-current");
}

function reset() {
  for (const name of ["window", "sign-in", "access", "confirmed"]) step(name, "todo");
  help.replaceChildren();
  delete help.dataset.message;
  attempt.told = false;
}

/** Something that the closing of the window must not paper over. */
function tell(name) {
  attempt.told = true;
  say(name);
}

function report(event) {
  const body = JSON.stringify({ event, custom_reference: reference });
  fetch("/link-events", { method: "POST", headers: { "content-type": "application/json" }, body, keepalive: true }).catch(() => {});
}

function pressed() {
  if (attempt.token) return;
  reset();
  clearTimeout(attempt.popupTimer);
  attempt.popupTimer = setTimeout(() => {
    if (page.querySelector('[data-step="window"]').dataset.state === "todo") tell("blocked");
  }, POPUP_AFTER_MS);
}

const on = {
  onDisplayPopup() {
    clearTimeout(attempt.popupTimer);
    if (attempt.token) return;
    reset();
    step("window", "done");
    step("sign-in", "now");
    say("signing-in");
  },
  onDisplayLoginFormScreen() {
    if (attempt.token) return;
    step("window", "done");
    step("sign-in", "now");
    if (!attempt.told) say("signing-in");
  },
  onClickLoginButton() {
    attempt.told = false;
  },
  onLoginFailed() {
    tell("wrong-password");
  },
  onLoginSucceeded() {
    attempt.told = false;
    step("sign-in", "done");
    step("access", "now");
  },
  onDisplayScopeAcceptanceScreen() {
    attempt.told = false;
    step("sign-in", "done");
    step("access", "now");
    say("deciding");
  },
  onClickRefuseButton() {
    step("access", "todo");
    tell("refused");
  },
  onClickQuitButton() {},
  onClosePopup() {
    clearTimeout(attempt.popupTimer);
    if (attempt.token || (attempt.told && help.dataset.message !== "wrong-password")) return;
    for (const name of ["window", "sign-in", "access"]) step(name, "todo");
    say("closed");
  },
  onError(event) {
    clearTimeout(attempt.popupTimer);
    if (attempt.token) return;
    tell(event?.code === "popup_blocked" ? "blocked" : "bank-error");
  },
  onTokenCreated(event) {
    const token = event?.token;
    if (attempt.token || typeof token !== "string" || !token) return;
    attempt.token = true;
    for (const name of ["window", "sign-in", "access"]) step(name, "done");
    step("confirmed", "now");
    say("confirming");
    hand(token);
  },
};

/** Gives the token to our server, once. */
async function hand(token) {
  try {
    const answer = await fetch("/links", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ token, custom_reference: reference }),
      keepalive: true,
    });
    if (answer.status === 401) return fail("signed-out");
    if (answer.status === 409 || answer.status === 422) return fail("conflict");
    if (!answer.ok) return fail("not-saved");
    const link = await answer.json();
    if (!settle(link.status)) await follow(link.id);
  } catch {
    fail("not-saved");
  }
}

/** Asks how the link is getting on until it is decided; the bank's notification decides it without us, too. */
async function follow(id) {
  const since = Date.now();
  for (let wait = 200; ; wait = Math.min(wait * 1.5, 2000)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (Date.now() - since > SLOW_AFTER_MS && help.dataset.message !== "slow") say("slow");
    try {
      const answer = await fetch(`/links/${encodeURIComponent(id)}`, { headers: { accept: "application/json" } });
      if (answer.status === 401) return fail("signed-out");
      if (answer.status === 404) return fail("not-saved");
      if (answer.ok && settle((await answer.json()).status)) return;
    } catch {
      // Offline for a moment: ask again.
    }
  }
}

/** Whether this status ends the waiting. */
function settle(status) {
  if (status === "linked") {
    step("confirmed", "done");
    say("linked");
    setTimeout(() => location.assign("/dashboard"), 1200);
    return true;
  }
  if (status === "failed" || status === "revoked") {
    fail(status);
    return true;
  }
  return false;
}

function fail(message) {
  attempt.token = false;
  step("confirmed", "todo");
  tell(message);
}

function bind() {
  loading.remove();
  if (help.dataset.message === "unreachable") reset();
  for (const [name, act] of Object.entries(on)) {
    window.AC.add(name, (event) => {
      report(name);
      act(event);
    });
  }
}

/** The bank's script may be late, or never come. Late is fine: the page heals by itself. */
function awaitBank(since = Date.now()) {
  if (typeof window.AC?.add === "function") return bind();
  const waited = Date.now() - since;
  if (waited > BANK_AFTER_MS && help.dataset.message !== "unreachable") unreachable();
  setTimeout(() => awaitBank(since), waited > BANK_AFTER_MS ? 1000 : 50);
}

function unreachable() {
  loading.hidden = true;
  say("unreachable");
}

slot.addEventListener("click", pressed, { capture: true });
document.querySelector("[data-bank-script]")?.addEventListener("error", unreachable);
awaitBank();

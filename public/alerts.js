// On /settings/alerts: marks what the page shows as read, and lets this browser be pushed to. It holds no texts: they stand in the
// page as templates.

const see = document.querySelector("form[data-see]");
const place = document.querySelector("[data-push]");

/** What somebody has in front of her she has seen. A page that is only prepared has not been seen. */
function markAsRead() {
  if (!see || document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", markAsRead);
  const body = new URLSearchParams(new FormData(see));
  body.set("quiet", "yes");
  fetch(see.action, { method: "POST", body, keepalive: true })
    .then((answer) => {
      if (answer.ok) for (const part of document.querySelectorAll("[data-alert-count], [data-alert-words]")) part.textContent = "";
    })
    .catch(() => {});
}

document.addEventListener("visibilitychange", markAsRead);
markAsRead();

const KNOWN = "push-device";

function say(name) {
  const words = place.querySelector("[data-push-words]");
  const template = place.querySelector(`template[data-message="${name}"]`);
  words.replaceChildren(template.content.cloneNode(true));
  words.dataset.message = name;
}

function show(button) {
  for (const part of place.querySelectorAll("[data-push-on], [data-push-off]")) part.hidden = true;
  if (button) place.querySelector(button).hidden = false;
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** This browser's line in the list, if it has one. */
function line() {
  const id = localStorage.getItem(KNOWN);
  return id ? place.querySelector(`[data-device="${CSS.escape(id)}"]`) : null;
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  await navigator.serviceWorker.register("/service-worker.js");
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(place.dataset.push) };
  // One for another key of ours is of no use.
  const old = await registration.pushManager.getSubscription();
  if (old && !line()) await old.unsubscribe();
  const made = await registration.pushManager.subscribe(options);
  const answer = await fetch("/settings/alerts/devices", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(made),
  });
  if (!answer.ok) {
    await made.unsubscribe();
    return say(answer.status === 409 ? "too-many" : "failed");
  }
  localStorage.setItem(KNOWN, (await answer.json()).id);
  location.assign("/settings/alerts?done=device-added#main");
}

async function turnOff() {
  const known = line();
  await (await subscription())?.unsubscribe();
  localStorage.removeItem(KNOWN);
  if (known) known.querySelector("form").requestSubmit();
  else location.reload();
}

function press(selector, act) {
  const button = place.querySelector(selector);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await act();
    } catch {
      say("failed");
    } finally {
      button.disabled = false;
    }
  });
}

async function begin() {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return say("unable");
  press("[data-push-on]", turnOn);
  press("[data-push-off]", turnOff);
  const mine = line();
  if (mine && Notification.permission === "granted" && (await subscription())) {
    mine.dataset.here = "";
    show("[data-push-off]");
    return say("on");
  }
  if (Notification.permission === "denied") return say("denied");
  show("[data-push-on]");
  say("off");
}

if (place) begin().catch(() => say("unable"));

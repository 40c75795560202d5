// Sends what is typed on the page of the API, and shows what comes back. The key stays in its field: it is written nowhere.

const page = document.querySelector(".developers");
const key = document.querySelector("#api-key");

for (const part of page.querySelectorAll("[data-for-scripts]")) part.hidden = false;

/** The address that a form asks for, from its fields; one that is left empty is left out. */
function addressOf(form) {
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("[data-in]")) {
    const value = field.value.trim();
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (field.dataset.in === "query" && value) query.set(field.name, value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function show(form, status, text) {
  const place = form.querySelector(".operation-answer");
  place.hidden = false;
  place.querySelector(".operation-status").textContent = status;
  place.querySelector("pre").textContent = text;
  place.querySelector("pre").hidden = text === "";
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  if (!key.value.trim()) {
    show(form, page.dataset.noKey, "");
    key.focus();
    return;
  }
  const headers = { authorization: `Bearer ${key.value.trim()}` };
  const body = form.querySelector("[data-body] textarea")?.value.trim() || undefined;
  if (body) headers["content-type"] = "application/json";
  const method = form.dataset.method.toUpperCase();
  const answer = await fetch(addressOf(form), { method, headers, body, cache: "no-store", credentials: "omit" }).catch(() => null);
  if (!answer) return show(form, page.dataset.unreachable, "");
  const left = answer.headers.get("ratelimit");
  show(form, `${answer.status} ${answer.statusText}${left ? ` · RateLimit: ${left}` : ""}`, readable(await answer.text()));
}

for (const form of page.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

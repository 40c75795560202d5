// Keeps things of the console up to date: how far a replay is, the newest rows on top of their list, how the server is, and whether the
// pages of a person may still be seen. It draws nothing by itself: what is shown is the same page, loaded again, so texts and rows are the server's own.

const EVERY_MS = 1000;
/** Signed out, or a server that is away for longer than a restart. */
const MOST_MISSED = 30;
const TOGETHER_MS = 300;
const RENEW_MS = 5000;
/** Looking by itself counts as use of the session. Who has left her desk is not kept signed in by this. */
const RENEWED_FOR_MS = 5 * 60_000;
const MOST_ROWS = 200;

/** The page as it is now; null where it cannot be had. */
async function again(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function follow() {
  for (let missed = 0; missed < MOST_MISSED; ) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    if (document.hidden) continue;
    const now = (await again(location.href))?.querySelector('[data-testid="replay"]');
    missed = now ? 0 : missed + 1;
    if (!now) continue;
    // What it has come to needs the rest of the page.
    if (!now.hasAttribute("data-refresh")) return location.reload();
    const shown = document.querySelector("[data-refresh]");
    shown.querySelector(".replay-state").replaceWith(now.querySelector(".replay-state"));
    shown.querySelector("progress").value = now.querySelector("progress").value;
  }
}

function tail(status) {
  const word = status.querySelector("[data-live]");
  let timer = 0;

  function say(state) {
    status.dataset.state = state;
    word.textContent = state === "live" ? word.dataset.live : word.dataset.offline;
  }

  /** Rows that are not shown yet stand on top of those that are. */
  async function show() {
    timer = 0;
    const page = await again(location.href);
    if (!page?.querySelector(".table tbody")) return;
    const body = document.querySelector(".table tbody");
    // The first row of a list that was empty brings its head with it.
    if (!body) return location.reload();
    const known = new Set([...body.rows].map((row) => row.dataset.id));
    const fresh = [...page.querySelectorAll(".table tbody tr")].filter((row) => !known.has(row.dataset.id));
    for (const row of fresh) row.classList.add("is-new");
    body.prepend(...fresh);
    // Those that are shown may have been processed meanwhile.
    for (const row of page.querySelectorAll(".table tbody tr")) {
      const old = body.querySelector(`tr[data-id="${CSS.escape(row.dataset.id)}"]:not(.is-new)`);
      if (old && old.innerHTML !== row.innerHTML && !old.contains(document.activeElement)) old.replaceWith(row);
    }
    while (body.rows.length > MOST_ROWS) body.rows[body.rows.length - 1].remove();
  }

  const after = status.dataset.tail;
  const stream = new EventSource(after ? `/operator/live?after=${encodeURIComponent(after)}` : "/operator/live");
  stream.addEventListener("open", () => say("live"));
  stream.addEventListener("error", () => say("offline"));
  stream.addEventListener(status.dataset.toldBy ?? "delivery", () => {
    timer ||= setTimeout(show, TOGETHER_MS);
  });
  addEventListener("pagehide", () => stream.close());
}

/** How the server is, again and again while somebody is there. */
async function renew(shown) {
  const status = document.querySelector(".list-live");
  const word = status.querySelector("[data-live]");
  let active = Date.now();
  for (const sign of ["pointerdown", "pointermove", "keydown", "scroll"]) {
    addEventListener(sign, () => (active = Date.now()), { passive: true });
  }
  for (let missed = 0; missed < MOST_MISSED; ) {
    const here = !document.hidden && Date.now() - active < RENEWED_FOR_MS;
    const state = here && missed === 0 ? "live" : "offline";
    if (status.dataset.state !== state || !word.textContent) {
      status.dataset.state = state;
      word.textContent = state === "live" ? word.dataset.live : word.dataset.offline;
    }
    await new Promise((resolve) => setTimeout(resolve, here ? RENEW_MS : EVERY_MS));
    if (!here) continue;
    const now = (await again(location.href))?.querySelector("[data-renew]");
    missed = now ? 0 : missed + 1;
    if (!now || shown.contains(document.activeElement)) continue;
    shown.dataset.condition = now.dataset.condition;
    shown.replaceChildren(...now.childNodes);
  }
}

/** Somebody's page, while that person lets it be seen: away from it when that is over, and the minutes that are left. */
function watchSeen(banner) {
  const left = banner.querySelector("[data-ends]");
  const leave = () => location.replace(banner.dataset.over);
  const stream = new EventSource(banner.dataset.seen);
  stream.addEventListener("over", leave);
  // Refused, and not only interrupted: whoever looks has signed out, or may not look any more.
  stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && leave());
  const timer = setInterval(() => {
    left.textContent = String(Math.max(1, Math.ceil((Number(left.dataset.ends) - Date.now()) / 60_000)));
  }, EVERY_MS);
  addEventListener("pagehide", () => {
    stream.close();
    clearInterval(timer);
  });
  // A page that a browser has kept may be one that is over.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

const seen = document.querySelector("[data-seen]");
if (seen) watchSeen(seen);
const status = document.querySelector("[data-tail]");
if (status) tail(status);
if (document.querySelector("[data-refresh]")) follow();
const renewed = document.querySelector("[data-renew]");
if (renewed) renew(renewed);

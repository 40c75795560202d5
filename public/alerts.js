// On /settings/alerts: marks what the page shows as read.

const see = document.querySelector("form[data-see]");

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

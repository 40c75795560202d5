// Shows what the server pushes. It keeps nothing, asks for nothing, and answers no page: without messages it does not run.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** A browser shows something of its own where we show nothing, so whatever came is shown. */
function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

self.addEventListener("push", (event) => {
  const { title, body, url, tag, lang } = event.data ? read(event.data) : {};
  event.waitUntil(
    self.registration.showNotification(title || "Anytime Connect", {
      body: body || "",
      tag: tag || "alert",
      lang: lang || "",
      icon: "/icon-192.png",
      data: { url: url || "/settings/alerts" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.url, self.location.origin);
  // Nothing leads elsewhere, whatever a message says.
  const url = target.origin === self.location.origin ? target.href : self.location.origin;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((pages) => {
      const open = pages.find((page) => page.url === url);
      return open ? open.focus() : self.clients.openWindow(url);
    }),
  );
});

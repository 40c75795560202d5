// Keeps the bank's page up to date.
'use strict';

(() => {
  const EVERY_MS = 2000;
  const live = document.getElementById('live');
  let shown = live.innerHTML;

  /** Puts fresh content in place, unless somebody is using the old one. */
  function show(html) {
    if (html === shown || live.querySelector(':focus-visible, :active')) return;
    live.innerHTML = html;
    shown = html;
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch('/bank/live');
      if (answer.ok) show(await answer.text());
    } catch {
      // The bank is away; the next tick asks again.
    }
  }

  document.addEventListener('visibilitychange', refresh);
  setInterval(refresh, EVERY_MS);
})();

const js = "{js}", wasm = "{wasm}";
const islands = document.querySelectorAll("leptos-island");
async function wake(attempt) {
  const module = await import(attempt ? `${js}?again=${attempt}` : js);
  await module.default({ module_or_path: wasm });
  module.hydrate();
  for (const island of islands) await module[island.dataset.component]?.(island);
  document.documentElement.dataset.hydrated = "";
}
function giveUp(error) {
  const badge = document.querySelector("[data-testid=live-status]");
  if (badge) {
    badge.textContent = badge.dataset.unavailable;
    badge.dataset.state = "offline";
    delete badge.dataset.snapshot;
  }
  console.warn("live updates are not available", error);
}
if (islands.length) {
  wake(0).catch(() => new Promise((resolve) => setTimeout(resolve, 1500)).then(() => wake(1)).catch(giveUp));
}

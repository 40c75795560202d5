//! The browser's entry point, called once by the loader that `shell` puts beside an island.

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the reactive system ready; the loader then wakes each island.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

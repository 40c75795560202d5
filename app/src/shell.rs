//! The whole document around a page.

use crate::app::App;
use crate::page::{PageContext, Theme};
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The document. The server gives it to leptos for pages, for forms shown again, and for error pages.
pub fn shell() -> impl IntoView {
    // Only islands wake up in the browser; the rest of the document is finished here.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let page = use_context::<PageContext>();
    let lang = page.as_ref().map(|page| page.lang).unwrap_or_default();
    let theme = page.as_ref().map(|page| page.theme).filter(|theme| *theme != Theme::System);
    let privacy = page.as_ref().is_some_and(|page| page.privacy && page.viewer.is_some()).then_some("on");
    let css = page.map(|page| page.assets.css).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang=lang.code() data-theme=theme.map(Theme::code) data-privacy=privacy>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=theme.map_or("light dark", Theme::code)/>
                <meta name="referrer" content="same-origin"/>
                <link rel="preload" href="/fonts/inter-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=css/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icon-192.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

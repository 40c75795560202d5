//! What people see of Anytime Connect.
//!
//! Pages are rendered on the server and need no script, but for the live list of the dashboard, an island. The bundle for
//! the browser therefore knows the islands only; everything else is behind the feature `ssr`.

#![recursion_limit = "512"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` is the server's side and `hydrate` the browser's: build one of them");

pub mod i18n;
pub mod islands;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod shell;

#[cfg(feature = "hydrate")]
pub mod hydrate;

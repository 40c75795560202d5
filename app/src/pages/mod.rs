//! The pages. Each says what it needs from the server through the port, and draws the answer.

pub mod account;
pub mod connect;
pub mod dashboard;
pub mod developers;
pub mod error;
pub mod insights;
pub mod landing;
pub mod link_again;
pub mod operator;
pub mod payment;
pub mod settings;
pub mod stop;

use crate::backend::{BackendError, SharedBackend};
use crate::page::PageContext;
use domain::viewer::Viewer;
use error::error_view;
use leptos::prelude::*;
use std::future::Future;

/// A request by a signed-in person, or for the pages of one.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) page: PageContext,
    pub(crate) viewer: Viewer,
    pub(crate) backend: SharedBackend,
}

/// None where nobody is signed in: the server sends such a request away before it comes here.
pub(crate) fn visit() -> Option<Visit> {
    let page = use_context::<PageContext>()?;
    let backend = use_context::<SharedBackend>()?;
    let operator = page.viewer.clone()?;
    // What an operator sees as somebody does is that person's.
    let viewer = page.seen.as_ref().map_or(operator, |seen| seen.person.clone());
    Some(Visit { page, viewer, backend })
}

/// Draws what the server answers, or the page for an answer that is missing.
pub(crate) fn loaded<T: Send + 'static>(
    call: impl Future<Output = Result<T, BackendError>> + Send + 'static,
    draw: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView {
    Suspend::new(async move {
        match call.await {
            Ok(answer) => draw(answer),
            Err(error) => error_view(error.into()),
        }
    })
    .into_any()
}

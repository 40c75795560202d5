//! Addresses of a person's own pages. Where an operator sees them as she does, they are others, and lead to what is seen like that.

use leptos::prelude::use_context;

/// What addresses begin with on a page that is only seen; in the context of such a page, and of no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under(pub String);

/// Whether somebody else than its owner looks at this page: nothing can be done on it.
pub fn is_seen() -> bool {
    use_context::<Under>().is_some()
}

/// A page of the person's own, from the page that is being drawn.
pub fn own(path: &str) -> String {
    match use_context::<Under>() {
        Some(Under(start)) => start + path,
        None => path.to_owned(),
    }
}

/// What the addresses of a user's pages begin with for operators who see them as she does.
pub fn seen_as(user: &str) -> String {
    format!("/operator/users/{user}/as")
}

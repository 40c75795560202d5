//! What pages are told of a user's links beside the links themselves.

use domain::ids::LinkId;
use domain::link::LinkView;

/// A user's links, newest first, forgotten ones left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkList {
    pub links: Vec<LinkView>,
    pub silent: Vec<Silent>,
}

/// A linked account of which the bank has told nothing for longer than is usual for it, as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    pub link: LinkId,
    pub holder: String,
    /// The last news: RFC 3339, Europe/Paris.
    pub since: String,
}

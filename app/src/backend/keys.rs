//! The keys that encrypt tokens and references, as operators see them.

/// One key of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub kid: String,
    /// RFC 3339, Europe/Paris. None where nothing was sealed with it yet.
    pub since: Option<String>,
    /// Of users, and of hours of the inbox, which it wraps.
    pub data_keys: i64,
    /// How often something was sealed with it.
    pub uses: i64,
    /// It has sealed more than a key should.
    pub worn: bool,
}

/// The ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyList {
    /// The active one first.
    pub rows: Vec<KeyRow>,
    /// Whether the viewer may make a new one, and remove those under which nothing is any more.
    pub may_change: bool,
}

/// Why a key could not be made or removed; stands in the page's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRefusal {
    /// Something is still under it.
    Used,
    /// People may still be linking with what it has sealed.
    Fresh,
    /// The file of the ring cannot be written to.
    File,
}

impl KeyRefusal {
    const ALL: [Self; 3] = [Self::Used, Self::Fresh, Self::File];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Fresh => "fresh",
            Self::File => "file",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }
}

//! What is done to nodes and database.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A node is killed, and started again.
    Kill,
    /// A node stands still for longer than any lease, and goes on.
    Freeze,
    /// `PostgreSQL` ends at once, and recovers.
    Database,
    /// A node hears nothing from the database, for longer than it waits for anything.
    Cut,
    /// One node after the other ends in good order, and starts.
    Upgrade,
}

impl Fault {
    pub const ALL: [Self; 5] = [Self::Kill, Self::Freeze, Self::Database, Self::Cut, Self::Upgrade];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Kill => "N1",
            Self::Freeze => "N2",
            Self::Database => "N3",
            Self::Cut => "N4",
            Self::Upgrade => "N5",
        }
    }

    pub const fn what(self) -> &'static str {
        match self {
            Self::Kill => "a node is killed",
            Self::Freeze => "a node stands still for 12 s",
            Self::Database => "PostgreSQL crashes, and is away for 1 s",
            Self::Cut => "a node is cut from the database for 8 s",
            Self::Upgrade => "all nodes are restarted, one after the other",
        }
    }
}

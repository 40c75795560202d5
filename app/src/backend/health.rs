//! How the server is doing, as whoever is on call sees it.

use super::Verdict;

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    Good,
    /// Nothing is lost, and somebody should look.
    Watch,
    Bad,
}

impl Condition {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Bad => "bad",
        }
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vital {
    /// Whether a notification could be acknowledged.
    Acknowledging,
    /// Notifications that wait to be stored.
    Arrivals,
    /// Stored notifications that something is left to be done with.
    Effects,
    /// From the arrival of a notification to its effect.
    Lag,
    /// Storing a group of notifications durably.
    Commit,
    /// Whether notifications have their effect at all.
    Processing,
    LastDelivery,
    LastHour,
    Held,
    Quarantined,
    Parked,
    /// Payments that seem to be missing.
    Missing,
    /// The bank's API.
    Bank,
    Alarms,
    /// The key that seals.
    Key,
    Mails,
    Disk,
    Database,
    Versions,
    Up,
}

impl Vital {
    pub const ALL: [Self; 20] = [
        Self::Acknowledging,
        Self::Arrivals,
        Self::Effects,
        Self::Lag,
        Self::Commit,
        Self::Processing,
        Self::LastDelivery,
        Self::LastHour,
        Self::Held,
        Self::Quarantined,
        Self::Parked,
        Self::Missing,
        Self::Bank,
        Self::Alarms,
        Self::Key,
        Self::Mails,
        Self::Disk,
        Self::Database,
        Self::Versions,
        Self::Up,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Acknowledging => "acknowledging",
            Self::Arrivals => "arrivals",
            Self::Effects => "effects",
            Self::Lag => "lag",
            Self::Commit => "commit",
            Self::Processing => "processing",
            Self::LastDelivery => "last-delivery",
            Self::LastHour => "last-hour",
            Self::Held => "held",
            Self::Quarantined => "quarantined",
            Self::Parked => "parked",
            Self::Missing => "missing",
            Self::Bank => "bank",
            Self::Alarms => "alarms",
            Self::Key => "key",
            Self::Mails => "mails",
            Self::Disk => "disk",
            Self::Database => "database",
            Self::Versions => "versions",
            Self::Up => "up",
        }
    }
}

/// What was read. The words are the page's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Whether it is so.
    Is(bool),
    /// So many; that many at least where it is the most that is counted.
    Count {
        count: i64,
        most: i64,
    },
    /// Microseconds, on average and at worst; none where nothing happened.
    Times(Option<(i64, i64)>),
    /// RFC 3339, Europe/Paris; none where it never was.
    At(Option<String>),
    Verdicts([(Verdict, i64); 5]),
    /// Until when no call is made, and the last failure: its code and when.
    Bank {
        paused_until: Option<String>,
        failed: Option<(String, String)>,
    },
    Key {
        kid: String,
        uses: i64,
    },
    /// Waiting, and given up.
    Mails {
        waiting: i64,
        given_up: i64,
        most: i64,
    },
    /// None where it is somebody else's.
    Bytes(Option<i64>),
    Database {
        engine: &'static str,
        bytes: i64,
    },
    Versions {
        program: &'static str,
        schema: i64,
    },
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VitalLine {
    pub vital: Vital,
    pub condition: Condition,
    pub reading: Reading,
    /// RFC 3339, Europe/Paris; none where nobody knows, or it says nothing.
    pub since: Option<String>,
}

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeState {
    Serving,
    /// It was told to end, and sends new requests elsewhere.
    Leaving,
    /// It has not said for a while that it is there.
    Silent,
}

impl NodeState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Serving => "serving",
            Self::Leaving => "leaving",
            Self::Silent => "silent",
        }
    }

    /// The others go on with its work.
    pub const fn condition(self) -> Condition {
        match self {
            Self::Serving => Condition::Good,
            Self::Leaving | Self::Silent => Condition::Watch,
        }
    }
}

/// A process that serves the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeLine {
    pub name: String,
    /// It is the one that shows the page.
    pub here: bool,
    pub version: String,
    pub state: NodeState,
    /// RFC 3339, Europe/Paris.
    pub started_at: String,
    pub seen_at: String,
}

/// Everything that was looked at, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// RFC 3339, Europe/Paris.
    pub at: String,
    /// In the order of `Vital::ALL`.
    pub lines: Vec<VitalLine>,
    /// By name.
    pub nodes: Vec<NodeLine>,
}

impl Health {
    fn conditions(&self) -> impl Iterator<Item = Condition> {
        let nodes = self.nodes.iter().map(|node| node.state.condition());
        self.lines.iter().map(|line| line.condition).chain(nodes)
    }

    /// How many are so.
    pub fn count(&self, condition: Condition) -> usize {
        self.conditions().filter(|found| *found == condition).count()
    }

    /// As it is with the worst of them.
    pub fn worst(&self) -> Condition {
        self.conditions().max().unwrap_or(Condition::Good)
    }
}

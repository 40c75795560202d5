//! What the page for developers shows of the API.

/// The whole API, as it describes itself: in English.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiReference {
    pub about: String,
    /// Of one thing after the other.
    pub operations: Vec<ApiOperation>,
}

/// One thing that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiOperation {
    /// In small letters.
    pub method: String,
    /// With `{names}` in it, from the origin on.
    pub path: String,
    pub summary: String,
    /// What a key has to be good for.
    pub scope: String,
    pub parameters: Vec<ApiParameter>,
    /// A body of JSON may be sent.
    pub takes_body: bool,
    /// Fields of the answer: name, kind, meaning.
    pub fields: Vec<ApiField>,
}

/// Something that a request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiParameter {
    pub name: String,
    /// In the path, else in the query.
    pub in_path: bool,
    pub required: bool,
    pub about: String,
}

/// Something that an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiField {
    pub name: String,
    pub kind: String,
    pub about: String,
}

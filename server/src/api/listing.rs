//! Parameters of lists, and parts cut from lists.

use super::problem::Problem;
use crate::services::Services;
use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;

const USUAL: usize = 100;
const MOST: usize = 200;

/// The query of a request. A parameter that we do not know is refused: whoever mistypes one should not take everything for the
/// answer.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Services> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Services) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(error) => Err(Problem::parameter(error.body_text())),
        }
    }
}

/// How many rows an answer has at most.
pub(super) fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::parameter(format!("`limit` has to be from 1 to {MOST}."))),
    }
}

/// The place that the list goes on behind, read by `place`.
pub(super) fn place<P>(cursor: Option<&str>, place: impl Fn(&str) -> Option<P>) -> Result<Option<P>, Problem> {
    cursor.map(|cursor| place(cursor).ok_or_else(unknown_cursor)).transpose()
}

pub(super) fn unknown_cursor() -> Problem {
    Problem::parameter("`cursor` has to be the `next` of an answer.")
}

/// As many rows, and one more, which tells whether there is more.
pub(super) fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// Cuts that one off, and names the place of the last one that stays.
pub(super) fn cut<R>(mut rows: Vec<R>, limit: usize, place: impl Fn(&R) -> String) -> (Vec<R>, Option<String>) {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    (rows, next)
}

//! What operators do about people: note, mark, pause, forget a link, ask to link again, see what she
//! sees; and who is an operator
//! ([adr 19](../../../docs/adr/0019-operators.md)).

mod about;
mod link_again;
mod seeing;
mod team;

use crate::services::Services;
use axum::Router;

pub fn router() -> Router<Services> {
    about::router().merge(link_again::router()).merge(seeing::router()).merge(team::router())
}

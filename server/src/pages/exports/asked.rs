//! What is asked of an export, and how it is answered.

use super::reading::{Part, Reading};
use super::turns::{Turn, Turns};
use crate::accounts::preferences::lang_of;
use crate::clock::Moment;
use crate::http::SignedIn;
use crate::services::Services;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use domain::filter::Filter;
use domain::ids::UserId;
use domain::lang::Lang;
use domain::transaction::Transaction;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

/// A signed-in person's request for a file.
pub(super) struct Asked {
    pub(super) user: UserId,
    pub(super) filter: Filter,
    pub(super) lang: Lang,
    pub(super) now: Moment,
    pub(super) turn: Turn,
}

impl FromRequestParts<Services> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, services).await.map_err(IntoResponse::into_response)?;
        let user = signed_in.viewer().user_id.clone();
        let filter = filter(parts.uri.query().unwrap_or_default()).map_err(not_understood)?;
        let turns = parts.extensions.get::<Turns>().cloned().unwrap_or_default();
        let turn = turns.take(&user).ok_or_else(|| too_many().into_response())?;
        Ok(Self { user, filter, lang: lang_of(&parts.headers), now: services.clock.now(), turn })
    }
}

/// The names of values that cannot be read, if there are any: a file should not hold everything instead.
pub(super) fn filter(query: &str) -> Result<Filter, Vec<&'static str>> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let (filter, refused) = Filter::from_query(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
    if refused.is_empty() { Ok(filter) } else { Err(refused) }
}

fn not_understood(names: Vec<&'static str>) -> Response {
    (StatusCode::BAD_REQUEST, format!("cannot be read: {}\n", names.join(", "))).into_response()
}

pub(super) fn too_many() -> (StatusCode, [(http::HeaderName, &'static str); 1]) {
    (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "10")])
}

/// What kind of file it is, to browsers and in its name.
pub(super) struct Kind {
    pub(super) media_type: &'static str,
    pub(super) ending: &'static str,
}

impl Asked {
    /// The answer: a file to be kept, read while it is sent.
    pub(super) fn answer(
        self,
        services: &Services,
        kind: &Kind,
        parts: impl IntoIterator<Item = Part>,
        write: impl FnMut(&Transaction, &mut String) + Send + 'static,
    ) -> Response {
        let name = file_name(&self.filter, self.lang, &self.now.bank_day(), kind.ending);
        let disposition = attachment(&name);
        let reading = Reading {
            store: services.store.clone(),
            user: self.user,
            filter: self.filter,
            parts: parts.into_iter().collect(),
            write: Box::new(write),
            ahead: None,
            tasks: services.tasks.clone(),
            _turn: self.turn,
        };
        let headers = [(CONTENT_TYPE, HeaderValue::from_static(kind.media_type)), (CONTENT_DISPOSITION, disposition)];
        (headers, reading.body()).into_response()
    }
}

/// Has a browser keep what is sent under this name: words of ours, days and digits, nothing that could leave its quotes.
pub fn attachment(name: &str) -> HeaderValue {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// `anytime-paiements-2026-11-01_2026-11-30.csv`; the day of today where no period is chosen.
fn file_name(filter: &Filter, lang: Lang, today: &str, ending: &str) -> String {
    let what = match lang {
        Lang::Fr => "paiements",
        Lang::En => "payments",
    };
    let last = filter.to.as_deref().unwrap_or(today);
    match &filter.from {
        Some(first) => format!("anytime-{what}-{first}_{last}.{ending}"),
        None => format!("anytime-{what}-{last}.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_name_holds_its_days() {
        let name = |query| file_name(&filter(query).unwrap(), Lang::Fr, "2026-11-25", "csv");
        assert_eq!(name(""), "anytime-paiements-2026-11-25.csv");
        assert_eq!(name("from=2026-11-01"), "anytime-paiements-2026-11-01_2026-11-25.csv");
        assert_eq!(name("from=2026-10-01&to=2026-10-31"), "anytime-paiements-2026-10-01_2026-10-31.csv");
        assert_eq!(name("to=2026-10-31&q=%22%0d%0aX:"), "anytime-paiements-2026-10-31.csv");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(filter("from=2026-11-01%22&min=much&q=x").unwrap_err(), ["from", "min"]);
    }
}

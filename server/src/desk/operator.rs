//! An operator at work, and why what she wants cannot be done.

use super::{MOST_COUNTED, movable};
use crate::access::{Action, authorize};
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::http::pages::{PageRequest, refused_decision};
use crate::services::Services;
use crate::store::{Actor, DeliveryFilter, NewAct, NewReplay, ReplayAct, ReplayRecord, StoreError};
use app::backend::Movable;
use app::page::{DecisionProblem, RefusedDecision};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use domain::viewer::Viewer;
use http::request::Parts;

const LONGEST_REASON: usize = 500;

/// An operator who may do more than look, and the request that she makes.
pub(crate) struct Operator {
    pub(crate) services: Services,
    pub(crate) viewer: Viewer,
    pub(crate) page: PageRequest,
}

/// The answer to what cannot be done.
pub(crate) struct Stop(Box<Response>);

pub(crate) type Done = Result<Response, Stop>;

impl Stop {
    pub(crate) fn not_found() -> Self {
        Self(Box::new(HttpError::NotFound.into_response()))
    }
}

impl Stop {
    pub(crate) fn answering(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "what an operator wants could not be done");
        Self(Box::new(HttpError::Unavailable.into_response()))
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl FromRequestParts<Services> for Operator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Response> {
        let SignedIn(session) =
            SignedIn::from_request_parts(parts, services).await.map_err(IntoResponse::into_response)?;
        let Ok(page) = PageRequest::from_request_parts(parts, services).await;
        // For viewers and everybody else these addresses do not exist.
        authorize(&session.viewer, Action::ReplayDelivery).map_err(|_| HttpError::NotFound.into_response())?;
        Ok(Self { services: services.clone(), viewer: session.viewer, page })
    }
}

impl Operator {
    pub(crate) fn actor(&self) -> Actor {
        Actor { user_id: Some(self.viewer.user_id.clone()), name: self.viewer.name.clone() }
    }

    /// What may be done with a delivery.
    pub(crate) async fn movable(&self, delivery: i64) -> Result<Movable, Stop> {
        let delivery = self.services.store.delivery(delivery).await?.ok_or_else(Stop::not_found)?;
        Ok(movable(&delivery, &self.viewer))
    }

    pub(crate) async fn replay(&self, id: i64) -> Result<ReplayRecord, Stop> {
        self.services.store.replay(id).await?.ok_or_else(Stop::not_found)
    }

    /// Tells what would be changed.
    pub(crate) async fn try_out(&self, act: ReplayAct, filter: DeliveryFilter) -> Done {
        let store = &self.services.store;
        let upto = store.newest_delivery().await?;
        let total = store.count_deliveries(&filter, upto, MOST_COUNTED).await?;
        self.begin(NewReplay {
            by: self.actor(),
            reason: String::new(),
            act,
            dry: true,
            filter,
            upto,
            total,
            proposed: false,
            at: self.services.clock.now(),
        })
        .await
    }

    pub(crate) async fn try_one(&self, act: ReplayAct, delivery: i64) -> Done {
        self.try_out(act, DeliveryFilter { id: Some(delivery), ..DeliveryFilter::default() }).await
    }

    /// Leads to the page that shows how far it is.
    pub(crate) async fn begin(&self, new: NewReplay) -> Done {
        let (trial, act) = (new.dry, new.act.code());
        let id = self.services.store.add_replay(new).await?;
        let operator = &self.viewer.user_id;
        tracing::info!(replay.id = id, replay.trial = trial, replay.act = act, %operator, "a replay was asked for");
        self.services.replays.notify_one();
        Ok(to_replay(id))
    }

    pub(crate) async fn note(&self, act: &'static str, delivery: i64, reason: String) -> Result<(), Stop> {
        let subject = format!("delivery:{delivery}");
        let at = self.services.clock.now();
        Ok(self.services.store.note_act(NewAct { by: self.actor(), act, subject, reason, at }).await?)
    }

    /// What she gives as her reason. Without one she is asked again, on that page.
    pub(crate) async fn reason(&self, typed: &str, path: &str) -> Result<String, Stop> {
        match reason_in(typed) {
            Ok(reason) => Ok(reason),
            Err(problem) => {
                let (reason, email) = (typed.trim().to_owned(), String::new());
                Err(self.refuse(RefusedDecision { reason, email, problem }, path).await)
            }
        }
    }

    /// The page of a form again, with what is wrong with it.
    pub(crate) async fn refuse(&self, decision: RefusedDecision, path: &str) -> Stop {
        Stop(Box::new(refused_decision(&self.services, self.page.clone().at(path), decision).await))
    }

    /// What may not be done looks as if it did not exist.
    pub(crate) fn may(&self, action: Action) -> Result<(), Stop> {
        authorize(&self.viewer, action).map_err(|_| Stop::not_found())
    }
}

/// A reason that can be kept, or what is wrong with it.
pub(crate) fn reason_in(typed: &str) -> Result<String, DecisionProblem> {
    let reason = typed.trim();
    match reason.chars().count() {
        0 => Err(DecisionProblem::ReasonMissing),
        1..=LONGEST_REASON => Ok(reason.to_owned()),
        _ => Err(DecisionProblem::ReasonTooLong),
    }
}

pub(crate) fn to_replay(id: i64) -> Response {
    Redirect::to(&replay_path(id)).into_response()
}

pub(crate) fn to_delivery(id: i64) -> Response {
    Redirect::to(&delivery_path(id)).into_response()
}

pub(crate) fn replay_path(id: i64) -> String {
    format!("/operator/replays/{id}")
}

pub(crate) fn delivery_path(id: i64) -> String {
    format!("/operator/deliveries/{id}")
}

//! What operators who watch need from the server.

use super::{
    BackendError, Cursor, Events, EventsQuery, Funnel, FunnelQuery, Health, PaymentLines, PaymentLinesQuery, SendDetail,
};
use async_trait::async_trait;
use domain::viewer::Viewer;

#[async_trait]
pub trait WatchBackend: Send + Sync {
    /// How the server is doing at this moment.
    async fn health(&self, viewer: &Viewer) -> Result<Health, BackendError>;

    /// How far attempts to link came, by the day on which they began: at most so many days, and none that is still to come.
    async fn funnel(&self, viewer: &Viewer, query: &FunnelQuery) -> Result<Funnel, BackendError>;

    /// Everybody's payments: when, how much and whose. What says more of a person is on her page, where looking is noted.
    async fn payment_lines(
        &self,
        viewer: &Viewer,
        query: &PaymentLinesQuery,
        cursor: &Cursor,
    ) -> Result<PaymentLines, BackendError>;

    /// Where events go, and what was sent.
    async fn events(&self, viewer: &Viewer, query: &EventsQuery, cursor: &Cursor) -> Result<Events, BackendError>;

    /// One message to one endpoint.
    async fn event(&self, viewer: &Viewer, id: i64) -> Result<SendDetail, BackendError>;
}

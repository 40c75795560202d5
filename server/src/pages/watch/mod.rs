//! What operators see who watch: how the server is doing, how people come to be linked, what is paid, and what
//! others were told.

mod events;
mod funnel;
mod health;
mod payments;

use super::Pages;
use app::backend::{
    BackendError, Cursor, Events, EventsQuery, Funnel, FunnelQuery, Health, PaymentLines, PaymentLinesQuery,
    SendDetail, WatchBackend,
};
use async_trait::async_trait;
use domain::viewer::Viewer;

#[async_trait]
impl WatchBackend for Pages {
    async fn health(&self, viewer: &Viewer) -> Result<Health, BackendError> {
        self.read_health(viewer).await
    }

    async fn funnel(&self, viewer: &Viewer, query: &FunnelQuery) -> Result<Funnel, BackendError> {
        self.read_funnel(viewer, query).await
    }

    async fn payment_lines(
        &self,
        viewer: &Viewer,
        query: &PaymentLinesQuery,
        cursor: &Cursor,
    ) -> Result<PaymentLines, BackendError> {
        self.list_payment_lines(viewer, query, cursor).await
    }

    async fn events(&self, viewer: &Viewer, query: &EventsQuery, cursor: &Cursor) -> Result<Events, BackendError> {
        self.list_events(viewer, query, cursor).await
    }

    async fn event(&self, viewer: &Viewer, id: i64) -> Result<SendDetail, BackendError> {
        self.read_event(viewer, id).await
    }
}

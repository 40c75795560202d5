//! What operators see who watch: how the server is doing, how people come to be linked, and what is paid.

mod funnel;
mod health;
mod payments;

use super::Pages;
use app::backend::{BackendError, Cursor, Funnel, FunnelQuery, Health, PaymentLines, PaymentLinesQuery, WatchBackend};
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
}

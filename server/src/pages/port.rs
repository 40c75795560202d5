//! The port itself: which part answers what.

use super::Pages;
use super::api::api_reference;
use app::backend::{
    AlarmList, Alerts, ApiReference, Backend, BackendError, ConnectOffer, Cursor, Dashboard, DeliveryDetail,
    DeliveryQuery, FoundDeliveries, Insights, InsightsQuery, KeyList, LinkList, PaymentDetail, Processing, RuleDetail,
    UserDetail, UserList, UserQuery,
};
use async_trait::async_trait;
use domain::alerts::RuleView;
use domain::filter::Filter;
use domain::ids::{LinkId, PaymentKey, RuleId, UserId};
use domain::link::LinkView;
use domain::viewer::Viewer;

#[async_trait]
impl Backend for Pages {
    async fn dashboard(&self, viewer: &Viewer, filter: &Filter, cursor: &Cursor) -> Result<Dashboard, BackendError> {
        self.read_dashboard(viewer, filter, cursor).await
    }

    async fn insights(&self, viewer: &Viewer, query: &InsightsQuery) -> Result<Insights, BackendError> {
        self.read_insights(viewer, query).await
    }

    async fn payment(&self, viewer: &Viewer, key: &PaymentKey) -> Result<PaymentDetail, BackendError> {
        self.read_payment(viewer, key).await
    }

    async fn links(&self, viewer: &Viewer) -> Result<LinkList, BackendError> {
        self.read_links(viewer).await
    }

    async fn link(&self, viewer: &Viewer, id: &LinkId) -> Result<LinkView, BackendError> {
        self.read_link(viewer, id).await
    }

    async fn alerts(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Alerts, BackendError> {
        self.read_alerts(viewer, cursor).await
    }

    async fn alert_rule(&self, viewer: &Viewer, id: &RuleId) -> Result<RuleDetail, BackendError> {
        self.read_rule(viewer, id).await
    }

    async fn stopping(&self, token: &str) -> Result<Vec<RuleView>, BackendError> {
        self.read_stopping(token).await
    }

    async fn offer(&self, viewer: &Viewer) -> Result<ConnectOffer, BackendError> {
        self.open_intent(viewer).await
    }

    async fn set_up_email(&self, token: &str) -> Result<String, BackendError> {
        self.invited(token).await
    }

    async fn users(&self, viewer: &Viewer, query: &UserQuery, cursor: &Cursor) -> Result<UserList, BackendError> {
        self.list_users(viewer, query, cursor).await
    }

    async fn user(&self, viewer: &Viewer, id: &UserId, cursor: &Cursor) -> Result<UserDetail, BackendError> {
        self.read_user(viewer, id, cursor).await
    }

    async fn deliveries(
        &self,
        viewer: &Viewer,
        query: &DeliveryQuery,
        text: &str,
        cursor: &Cursor,
    ) -> Result<FoundDeliveries, BackendError> {
        self.list_deliveries(viewer, query, text, cursor).await
    }

    async fn delivery(&self, viewer: &Viewer, id: i64) -> Result<DeliveryDetail, BackendError> {
        self.read_delivery(viewer, id).await
    }

    async fn processing(&self, viewer: &Viewer) -> Result<Processing, BackendError> {
        self.read_processing(viewer).await
    }

    async fn alarms(&self, viewer: &Viewer) -> Result<AlarmList, BackendError> {
        self.list_alarms(viewer).await
    }

    async fn keys(&self, viewer: &Viewer) -> Result<KeyList, BackendError> {
        self.list_keys(viewer).await
    }

    fn api(&self) -> ApiReference {
        api_reference()
    }
}

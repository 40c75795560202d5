//! The routes, all in one place. They exist on the server only: the browser loads pages, it does not route.

use crate::page::PageContext;
use crate::pages::account::{Erased, ForgotPassword, ResetPassword, SecondStep, SetUp, SignIn, SignUp};
use crate::pages::connect::Connect;
use crate::pages::dashboard::Dashboard;
use crate::pages::developers::Developers;
use crate::pages::error::{ErrorPage, NotFound};
use crate::pages::insights::InsightsPage;
use crate::pages::landing::Landing;
use crate::pages::link_again::LinkAgainPage;
use crate::pages::operator::{
    ActsPage, AlarmsPage, DeliveriesPage, DeliveryPage, ErasuresPage, EventPage, EventsPage, FunnelPage, HealthPage,
    KeysPage, NewReplayPage, PaymentsPage, ReplayPage, ReplaysPage, ReviewPage, SeeAsPage, TeamPage, UserPage,
    UsersPage,
};
use crate::pages::payment::PaymentPage;
use crate::pages::settings::{
    Accounts, AlertsPage, ChangePassword, Erase, Looks, PasskeyPage, PasskeysPage, RulePage, Sessions, Settings,
    SupportPage, TwoStepPage,
};
use crate::pages::stop::StopMails;
use crate::ui::frame::Frame;
use crate::ui::place::{Under, seen_as};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

const NAME: &str = "Anytime Connect";

/// Every page, inside the frame. Runs once at start-up too, for the list of routes, where no request exists.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(seen) = use_context::<PageContext>().and_then(|page| page.seen) {
        provide_context(Under(seen_as(seen.person.user_id.as_str())));
    }
    let title = view! { <Title formatter=|page| if page == NAME { page } else { format!("{page} · {NAME}") }/> };
    let content = match use_context::<PageContext>().and_then(|page| page.error) {
        Some(kind) => view! { <Frame><ErrorPage kind/></Frame> }.into_any(),
        None => view! {
            <Router>
                <Frame>
                    <AppRoutes/>
                </Frame>
            </Router>
        }
        .into_any(),
    };
    view! { {title}{content} }
}

#[component]
fn AppRoutes() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/") view=Landing ssr=SsrMode::Async/>
            <Route path=path!("/sign-up") view=SignUp ssr=SsrMode::Async/>
            <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async/>
            <Route path=path!("/sign-in/code") view=SecondStep ssr=SsrMode::Async/>
            <Route path=path!("/forgot-password") view=ForgotPassword ssr=SsrMode::Async/>
            <Route path=path!("/reset-password/:secret") view=ResetPassword ssr=SsrMode::Async/>
            <Route path=path!("/erased/:number") view=Erased ssr=SsrMode::Async/>
            <Route path=path!("/set-up/:token") view=SetUp ssr=SsrMode::Async/>
            <Route path=path!("/developers") view=Developers ssr=SsrMode::Async/>
            <Route path=path!("/link-again/:token") view=LinkAgainPage ssr=SsrMode::Async/>
            <Route path=path!("/connect") view=Connect ssr=SsrMode::Async/>
            <Route path=path!("/dashboard") view=Dashboard ssr=SsrMode::Async/>
            <Route path=path!("/dashboard/insights") view=InsightsPage ssr=SsrMode::Async/>
            <Route path=path!("/transactions/:key") view=PaymentPage ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=Settings ssr=SsrMode::Async/>
            <Route path=path!("/settings/accounts") view=Accounts ssr=SsrMode::Async/>
            <Route path=path!("/settings/password") view=ChangePassword ssr=SsrMode::Async/>
            <Route path=path!("/settings/two-step") view=TwoStepPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/passkeys") view=PasskeysPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/passkeys/:id") view=PasskeyPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/sessions") view=Sessions ssr=SsrMode::Async/>
            <Route path=path!("/settings/looks") view=Looks ssr=SsrMode::Async/>
            <Route path=path!("/settings/support") view=SupportPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/erase") view=Erase ssr=SsrMode::Async/>
            <Route path=path!("/operator/erasures") view=ErasuresPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/keys") view=KeysPage ssr=SsrMode::Async/>
            <Route path=path!("/stop-mails/:token") view=StopMails ssr=SsrMode::Async/>
            <Route path=path!("/settings/alerts") view=AlertsPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/alerts/:id") view=RulePage ssr=SsrMode::Async/>
            <Route path=path!("/operator/users") view=UsersPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/users/:id") view=UserPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/users/:id/as") view=SeeAsPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/team") view=TeamPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/deliveries") view=DeliveriesPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/alarms") view=AlarmsPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/deliveries/:id") view=DeliveryPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/quarantine") view=ReviewPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/replays") view=ReplaysPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/replays/new") view=NewReplayPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/replays/:id") view=ReplayPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/transactions") view=PaymentsPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/events") view=EventsPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/events/:id") view=EventPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/funnel") view=FunnelPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/health") view=HealthPage ssr=SsrMode::Async/>
            <Route path=path!("/operator/audit") view=ActsPage ssr=SsrMode::Async/>
        </Routes>
    }
}

use super::decide::ReasonField;
use crate::backend::{Deed, UserRow};
use crate::i18n::desk::DeskTexts;
use crate::i18n::people::{DeedWords, PeopleTexts};
use crate::page::{OneTimeLink, PageContext, RefusedDecision};
use crate::ui::query;
use domain::viewer::Role;
use leptos::prelude::*;

/// A form of a user's page that was refused, and which one it was.
#[derive(Clone)]
pub struct RefusedDeed {
    deed: Deed,
    /// About which of her links.
    link: String,
    decision: RefusedDecision,
}

impl RefusedDeed {
    pub fn of(page: &PageContext) -> Option<Self> {
        let deed = query::value(&page.query, "form").and_then(|code| Deed::from_code(&code))?;
        let link = query::value(&page.query, "link").unwrap_or_default();
        Some(Self { deed, link, decision: page.decision.clone()? })
    }

    /// What was decided in this form.
    fn of_form(refused: Option<&Self>, deed: Deed, link: &str) -> Option<RefusedDecision> {
        refused.filter(|refused| refused.deed == deed && refused.link == link).map(|refused| refused.decision.clone())
    }
}

/// Everything that can be done about a user.
#[component]
pub fn Deeds(texts: &'static PeopleTexts, user: UserRow, may_act: bool, refused: Option<RefusedDeed>) -> impl IntoView {
    if !may_act {
        return view! { <p class="quiet" data-testid="deeds">{texts.viewers_only_see}</p> }.into_any();
    }
    let paused = user.paused_at.is_some();
    let deeds = [
        Some(Deed::Note),
        Some(if user.marked { Deed::Unmark } else { Deed::Mark }),
        (!paused).then_some(Deed::Relink),
        match (paused, user.role) {
            (true, _) => Some(Deed::Resume),
            (false, Role::User) => Some(Deed::Pause),
            (false, _) => None,
        },
    ];
    let forms = deeds.into_iter().flatten().map(|deed| {
        let refused = RefusedDeed::of_form(refused.as_ref(), deed, "");
        let action = format!("/operator/users/{}/{}", user.id, place(deed));
        view! { <DeedForm texts deed action refused/> }
    });
    view! {
        <section class="panel" data-testid="deeds">
            <h2>{texts.actions}</h2>
            <p class="quiet">{texts.actions_help}</p>
            <div class="deeds">{forms.collect_view()}</div>
        </section>
    }
    .into_any()
}

/// Forgetting one of her links.
#[component]
pub fn ForgetLink(
    texts: &'static PeopleTexts,
    user: String,
    link: String,
    refused: Option<RefusedDeed>,
) -> impl IntoView {
    let refused = RefusedDeed::of_form(refused.as_ref(), Deed::Forget, &link);
    let action = format!("/operator/users/{user}/links/{link}/forget");
    view! { <DeedForm texts deed=Deed::Forget action refused id=link/> }
}

/// The last part of the address that a form is posted to.
const fn place(deed: Deed) -> &'static str {
    match deed {
        Deed::Note => "note",
        Deed::Mark => "mark",
        Deed::Unmark => "unmark",
        Deed::Pause => "pause",
        Deed::Resume => "resume",
        Deed::Relink => "relink",
        // About a link; see above.
        Deed::Forget => "forget",
    }
}

/// Unfolded first, so that it is never one slip away.
#[component]
fn DeedForm(
    texts: &'static PeopleTexts,
    deed: Deed,
    action: String,
    refused: Option<RefusedDecision>,
    /// What tells its fields from those of another form for the same.
    #[prop(optional)]
    id: String,
) -> impl IntoView {
    let DeedWords { unfold, help, submit, .. } = texts.deed(deed);
    let open = refused.is_some();
    let kind = if matches!(deed, Deed::Pause | Deed::Forget) { "button is-danger" } else { "button is-primary" };
    let field = format!("reason-{}{id}", deed.code());
    view! {
        <details class="forget deed" open=open data-testid="deed" data-deed=deed.code()>
            <summary class="button">{unfold}</summary>
            <form method="post" action=action>
                <p>{help}</p>
                <ReasonField texts=DeskTexts::of(texts.lang) refused id=field/>
                <button class=kind type="submit">{submit}</button>
            </form>
        </details>
    }
}

/// A link that is shown this once.
#[component]
pub fn OneTime(title: &'static str, help: &'static str, label: &'static str, link: OneTimeLink) -> impl IntoView {
    view! {
        <section class="panel one-time" role="status" data-testid="one-time">
            <h2>{title}</h2>
            <p>{help}</p>
            <p><strong><bdi>{link.email}</bdi></strong></p>
            <div class="field">
                <label for="one-time">{label}</label>
                <input id="one-time" type="text" readonly=true value=link.address/>
            </div>
        </section>
    }
}

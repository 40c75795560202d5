use super::decide::ReasonField;
use super::user_deeds::OneTime;
use super::{Console, operator};
use crate::backend::{Team, TeamRow};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::team::TeamTexts;
use crate::page::{DecisionProblem, OneTimeLink, PageContext, RefusedDecision};
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::field::{Field, Input};
use crate::ui::query;
use domain::lang::Lang;
use domain::viewer::Role;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/team";

/// A form of this page that was refused, and which one it was.
#[derive(Clone)]
struct Refused {
    form: String,
    /// About whom.
    id: String,
    /// What was chosen in it.
    role: Option<Role>,
    decision: RefusedDecision,
}

impl Refused {
    fn of(page: &PageContext) -> Option<Self> {
        let value = |name| query::value(&page.query, name).unwrap_or_default();
        let role = Role::from_code(&value("role"));
        Some(Self { form: value("form"), id: value("id"), role, decision: page.decision.clone()? })
    }

    /// The role that was chosen in this form, or else this one.
    fn role_of_form(refused: Option<&Self>, form: &str, id: &str, role: Role) -> Role {
        let chosen = refused.filter(|refused| refused.form == form && refused.id == id);
        chosen.and_then(|refused| refused.role).unwrap_or(role)
    }

    fn of_form(refused: Option<&Self>, form: &str, id: &str) -> Option<RefusedDecision> {
        refused.filter(|refused| refused.form == form && refused.id == id).map(|refused| refused.decision.clone())
    }
}

/// `/operator/team`: who is an operator, and what each signs in by.
#[component]
pub fn TeamPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let refused = Refused::of(&visit.page);
    let one_time = visit.page.one_time.clone();
    let done = query::value(&visit.page.query, "done");
    let call = async move { visit.backend.team(&visit.viewer).await };
    loaded(call, move |team| view! { <Content lang team refused one_time done/> }.into_any())
}

#[component]
fn Content(
    lang: Lang,
    team: Team,
    refused: Option<Refused>,
    one_time: Option<OneTimeLink>,
    done: Option<String>,
) -> impl IntoView {
    let texts = TeamTexts::of(lang);
    let Team { rows, may_change, needs_second_factor } = team;
    let factor = if needs_second_factor { texts.needs_factor } else { texts.optional_factor };
    let done = match done.as_deref() {
        Some("change-role") => Some(texts.done_role),
        Some("end-operator") => Some(texts.done_end),
        _ => None,
    };
    let added = refused.clone();
    let lines = rows.into_iter().map(|row| {
        let refused = refused.clone();
        view! { <Line lang row may_change refused/> }
    });
    let lines = lines.collect_view();
    view! {
        <Title text=texts.title/>
        <Console texts=OperatorTexts::of(lang) part=PATH>
            <h1>{texts.title}</h1>
            <p class="quiet">{texts.lead}</p>
            {done.map(|words| view! { <p class="notice is-good" role="status">{words}</p> })}
            {one_time.map(|link| view! {
                <OneTime title=texts.link_title help=texts.link_help label=texts.link_label link/>
            })}
            <p class="quiet">{factor}</p>
            <ul class="operators">{lines}</ul>
            {may_change.then(|| view! { <Add lang refused=added/> })}
        </Console>
    }
}

#[component]
fn Line(lang: Lang, row: TeamRow, may_change: bool, refused: Option<Refused>) -> impl IntoView {
    let (texts, live) = (TeamTexts::of(lang), LiveTexts::of(lang));
    let moment = |at: &Option<String>| at.as_deref().map(|at| live.moment(at));
    let factors = [row.has_code.then_some(texts.code), (row.passkeys > 0).then_some(texts.passkey)];
    let factors: Vec<_> = factors.into_iter().flatten().collect();
    let strong = !factors.is_empty();
    let factor = if strong { factors.join(", ") } else { texts.no_factor.to_owned() };
    let seen = moment(&row.seen_at).unwrap_or_else(|| texts.never.to_owned());
    let invited = moment(&row.invited_until);
    let cannot = !row.can_sign_in && invited.is_none();
    let (role, email) = (row.role, row.email.clone());
    view! {
        <li class="panel operator" data-testid="operator" data-email=email.clone() data-role=role.code() data-factor=strong.to_string()>
            <div class="panel-head">
                <h2><bdi>{row.name.clone()}</bdi>{row.is_you.then(|| view! { " " <span class="operator-you">{texts.you}</span> })}</h2>
                <strong>{OperatorTexts::of(lang).role_name(role)}</strong>
            </div>
            <dl class="facts-list is-row">
                <div><dt>{texts.email}</dt><dd><bdi>{email.clone()}</bdi></dd></div>
                <div><dt>{texts.factor}</dt><dd class:is-lacking=!strong>{factor}</dd></div>
                <div><dt>{texts.seen}</dt><dd>{seen}</dd></div>
                {invited.map(|at| view! { <div><dt>{texts.invited}</dt><dd>{at}</dd></div> })}
            </dl>
            {cannot.then(|| view! { <p class="quiet">{texts.cannot}</p> })}
            {may_change.then(|| view! { <Change lang row refused/> })}
        </li>
    }
}

/// Everything that an administrator can change about somebody.
#[component]
fn Change(lang: Lang, row: TeamRow, refused: Option<Refused>) -> impl IntoView {
    let texts = TeamTexts::of(lang);
    let id = row.id.to_string();
    let open = refused.as_ref().is_some_and(|refused| refused.id == id);
    let of_form = |form: &str| Refused::of_form(refused.as_ref(), form, &id);
    let action = |what: &str| format!("{PATH}/{id}/{what}");
    let (role, link, end) = (of_form("role"), of_form("link"), of_form("end"));
    let chosen = Refused::role_of_form(refused.as_ref(), "role", &id, row.role);
    let (name, choice) = (row.name.clone(), format!("new-role-{id}"));
    view! {
        <details class="forget" open=open data-testid="change">
            <summary class="button">{texts.change}<span class="visually-hidden">" "{name}</span></summary>
            <div class="operator-forms">
                {row.is_last_admin.then(|| view! { <p class="notice">{texts.last_admin}</p> })}
                {(!row.is_last_admin || role.is_some()).then(|| view! {
                    <ChangeForm lang action=action("role") id=format!("role-{id}") refused=role title=texts.change_role help=texts.change_help>
                        <RoleChoice lang id=choice chosen/>
                    </ChangeForm>
                })}
                <ChangeForm lang action=action("link") id=format!("link-{id}") refused=link title=texts.new_link help=texts.new_link_help>""</ChangeForm>
                {(!row.is_last_admin || end.is_some()).then(|| view! {
                    <ChangeForm lang action=action("end") id=format!("end-{id}") refused=end title=texts.end help=texts.end_help danger=true>""</ChangeForm>
                })}
            </div>
        </details>
    }
}

/// One thing to change, with its reason.
#[component]
fn ChangeForm(
    lang: Lang,
    action: String,
    id: String,
    refused: Option<RefusedDecision>,
    title: &'static str,
    help: &'static str,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    let desk = DeskTexts::of(lang);
    let wrong =
        refused.as_ref().map(|refused| refused.problem).filter(|problem| *problem == DecisionProblem::LastAdmin);
    let kind = if danger { "button is-danger" } else { "button" };
    view! {
        <form method="post" action=action>
            <h3>{title}</h3>
            <p class="quiet">{help}</p>
            {wrong.map(|problem| view! { <p class="notice is-bad" role="alert">{desk.problem(problem)}</p> })}
            {children()}
            <ReasonField texts=desk refused id=format!("reason-{id}")/>
            <button class=kind type="submit">{title}</button>
        </form>
    }
}

#[component]
fn RoleChoice(lang: Lang, id: String, chosen: Role) -> impl IntoView {
    let (texts, operator) = (TeamTexts::of(lang), OperatorTexts::of(lang));
    let roles = Team::ROLES.map(|role| {
        view! { <option value=role.code() selected={role == chosen}>{operator.role_name(role)}</option> }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{texts.role}</label>
            <select id=id name="role">{roles.collect_view()}</select>
        </div>
    }
}

#[component]
fn Add(lang: Lang, refused: Option<Refused>) -> impl IntoView {
    let (texts, desk) = (TeamTexts::of(lang), DeskTexts::of(lang));
    let chosen = Refused::role_of_form(refused.as_ref(), "add", "", Role::Viewer);
    let refused = Refused::of_form(refused.as_ref(), "add", "");
    let open = refused.is_some();
    let typed = refused.as_ref().map(|refused| refused.email.clone()).unwrap_or_default();
    let problem = refused.as_ref().map(|refused| refused.problem).filter(|problem| !problem.is_of_reason());
    let problem = problem.map(|problem| desk.problem(problem).to_owned());
    view! {
        <details class="forget" open=open data-testid="add-operator">
            <summary class="button">{texts.add}</summary>
            <form method="post" action=PATH novalidate=true>
                <h2>{texts.add_title}</h2>
                <p>{texts.add_help}</p>
                <Field input=Input { name: "email", kind: "email", autocomplete: "off" } label=texts.email value=typed problem/>
                <RoleChoice lang id="role-new".to_owned() chosen/>
                <ReasonField texts=desk refused id="reason-add".to_owned()/>
                <button class="button is-primary" type="submit">{texts.add_submit}</button>
            </form>
        </details>
    }
}

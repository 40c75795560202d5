//! `/developers`: the API, described by itself, and tried out in place.

use crate::backend::{ApiField, ApiOperation, ApiParameter, ApiReference, SharedBackend};
use crate::i18n::developers::DevelopersTexts;
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::ui::area::Area;
use crate::ui::icon::{Icon, shape};
use leptos::prelude::*;
use leptos_meta::Title;

/// Written on the server; `public/developers.js` sends what is typed, for who has scripts.
#[component]
pub fn Developers() -> impl IntoView {
    let (Some(page), Some(backend)) = (use_context::<PageContext>(), use_context::<SharedBackend>()) else {
        return view! { <NotFound/> }.into_any();
    };
    let texts = DevelopersTexts::of(page.lang);
    let ApiReference { about, operations } = backend.api();
    view! {
        <Title text=texts.title/>
        <div class="developers" data-no-key=texts.no_key data-unreachable=texts.unreachable>
            <h1>{texts.title}</h1>
            <p>{texts.lead}</p>
            <p lang="en" class="quiet">{about}</p>
            <p><a class="button" href="/api/v1/openapi.json"><Icon shape=shape::DOWNLOAD/>{texts.document}</a></p>
            <Conventions texts/>
            <Key texts/>
            {operations.into_iter().map(|operation| view! { <Operation texts operation/> }).collect_view()}
        </div>
        <script type="module" src="/developers.js" nonce=page.nonce></script>
    }
    .into_any()
}

#[component]
fn Conventions(texts: &'static DevelopersTexts) -> impl IntoView {
    view! {
        <h2>{texts.conventions}</h2>
        <ul class="developers-list"><li>{texts.paging}</li><li>{texts.errors}</li><li>{texts.limits}</li></ul>
    }
}

/// Of no form, so that no browser offers to keep it.
#[component]
fn Key(texts: &'static DevelopersTexts) -> impl IntoView {
    view! {
        <div class="field developers-key" hidden data-for-scripts>
            <label for="api-key">{texts.key}</label>
            <input id="api-key" type="text" autocomplete="off" spellcheck="false" autocapitalize="off" aria-describedby="api-key-help"/>
            <p class="field-hint" id="api-key-help">{texts.key_help}</p>
        </div>
    }
}

#[component]
fn Operation(texts: &'static DevelopersTexts, operation: ApiOperation) -> impl IntoView {
    let ApiOperation { method, path, summary, scope, parameters, takes_body, fields } = operation;
    let id = name_of(&method, &path);
    let heading = format!("{id}-heading");
    let (labelled_by, form_path, form_method) = (heading.clone(), path.clone(), method.clone());
    let command = command(&method, &path);
    let upper = method.to_uppercase();
    view! {
        <section class="panel operation" data-testid="operation" aria-labelledby=labelled_by>
            <h2 id=heading>
                <span class="operation-method" data-method=method>{upper}</span>
                <code>{path}</code>
            </h2>
            <p lang="en">{summary}</p>
            <p class="quiet">{texts.needs}" "<code>{scope}</code></p>
            <form class="operation-form" data-method=form_method data-path=form_path>
                {(!parameters.is_empty()).then(|| view! { <h3>{texts.parameters}</h3> })}
                {parameters.into_iter().map(|parameter| view! { <Parameter texts id=id.clone() parameter/> }).collect_view()}
                {takes_body.then(|| view! { <Body texts id=id.clone()/> })}
                <button class="button" type="submit" hidden data-for-scripts>{texts.try_it}</button>
                <div class="operation-answer" hidden>
                    <h3>{texts.answer}</h3>
                    <output class="operation-status" aria-live="polite"></output>
                    <pre class="body" tabindex="0" lang="en"></pre>
                </div>
            </form>
            <details>
                <summary>{texts.fields}</summary>
                <Fields fields/>
            </details>
            <p class="quiet">{texts.try_help}</p>
            <pre class="body" tabindex="0" lang="en">{command}</pre>
        </section>
    }
}

#[component]
fn Parameter(texts: &'static DevelopersTexts, id: String, parameter: ApiParameter) -> impl IntoView {
    let ApiParameter { name, in_path, required, about } = parameter;
    let (id, place) = (format!("{id}-{name}"), if in_path { "path" } else { "query" });
    let label_for = id.clone();
    let help = (!about.is_empty()).then(|| format!("{id}-help"));
    let hint = help.clone().map(|help| view! { <p class="field-hint" lang="en" id=help>{about}</p> });
    view! {
        <div class="field">
            <label for=label_for><code>{name.clone()}</code>{required.then(|| format!(" ({})", texts.required))}</label>
            <input id=id name=name data-in=place required=required autocomplete="off" spellcheck="false" aria-describedby=help/>
            {hint}
        </div>
    }
}

#[component]
fn Body(texts: &'static DevelopersTexts, id: String) -> impl IntoView {
    let example = "{\"dry_run\": true}".to_owned();
    view! {
        <div data-body=""><Area name="body" label=texts.body value=example hint=texts.body_help id=format!("{id}-body")/></div>
    }
}

#[component]
fn Fields(fields: Vec<ApiField>) -> impl IntoView {
    let lines = fields.into_iter().map(|ApiField { name, kind, about }| {
        view! { <div><dt><code>{name}</code>" "<span class="quiet">{kind}</span></dt><dd>{about}</dd></div> }
    });
    view! { <dl class="operation-fields" lang="en">{lines.collect_view()}</dl> }
}

/// `get-users-id`: for ids of a page.
fn name_of(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api/v1/").split(|c: char| !c.is_ascii_alphanumeric());
    std::iter::once(method).chain(words.filter(|word| !word.is_empty())).collect::<Vec<_>>().join("-")
}

fn command(method: &str, path: &str) -> String {
    let method = if method == "get" { String::new() } else { format!("-X {} ", method.to_uppercase()) };
    format!("curl {method}-H \"Authorization: Bearer $KEY\" \"$ORIGIN{path}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_has_a_name_of_its_own_and_a_command() {
        assert_eq!(name_of("post", "/api/v1/deliveries/{id}/replay"), "post-deliveries-id-replay");
        assert_eq!(
            command("post", "/api/v1/deliveries/{id}/replay"),
            "curl -X POST -H \"Authorization: Bearer $KEY\" \"$ORIGIN/api/v1/deliveries/{id}/replay\""
        );
        assert!(command("get", "/api/v1/users").starts_with("curl -H"));
    }
}

//! Shares of a month: a table in which every row draws its own bar, so that picture and words cannot part.

use super::picture::length;
use crate::i18n::insights::InsightsTexts;
use domain::category::Category;
use domain::lang::Lang;
use domain::money::Money;
use domain::spending::percent;
use leptos::prelude::*;

/// A category's or a merchant's part of the month.
#[derive(Debug, Clone)]
pub struct Share {
    pub name: String,
    pub category: Category,
    pub spent: Money,
    pub payments: i64,
    /// The list of its payments.
    pub href: String,
}

#[component]
pub fn Shares(
    id: &'static str,
    heading: &'static str,
    column: &'static str,
    shares: Vec<Share>,
    /// What the whole month came to.
    whole: i64,
    lang: Lang,
) -> impl IntoView {
    if shares.is_empty() {
        return None;
    }
    let texts = InsightsTexts::of(lang);
    let most = shares.iter().map(|share| share.spent.minor).max().unwrap_or(0);
    let id = format!("{id}-{}", shares[0].spent.currency.code());
    Some(view! {
        <section class="panel" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{heading}</h2>
            <table class="figures shares">
                <caption class="visually-hidden">{heading}</caption>
                <thead><tr>
                    {[column, texts.share, texts.amount].map(|name| view! { <th scope="col"><span class="visually-hidden">{name}</span></th> }).collect_view()}
                </tr></thead>
                <tbody>{shares.into_iter().map(|share| view! { <Row share most whole lang/> }).collect_view()}</tbody>
            </table>
        </section>
    })
}

#[component]
fn Row(share: Share, most: i64, whole: i64, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let part = percent(share.spent.minor, whole).map(|part| texts.percent(part));
    let bar = length(share.spent.minor, most).percent();
    // What was given back beyond what was paid came in.
    let back = share.spent.minor < 0;
    let amount = if back {
        Money::new(share.spent.minor.saturating_neg(), share.spent.currency).display_signed(lang)
    } else {
        share.spent.display(lang)
    };
    view! {
        <tr data-testid="share" data-category=share.category.code() data-minor=share.spent.minor.to_string()>
            <th scope="row">
                <span class="shares-name"><a href=share.href><bdi>{share.name}</bdi></a><span class="quiet">{texts.count(share.payments)}</span></span>
                <svg class="shares-bar" width="100%" height="6" aria-hidden="true" focusable="false">
                    <rect class="shares-ground" width="100%" height="6" rx="3"></rect>
                    <rect class="shares-length" width=bar height="6" rx="3"></rect>
                </svg>
            </th>
            <td class="is-number quiet">{part}</td>
            <td class="is-number amount" class:is-credit=back>{amount}</td>
        </tr>
    }
}

//! `/dashboard/insights`: what a month's payments come to.

pub mod abroad;
pub mod days;
pub mod picture;
pub mod recurring;
pub mod shares;

use super::{loaded, visit};
use crate::backend::{Insights as Data, InsightsQuery};
use crate::i18n::insights::InsightsTexts;
use crate::i18n::live::LiveTexts;
use crate::islands::live_dashboard::board::balances;
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::merchant_name;
use crate::ui::place::{is_seen, own};
use crate::ui::query;
use abroad::Abroad;
use days::ByDay;
use domain::ids::CardRef;
use domain::lang::Lang;
use domain::link::{CardView, LinkView};
use domain::month::Month;
use domain::spending::{Against, Spending};
use leptos::prelude::*;
use leptos_meta::Title;
use recurring::RecurringPayments;
use shares::{Share, Shares};

pub const PATH: &str = "/dashboard/insights";

/// What the address asks for.
#[derive(Debug, Clone, Default)]
struct Asked {
    month: Option<Month>,
    card: Option<CardRef>,
    /// It held a value that could not be read.
    misread: bool,
}

impl Asked {
    fn read(raw_query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in query::pairs(raw_query) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match name.as_str() {
                "month" => asked.month = Month::parse(value),
                "card" => asked.card = CardRef::parse(value).ok(),
                _ => continue,
            }
            asked.misread |= match name.as_str() {
                "month" => asked.month.is_none(),
                _ => asked.card.is_none(),
            };
        }
        asked
    }

    /// The address of another month, of the same card.
    fn href(&self, month: Month) -> String {
        let (month, card) = (month.iso(), self.card.as_ref().map(ToString::to_string));
        query::address(
            &own(PATH),
            [("month", month.as_str())].into_iter().chain(card.as_deref().map(|card| ("card", card))),
        )
    }
}

#[component]
pub fn InsightsPage() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let asked = Asked::read(&visit.page.query);
    let page = visit.page.clone();
    let call = {
        let wanted = InsightsQuery { month: asked.month, card: asked.card.clone() };
        async move { visit.backend.insights(&visit.viewer, &wanted).await }
    };
    loaded(call, move |data| view! { <Content page asked data/> }.into_any())
}

#[component]
fn Content(page: PageContext, asked: Asked, data: Data) -> impl IntoView {
    let texts = InsightsTexts::of(page.lang);
    let to_come = asked.month.is_some_and(|month| month > data.month);
    let notice = if to_come { Some(texts.to_come) } else { asked.misread.then_some(texts.misread) };
    let list = List { month: data.month, card: asked.card.clone() };
    let cards = cards(&data.links);
    let running = Month::of(data.today) == data.month;
    let body = match (data.spending.is_empty(), data.links.is_empty()) {
        (true, true) => view! { <NoLink lang=page.lang/> }.into_any(),
        (true, false) => view! { <Nothing texts running/> }.into_any(),
        (false, _) => {
            let parts = data.spending.iter().map(|spending| view! { <Part spending=spending.clone() data=data.clone() list=list.clone() lang=page.lang/> });
            parts.collect_view().into_any()
        }
    };
    let moment = LiveTexts::of(page.lang).moment(&data.as_of);
    view! {
        <Title text=texts.title/>
        <div class="insights">
            <Months texts asked=asked.clone() month=data.month newest=Month::of(data.today) first=data.first/>
            {notice.map(|words| view! { <p class="notice is-warning" role="alert">{words}</p> })}
            {(cards.len() > 1).then(|| view! { <CardChoice texts cards chosen=asked.card month=data.month/> })}
            {body}
            {(!data.abroad.is_empty()).then(|| view! { <Abroad costs=data.abroad.clone() more=data.more_abroad lang=page.lang/> })}
            {(running && !data.links.is_empty()).then(|| view! { <RecurringPayments recurring=data.recurring.to_vec() month=data.month today=data.today lang=page.lang/> })}
            {(!data.links.is_empty()).then(|| view! { <p class="insights-note">{texts.as_of(&moment)}</p> })}
        </div>
    }
}

/// The list of payments behind a figure.
#[derive(Debug, Clone)]
pub struct List {
    pub month: Month,
    pub card: Option<CardRef>,
}

impl List {
    /// The dashboard with the filters of this month, and more of them.
    pub fn href(&self, more: &[(&str, &str)]) -> String {
        self.between(self.month.first().iso(), self.month.last().iso(), more)
    }

    pub fn day(&self, day: u8) -> String {
        let day = self.month.day(day).iso();
        self.between(day.clone(), day, &[])
    }

    fn between(&self, from: String, to: String, more: &[(&str, &str)]) -> String {
        let card = self.card.as_ref().map(ToString::to_string);
        let pairs = more.iter().copied().chain(card.as_deref().map(|card| ("card", card)));
        query::address(&own("/dashboard"), pairs.chain([("from", from.as_str()), ("to", to.as_str())]))
    }
}

/// The month's name between its neighbours.
#[component]
fn Months(
    texts: &'static InsightsTexts,
    asked: Asked,
    month: Month,
    newest: Month,
    first: Option<Month>,
) -> impl IntoView {
    let older = first.is_some_and(|first| first < month).then(|| month.previous());
    let newer = (month < newest).then(|| month.next());
    let link = |month: Month, rel: &'static str, drawing: &'static str| {
        let (href, label, name) = (asked.href(month), texts.month_link(month), month.name(texts.lang));
        view! {
            <a class="button months-link" rel=rel href=href aria-label=label>
                <Icon shape=drawing/><span class="months-word">{name}</span>
            </a>
        }
    };
    view! {
        <div class="months">
            <h1 class="months-name">{month.display(texts.lang)}</h1>
            <nav class="months-links" aria-label=texts.months>
                {older.map(|month| link(month, "prev", shape::LEFT))}
                {newer.map(|month| link(month, "next", shape::RIGHT))}
            </nav>
        </div>
    }
}

#[component]
fn CardChoice(
    texts: &'static InsightsTexts,
    cards: Vec<CardView>,
    chosen: Option<CardRef>,
    month: Month,
) -> impl IntoView {
    let options = cards.into_iter().map(|card| {
        let selected = chosen.as_ref() == Some(&card.card_ref);
        let name = match card.name.trim() {
            "" => card.card_ref.masked(),
            name => format!("{name} {}", card.card_ref.masked()),
        };
        view! { <option value=card.card_ref.to_string() selected=selected>{name}</option> }
    });
    view! {
        <form class="field insights-card" method="get" action=own(PATH)>
            <input type="hidden" name="month" value=month.iso()/>
            <label for="card">{texts.card}</label>
            <select id="card" name="card"><option value="">{texts.any_card}</option>{options.collect_view()}</select>
            <button class="button" type="submit">{texts.show}</button>
        </form>
    }
}

/// The month in one currency.
#[component]
fn Part(spending: Spending, data: Data, list: List, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let (currency, month) = (spending.currency, data.month);
    let total = spending.money(spending.spent);
    let against = texts.against(&Against::of(&spending, &data.before, month, data.today), month);
    let merchants = data.merchants.iter().filter(|sum| sum.spent.currency == currency).map(|sum| Share {
        name: merchant_name(&sum.merchant, lang),
        category: sum.category,
        spent: sum.spent,
        payments: sum.payments,
        href: list.href(&[("q", sum.merchant.as_str())]),
    });
    let categories = spending.categories.iter().map(|sum| Share {
        name: sum.category.name(lang).to_owned(),
        category: sum.category,
        spent: spending.money(sum.spent),
        payments: sum.payments,
        href: list.href(&[("category", sum.category.code())]),
    });
    let whole = spending.spent;
    let (merchants, categories): (Vec<_>, Vec<_>) = (merchants.collect(), categories.collect());
    view! {
        <section class="insights-part" aria-label=currency.code().to_owned()>
            <div class="insights-total">
                <p class="total">
                    <span class="total-label">{texts.spent}</span>
                    <span class="total-sum" data-testid="spent" data-currency=currency.code().to_owned() data-minor=total.minor.to_string()>{total.display(lang)}</span>
                </p>
                <p class="quiet" data-testid="against">{against}</p>
                <Facts spending=spending.clone() data=data.clone() lang/>
            </div>
            <ByDay spending list lang/>
            <div class="insights-pair">
                <Shares id="categories" heading=texts.by_category column=texts.category shares=categories whole lang/>
                <Shares id="merchants" heading=texts.merchants column=texts.merchant shares=merchants whole lang/>
            </div>
        </section>
    }
}

/// What stands beside the month's sum.
#[component]
fn Facts(spending: Spending, data: Data, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let some = |minor: i64| (minor != 0).then(|| spending.money(minor).display(lang));
    // The balance is today's, so it stands beside today's month.
    let running = Month::of(data.today) == data.month;
    let balance = balances(&data.links).into_iter().find(|sum| running && sum.currency == spending.currency);
    let facts = [
        (texts.balance, balance.map(|sum| sum.display(lang))),
        (texts.payments, Some(texts.count(spending.payments))),
        (texts.refunded, some(spending.refunded)),
        (texts.loaded, some(spending.loaded)),
    ];
    let facts = facts.into_iter().filter_map(|(name, value)| Some((name, value?)));
    view! {
        <dl class="insights-facts">
            {facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
        </dl>
    }
}

#[component]
fn Nothing(texts: &'static InsightsTexts, running: bool) -> impl IntoView {
    let (title, help) =
        if running { (texts.empty, texts.empty_help) } else { (texts.empty_then, texts.empty_then_help) };
    view! {
        <div class="empty">
            <span class="empty-mark"><Icon shape=shape::CHART/></span>
            <h2>{title}</h2>
            <p>{help}</p>
        </div>
    }
}

#[component]
fn NoLink(lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    view! {
        <div class="empty">
            <span class="empty-mark"><Icon shape=shape::LINK/></span>
            <h2>{texts.no_link}</h2>
            <p>{texts.no_link_help}</p>
            {(!is_seen()).then(|| view! { <a class="button is-primary" href="/connect">{texts.connect}</a> })}
        </div>
    }
}

/// Every card of the links, each once.
fn cards(links: &[LinkView]) -> Vec<CardView> {
    let mut cards: Vec<CardView> = Vec::new();
    for card in links.iter().flat_map(|link| &link.cards) {
        if !cards.iter().any(|known| known.card_ref == card.card_ref) {
            cards.push(card.clone());
        }
    }
    cards
}

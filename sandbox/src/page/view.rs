//! The page itself. Its forms stay as they are while the rest is refreshed, so that nobody loses
//! what they are typing.

use axum::{
    http::{HeaderName, header},
    response::{Html, IntoResponse},
};

use crate::{
    Bank, clock,
    html::escape,
    notification::outbox::{Report, Try},
    scenario::{Scenario, library},
    world::{
        Account, Card, World,
        books::{Kind, Status, Transaction},
        money::Currency,
    },
};

const PAYMENTS_SHOWN: usize = 5;
const DELIVERIES_SHOWN: usize = 30;

const HEADERS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

pub fn page(bank: &Bank, error: Option<&str>) -> impl IntoResponse + use<> {
    let notice = error.map(|text| format!(r#"<p class="error" role="alert">{}</p>"#, escape(text))).unwrap_or_default();
    // One after the other: each takes the lock of the world.
    let forms = forms(&bank.world());
    let mood = mood_form();
    let live = live(bank);
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Anytime sandbox – the bank’s side</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/bank.css">
<script src="/assets/bank.js" defer></script>
</head>
<body>
<header><h1>anytime <span>sandbox</span></h1>
<p>The bank’s side of Anytime Connect, for partner {origin}. Every customer’s password is “anytime”.</p></header>
<main>{notice}
<section aria-labelledby="act"><h2 id="act">Make something happen</h2><div class="forms">{forms}<div class="stack">{mood}{RESET}</div></div></section>
<div id="live">{live}</div>
</main>
</body>
</html>"#,
        origin = escape(&bank.config.origin),
    );
    (HEADERS, Html(html))
}

fn forms(world: &World) -> String {
    let cards: String = world.cards.iter().map(|card| card_option(world, card)).collect();
    let customers: String = world.customers.iter().map(|customer| option(customer.email)).collect();
    let currencies = Currency::ALL.map(|currency| option(currency.code())).concat();
    format!(
        r#"<form method="post" action="/bank/purchase"><h3>A payment</h3>
<label for="card">Card</label><select id="card" name="card_ref">{cards}</select>
<div class="pair"><p><label for="amount">Amount</label><input id="amount" name="amount" inputmode="decimal" value="12.40" required></p>
<p><label for="currency">Currency</label><select id="currency" name="currency">{currencies}</select></p></div>
<label for="description">Description</label><input id="description" name="description" placeholder="Fnac, unless given">
<div class="buttons"><button type="submit" data-testid="bank-purchase">Purchase</button>
<button type="submit" class="second" formaction="/bank/refuse-payment" data-testid="bank-refuse-payment">Refuse it</button></div>
</form>
<form method="post" action="/bank/create-token"><h3>Access</h3>
<label for="customer">Customer</label><select id="customer" name="customer">{customers}</select>
<label for="custom_reference">Custom reference</label><input id="custom_reference" name="custom_reference" maxlength="255">
<div class="buttons"><button type="submit" data-testid="bank-create-token">Grant</button>
<button type="submit" class="second" formaction="/bank/revoke" data-testid="bank-revoke">Revoke all</button></div>
</form>"#
    )
}

const RESET: &str = r#"<form method="post" action="/bank/reset"><h3>The sandbox</h3>
<p>Back to the first day: tokens and new payments are forgotten.</p>
<div class="buttons"><button type="submit" class="second" data-testid="bank-reset">Reset</button></div>
</form>"#;

fn mood_form() -> String {
    let options: String = library::all().map(|scenario| scenario_option(&scenario)).collect();
    format!(
        r#"<form method="post" action="/bank/scenario"><h3>What goes wrong</h3>
<label for="scenario">Scenario</label><select id="scenario" name="name">{options}</select>
<label for="seed">Seed</label><input id="seed" name="seed" inputmode="numeric" pattern="[0-9]*" placeholder="The sandbox’s own, unless given">
<div class="buttons"><button type="submit" data-testid="bank-scenario">Play it</button></div>
</form>"#
    )
}

fn scenario_option(scenario: &Scenario) -> String {
    format!(
        r#"<option value="{name}">{name}: {about}</option>"#,
        name = escape(&scenario.name),
        about = escape(&scenario.about)
    )
}

fn option(text: &str) -> String {
    format!("<option>{text}</option>")
}

fn card_option(world: &World, card: &Card) -> String {
    let owner = world.customers[card.customer].first_name;
    format!(
        r#"<option value="{card_ref}">{owner}: {name} ({card_ref})</option>"#,
        card_ref = card.card_ref,
        name = card.card_name
    )
}

/// What changes by itself.
pub fn live(bank: &Bank) -> String {
    let mood = mood(bank);
    let (paused, waiting, reports) = {
        let outbox = bank.outbox();
        (outbox.is_paused(), outbox.waiting(), outbox.recent(DELIVERIES_SHOWN))
    };
    let world = bank.world();
    let customers: String = (0..world.customers.len()).map(|number| customer(&world, number)).collect();
    format!(
        r#"<section aria-labelledby="told"><h2 id="told">Notifications</h2>{mood}{}{}</section>
<section aria-labelledby="who"><h2 id="who">Customers</h2>{customers}</section>"#,
        pause_form(paused, waiting),
        deliveries(&reports),
    )
}

fn mood(bank: &Bank) -> String {
    let play = bank.play();
    let Scenario { name, about, .. } = play.scenario();
    let wrong: Vec<_> = play.went_wrong().into_iter().map(|(what, times)| format!("{what} {times}")).collect();
    let so_far = if wrong.is_empty() { String::new() } else { format!(" So far: {}.", wrong.join(", ")) };
    format!(
        r#"<p data-testid="bank-playing" data-scenario="{name}"><b>{name}</b>: {about}. <span class="quiet">Seed {seed}.{so_far}</span></p>"#,
        name = escape(name),
        about = escape(about),
        seed = play.seed(),
    )
}

fn pause_form(paused: bool, waiting: usize) -> String {
    let (text, to, label) = if paused {
        (format!("Paused; {waiting} waiting."), "false", "Send them")
    } else {
        ("Sent as things happen.".to_owned(), "true", "Pause")
    };
    format!(
        r#"<form method="post" action="/bank/pause" class="line"><span>{text}</span>
<button type="submit" class="second" name="paused" value="{to}" data-testid="bank-pause">{label}</button></form>"#
    )
}

fn deliveries(reports: &[Report]) -> String {
    if reports.is_empty() {
        return r#"<p class="quiet">Nothing was sent yet. Make a payment above, and each try and its answer will appear here.</p>"#.to_owned();
    }
    let items: String = reports.iter().map(delivery).collect();
    format!(r#"<ol class="deliveries">{items}</ol>"#)
}

fn delivery(report: &Report) -> String {
    let tries = if report.tries.is_empty() {
        "<span>no try yet</span>".to_owned()
    } else {
        report.tries.iter().enumerate().map(|(at, attempt)| one_try(at + 1, attempt)).collect()
    };
    format!(
        r#"<li data-testid="bank-delivery" data-reference="{reference}"><div><strong>{name}</strong> <code>{reference}</code> <time>{at}</time></div>
<div class="tries">{tries}</div>
<form method="post" action="/bank/resend"><input type="hidden" name="reference" value="{reference}"><button type="submit" class="small" aria-label="Resend {name} {reference}">Resend</button></form></li>"#,
        reference = report.reference,
        name = report.event_name,
        at = report.created_at,
    )
}

fn one_try(number: usize, attempt: &Try) -> String {
    let class = if attempt.accepted() { "yes" } else { "no" };
    let answer = attempt.status.map_or_else(|| attempt.error.clone().unwrap_or_default(), |status| status.to_string());
    format!(r#"<span class="{class}">try {number}: {}</span>"#, escape(&answer))
}

fn customer(world: &World, number: usize) -> String {
    let customer = &world.customers[number];
    let accounts: String = world.accounts_of(number).map(|account| one_account(world, account)).collect();
    format!(
        r#"<article data-testid="bank-customer" data-email="{email}"><h3>{first} {last} <small>{email}</small></h3>
<p class="quiet">{access}</p>{accounts}</article>"#,
        email = customer.email,
        first = customer.first_name,
        last = customer.last_name,
        access = match world.tokens.active_of(number).count() {
            0 => "The partner has no access.".to_owned(),
            1 => "The partner has access.".to_owned(),
            count => format!("The partner has access, {count} times over."),
        },
    )
}

fn one_account(world: &World, account: &Account) -> String {
    let mut cards: String = world.cards_on(account.acc_id).map(card).collect();
    if cards.is_empty() {
        r#"<p class="quiet">No card.</p>"#.clone_into(&mut cards);
    }
    format!(
        "<h4>Account {} <small>{}</small> <b>{} €</b></h4>{cards}",
        account.acc_id,
        escape(&account.corp_name),
        world.balance(account).text(Currency::Eur),
    )
}

fn card(card: &Card) -> String {
    let rows: String = card.book.transactions().iter().rev().take(PAYMENTS_SHOWN).map(payment).collect();
    format!(
        r#"<h5>{name} <code>{card_ref}</code> <b>{balance} €</b></h5>
<ul class="payments">{rows}</ul>"#,
        name = escape(&card.card_name),
        card_ref = card.card_ref,
        balance = card.book.balance().text(Currency::Eur),
    )
}

fn payment(line: &Transaction) -> String {
    let sign = if line.kind == Kind::Debit { "−" } else { "+" };
    let foreign = match line.currency {
        Currency::Eur => String::new(),
        other => format!("{} {}", line.amount_fx.text(other), other.code()),
    };
    let word = match line.status {
        Status::Settled => "",
        Status::Authorised => "pending",
        Status::Refused => "refused",
    };
    format!(
        r#"<li data-txid="{txid}"><span class="what">{what}</span><span class="quiet">{date} {word} {foreign}</span><b>{sign}{amount} €</b>{refund}</li>"#,
        txid = line.txid,
        what = escape(line.description.as_str()),
        date = clock::naive(line.date),
        amount = line.amount.text(Currency::Eur),
        refund = refund_form(line),
    )
}

fn refund_form(line: &Transaction) -> String {
    if line.kind == Kind::Credit || line.status == Status::Refused {
        return String::new();
    }
    format!(
        r#"<form method="post" action="/bank/refund"><input type="hidden" name="txid" value="{txid}"><button type="submit" class="small" aria-label="Refund {txid}">Refund</button></form>"#,
        txid = line.txid,
    )
}

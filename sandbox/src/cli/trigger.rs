//! `anytime-sandbox trigger …`: the control routes from a shell.

use std::path::PathBuf;

use clap::{
    Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};
use serde_json::{Map, Value, json};

use crate::scenario::library;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The stand-in to talk to
    #[arg(long, env = "SANDBOX_URL", default_value = "http://127.0.0.1:4400", global = true)]
    sandbox: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// As if a customer had accepted in the popup
    CreateToken {
        #[arg(long)]
        customer: String,
        #[arg(long)]
        custom_reference: Option<String>,
    },
    /// A card pays
    Purchase {
        #[command(flatten)]
        payment: Payment,
        #[arg(long)]
        count: Option<u64>,
        #[arg(long)]
        every_ms: Option<u64>,
        /// Books only, no notification
        #[arg(long)]
        silent: bool,
        /// S (settled) or A (authorised)
        #[arg(long)]
        status: Option<String>,
    },
    /// A merchant gives the money of a payment back
    Refund {
        #[arg(long)]
        txid: u64,
        /// Needed where two cards have the id
        #[arg(long)]
        card_ref: Option<String>,
    },
    /// An authorised payment becomes final
    Settle {
        #[arg(long)]
        txid: u64,
        /// Needed where two cards have the id
        #[arg(long)]
        card_ref: Option<String>,
    },
    /// The bank turns a payment down
    RefusePayment {
        #[command(flatten)]
        payment: Payment,
        #[arg(long)]
        code: Option<String>,
        #[arg(long)]
        message: Option<String>,
    },
    /// A customer takes access back
    Revoke {
        #[arg(long, required_unless_present = "token")]
        customer: Option<String>,
        #[arg(long)]
        token: Option<String>,
    },
    /// The same notification again
    Resend {
        #[arg(long)]
        reference: String,
    },
    /// Let notifications wait, or send those that waited
    Pause {
        #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
        paused: bool,
    },
    /// What goes wrong from now on; nothing, unless a name or a file is given
    Scenario {
        #[arg(value_parser = scenarios(), conflicts_with = "file")]
        name: Option<String>,
        /// A scenario of your own, in TOML
        #[arg(long)]
        file: Option<PathBuf>,
        /// What it is drawn from; the stand-in's own seed unless given
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Which scenario is played, and which there are
    Scenarios,
    /// Good and bad days of the API: ok, down, slow or 429
    Api {
        #[arg(long)]
        mode: String,
        #[arg(long)]
        delay_ms: Option<u64>,
    },
    /// Back to the seeded world
    Reset,
    /// A customer's books
    Ledger {
        #[arg(long)]
        customer: String,
    },
    /// What was sent lately
    Deliveries {
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
}

#[derive(Debug, clap::Args)]
struct Payment {
    #[arg(long, required_unless_present = "card_ref")]
    customer: Option<String>,
    #[arg(long)]
    card_ref: Option<String>,
    #[arg(long)]
    amount: String,
    #[arg(long)]
    currency: Option<String>,
    #[arg(long)]
    description: Option<String>,
    #[arg(long)]
    mcc: Option<String>,
}

/// Their names, with a line on each in the long help.
fn scenarios() -> PossibleValuesParser {
    let about = |name| library::find(name).map(|scenario| scenario.about).unwrap_or_default();
    PossibleValuesParser::new(library::names().into_iter().map(|name| PossibleValue::new(name).help(about(name))))
}

/// A control route and what to tell it.
enum Call {
    Post(&'static str, Value),
    Get(&'static str, Vec<(&'static str, String)>),
}

impl What {
    fn call(self) -> Result<Call, String> {
        Ok(match self {
            Self::CreateToken { customer, custom_reference } => {
                Call::Post("create-token", json!({ "customer": customer, "custom_reference": custom_reference }))
            }
            Self::Purchase { payment, count, every_ms, silent, status } => Call::Post(
                "purchase",
                payment.with(json!({ "count": count, "every_ms": every_ms, "silent": silent, "status": status })),
            ),
            Self::Refund { txid, card_ref } => Call::Post("refund", json!({ "txid": txid, "card_ref": card_ref })),
            Self::Settle { txid, card_ref } => Call::Post("settle", json!({ "txid": txid, "card_ref": card_ref })),
            Self::RefusePayment { payment, code, message } => {
                Call::Post("refuse-payment", payment.with(json!({ "code": code, "message": message })))
            }
            Self::Revoke { customer, token } => Call::Post("revoke", json!({ "customer": customer, "token": token })),
            Self::Resend { reference } => Call::Post("resend", json!({ "reference": reference })),
            Self::Pause { paused } => Call::Post("pause", json!({ "paused": paused })),
            Self::Api { mode, delay_ms } => Call::Post("api", json!({ "mode": mode, "delay_ms": delay_ms })),
            Self::Reset => Call::Post("reset", json!({})),
            Self::Ledger { customer } => Call::Get("ledger", vec![("customer", customer)]),
            Self::Deliveries { limit } => Call::Get("deliveries", vec![("limit", limit.to_string())]),
            Self::Scenario { name, file, seed } => {
                let text = file.map(|file| read(&file)).transpose()?;
                Call::Post("scenario", json!({ "name": name, "toml": text, "seed": seed }))
            }
            Self::Scenarios => Call::Get("scenario", Vec::new()),
        })
    }
}

fn read(file: &std::path::Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

impl Payment {
    fn with(self, more: Value) -> Value {
        let mut body = json!({
            "customer": self.customer,
            "card_ref": self.card_ref,
            "amount": self.amount,
            "currency": self.currency,
            "description": self.description,
            "mcc": self.mcc,
        });
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        body
    }
}

pub async fn run(args: Args) -> Result<(), String> {
    let answer = ask(&args.sandbox, args.what.call()?).await.map_err(|error| {
        if error.is_connect() { format!("no stand-in answers at {}", args.sandbox) } else { error.to_string() }
    })?;
    let refused = answer.status().is_client_error() || answer.status().is_server_error();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let value: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    if refused {
        return Err(value.get("error").and_then(Value::as_str).unwrap_or("refused").to_owned());
    }
    show(&value);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this is where the command calls the stand-in")]
async fn ask(sandbox: &str, call: Call) -> Result<reqwest::Response, reqwest::Error> {
    crate::tls::prepare();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let base = sandbox.trim_end_matches('/');
    match call {
        Call::Post(route, body) => {
            let json = without_nulls(body).to_string();
            client
                .post(format!("{base}/control/{route}"))
                .header("content-type", "application/json")
                .body(json)
                .send()
                .await
        }
        Call::Get(route, query) => {
            let address = format!("{base}/control/{route}");
            let address = reqwest::Url::parse_with_params(&address, &query).map_or(address, String::from);
            client.get(address).send().await
        }
    }
}

fn without_nulls(body: Value) -> Value {
    match body {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into(),
        other => other,
    }
}

#[expect(clippy::print_stdout, reason = "the answer is what this command is for")]
fn show(value: &Value) {
    println!("{value:#}");
}

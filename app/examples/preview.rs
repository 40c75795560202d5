//! Writes every page and state to `target/preview`, in both languages and themes, with the style sheet and the fonts. Any
//! static file server shows them: `python3 -m http.server -d target/preview`, then `/dashboard.fr.light.html`.

#[path = "../tests/fake/mod.rs"]
mod fake;

use app::backend::{BackendError, LookedAt, Pause, Verdict};
use app::page::{ErrorKind, FormProblem, OneTimeLink, PageContext, RecoveryCodes, RefusedForm, Theme};
use domain::lang::Lang;
use domain::link::{HistoryProgress, LinkStatus, LinkView};
use domain::money::Currency;
use domain::transaction::{Transaction, TxStatus};
use domain::viewer::Role;
use fake::{
    Fake, card, context, delivery, enrolment, link, look, passkey, payment, people, receipt, render, session, silent,
    two_step_on, user,
};
use std::fs;
use std::path::Path;

type Scene = (&'static str, PageContext, Fake);

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let out = root.join("target/preview");
    copy(&root.join("public"), &out)?;
    copy(&root.join("style"), &out.join("pkg"))?;
    fs::copy(root.join("style/main.css"), out.join("pkg/site.css"))?;
    for (name, page, fake) in scenes() {
        for lang in [Lang::Fr, Lang::En] {
            for theme in [Theme::Light, Theme::Dark] {
                let page = PageContext { lang, theme, ..page.clone() };
                let (_, html) = render(page, fake.clone()).await;
                fs::write(out.join(format!("{name}.{}.{}.html", lang.code(), theme.code())), html)?;
            }
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn scenes() -> Vec<Scene> {
    let user = Some(Role::User);
    let operator = Some(Role::Admin);
    let mut scenes = vec![
        ("landing", context("/", None), Fake::default()),
        ("sign-up", context("/sign-up", None), Fake::default()),
        ("sign-up-refused", refused("/sign-up"), Fake::default()),
        ("sign-in", context("/sign-in", None), Fake::default()),
        ("set-up", context("/set-up/good", None), Fake::default()),
        ("set-up-expired", context("/set-up/old", None), Fake::default()),
        ("connect", context("/connect", user), Fake::default()),
        ("payment", context("/transactions/ANY0000000001-00000000103", user), full()),
        ("settings", context("/settings", user), full()),
        ("accounts", context("/settings/accounts", user), many_links()),
        ("accounts-silent", context("/settings/accounts?asked=yes", user), fallen_silent()),
        ("not-found", context("/nowhere", user), Fake::default()),
        ("forbidden", PageContext { error: Some(ErrorKind::Forbidden), ..context("/links", user) }, Fake::default()),
        (
            "unavailable",
            context("/dashboard", user),
            Fake { refuses: Some(BackendError::Unavailable), ..Fake::default() },
        ),
        ("users", context("/operator/users", operator), full()),
        ("deliveries", context("/operator/deliveries", operator), full()),
        ("deliveries-running", context("/operator/deliveries", operator), Fake { may_switch: true, ..full() }),
        (
            "deliveries-paused",
            context("/operator/deliveries", operator),
            Fake {
                paused: Some(Pause { since: "2026-11-23T14:14:48+01:00".into(), by: Some("Olga Petit".into()) }),
                may_switch: true,
                ..full()
            },
        ),
        ("delivery", context("/operator/deliveries/3", operator), full()),
    ];
    scenes.extend(dashboards());
    scenes.extend(account());
    scenes.extend(of_people());
    scenes
}

fn of_people() -> Vec<Scene> {
    let (user, operator) = (Some(Role::User), Some(Role::Admin));
    vec![
        ("users-found", context("/operator/users?q=ANY0000000001", operator), full()),
        (
            "user",
            context("/operator/users/00000000000000000000000000000001", operator),
            Fake { story: people::story("Olga Petit"), may_act: true, ..many_links() },
        ),
        (
            "team",
            context("/operator/team", operator),
            Fake { team: people::team("Olga Petit"), may_act: true, ..full() },
        ),
        (
            "team-link",
            PageContext {
                one_time: Some(OneTimeLink {
                    address: format!("https://connect.example.com/set-up/{}", "Zm9vYmFy".repeat(5)),
                    email: "olga.petit@example.test".into(),
                }),
                ..context("/operator/team", operator)
            },
            Fake { team: people::team("Olga Petit"), may_act: true, ..full() },
        ),
        ("link-again", context("/link-again/good", None), full()),
        ("link-again-yours", context("/link-again/good", user), full()),
        ("link-again-another", context("/link-again/another", user), full()),
        ("link-again-expired", context("/link-again/old", None), full()),
        (
            "second-factor",
            PageContext { error: Some(ErrorKind::SecondFactor), ..context("/operator/users", operator) },
            full(),
        ),
    ]
}

fn account() -> Vec<Scene> {
    let user = Some(Role::User);
    vec![
        ("forgot-password", context("/forgot-password", None), Fake::default()),
        ("forgot-password-sent", context("/forgot-password?sent=yes", None), Fake::default()),
        ("reset-password", context("/reset-password/good", None), Fake::default()),
        ("reset-password-expired", context("/reset-password/old", None), Fake::default()),
        ("sign-in-code", context("/sign-in/code", None), Fake::default()),
        ("erased", context("/erased/E-7K3F9-QWT2X-BM4HJ", None), Fake { receipt: Some(receipt(true)), ..full() }),
        ("password", context("/settings/password", user), full()),
        ("two-step-off", context("/settings/two-step", user), full()),
        ("two-step-pending", context("/settings/two-step", user), Fake { two_step: Some(enrolment()), ..full() }),
        ("two-step-on", context("/settings/two-step", user), Fake { two_step: Some(two_step_on(2)), ..full() }),
        ("passkeys-none", context("/settings/passkeys", user), full()),
        (
            "passkeys",
            context("/settings/passkeys?done=added", user),
            Fake { passkeys: vec![passkey(1, "Firefox sur Linux"), passkey(2, "Mon téléphone")], ..full() },
        ),
        (
            "two-step-codes",
            PageContext {
                codes: Some(RecoveryCodes(vec!["abcd-efgh-2345-wxyz".into(); 10])),
                ..context("/settings/two-step", user)
            },
            full(),
        ),
        (
            "sessions",
            context("/settings/sessions", user),
            Fake { sessions: vec![session("a", "Firefox", true), session("b", "Chrome", false)], ..full() },
        ),
        (
            "looks",
            context("/settings/looks", user),
            Fake { looks: vec![look("Olga", LookedAt::Page), look("Olga", LookedAt::Notification(7))], ..full() },
        ),
        ("erase", context("/settings/erase", user), full()),
        ("private", PageContext { privacy: true, ..context("/dashboard", user) }, full()),
    ]
}

fn refused(path: &str) -> PageContext {
    let form = RefusedForm {
        name: String::new(),
        email: "alice@".into(),
        problems: vec![FormProblem::NameMissing, FormProblem::EmailInvalid, FormProblem::PasswordTooShort],
        ..RefusedForm::default()
    };
    PageContext { form: Some(form), ..context(path, None) }
}

fn dashboards() -> Vec<Scene> {
    let user = Some(Role::User);
    let at = |query: &str| context(&format!("/dashboard{query}"), user);
    let linked = |cards| vec![link(1, LinkStatus::Linked, cards)];
    vec![
        ("dashboard", at(""), full()),
        ("dashboard-filtered", at("?q=fnac&category=books&min=50&from=2026-11-01"), full()),
        ("dashboard-no-match", at("?q=zzz"), full()),
        ("dashboard-no-link", at(""), Fake::default()),
        ("dashboard-no-card", at(""), Fake { links: linked(vec![]), ..Fake::default() }),
        (
            "dashboard-no-payment",
            at(""),
            Fake { links: linked(vec![card(1, "Carte de voyage", Some(5_000))]), ..Fake::default() },
        ),
        ("dashboard-troubles", at(""), many_links()),
        ("dashboard-silent", at(""), fallen_silent()),
        ("insights", context("/dashboard/insights", user), full()),
        ("insights-empty", context("/dashboard/insights?month=2026-01", user), full()),
    ]
}

fn full() -> Fake {
    let cards = vec![
        card(1, "Carte principale", Some(243_107)),
        card(2, "Courses", Some(12_050)),
        card(3, "Les vacances de toute la famille en Toscane", Some(123_456_789)),
    ];
    Fake {
        links: vec![link(1, LinkStatus::Linked, cards)],
        payments: payments(),
        older: Some("older".into()),
        users: vec![
            user(1, "Alice Martin", "alice@example.test", Some(LinkStatus::Linked)),
            user(2, "Bruno Le Goff", "bruno@example.test", Some(LinkStatus::Pending)),
            user(
                3,
                "Chloé Ravanel-Dussart de la Motte",
                "chloe.ravanel-dussart@example.test",
                Some(LinkStatus::Revoked),
            ),
            user(4, "David", "david@example.test", None),
        ],
        deliveries: vec![
            delivery(3, REFERENCE, "token_created", Verdict::Accepted),
            delivery(2, REFERENCE, "token_created", Verdict::Duplicate),
            delivery(4, "0c1f88aa02c34be7fcaaeadb64ad6236550a4c00", "card_transaction_received", Verdict::Held),
            delivery(5, "ff1f88aa02c34be7fcaaeadb64ad6236550a4c11", "card_transaction_received", Verdict::Quarantined),
            delivery(6, "", "", Verdict::Rejected),
        ],
        ..Fake::default()
    }
}

const REFERENCE: &str = "d5ec5399f34be7fcaaeadb64ad6236550a4c19ea";

fn many_links() -> Fake {
    let fetching = LinkView {
        history: HistoryProgress { done: 12_400, total: 40_000, complete: false },
        unseen: true,
        holder: "CHLOÉ RAVANEL".into(),
        ..link(2, LinkStatus::Linked, vec![card(5, "", Some(80_012)), card(6, "Pro", None)])
    };
    let pending = LinkView { holder: String::new(), ..link(3, LinkStatus::Pending, vec![]) };
    let failed = link(5, LinkStatus::Failed, vec![]);
    let links = vec![pending, fetching, link(4, LinkStatus::Revoked, vec![card(7, "Ancienne", Some(100))]), failed];
    Fake { links, ..full() }
}

fn fallen_silent() -> Fake {
    let other =
        LinkView { holder: "CHLOÉ RAVANEL".into(), ..link(2, LinkStatus::Linked, vec![card(5, "", Some(80_012))]) };
    let full = full();
    Fake { silent: vec![silent(1, "ALICE MARTIN")], links: [full.links, vec![other]].concat(), ..full }
}

fn payments() -> Vec<Transaction> {
    let at = |day: u32, clock: &str| format!("2026-11-{day:02}T{clock}:00+01:00");
    let usd = Currency::parse("USD").unwrap_or(Currency::EUR);
    let long =
        "LA TRÈS ANCIENNE ET TRÈS HONORABLE MAISON DES FROMAGES AFFINÉS DU HAUT-JURA, SAINT-CLAUDE,39200,FRA,FRA";
    vec![
        Transaction {
            status: TxStatus::Authorised,
            ..payment(
                101,
                -9_832,
                "5942",
                "FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA",
                &at(23, "14:14"),
            )
        },
        payment(102, -620, "5462", "BOULANGERIE AMAND, PARIS,75010,FRA,FRA", &at(23, "12:51")),
        Transaction {
            currency_fx: usd,
            amount_fx: "-52.10".into(),
            fx: "1.088137".into(),
            fx_fee: "0.96".into(),
            ..payment(103, -4_788, "4112", "TRENITALIA, ROMA,00185,ITA,ITA", &at(23, "12:02"))
        },
        payment(104, 3_500, "5651", "MAISON VERTE, LYON,69002,FRA,FRA", &at(22, "18:30")),
        Transaction {
            status: TxStatus::Refused,
            failed_reason: Some("INSUFFICIENT FUNDS".into()),
            ..payment(105, -123_456_789, "4722", "VOYAGES DU MONDE, NANTES,44000,FRA,FRA", &at(22, "17:05"))
        },
        payment(106, -2_390, "5451", long, &at(22, "11:47")),
        Transaction {
            confirmed: false,
            ..payment(107, -1_299, "5411", "MONOPRIX 3391, PARIS,75010,FRA,FRA", &at(21, "19:22"))
        },
        payment(108, -990, "9999", "<script>alert(1)</script>", &at(21, "08:00")),
    ]
}

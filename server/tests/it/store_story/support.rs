//! Pages that are seen by consent.

use super::cast::Cast;
use app::backend::OwnPage;
use domain::ids::UserId;
use domain::lang::Lang;
use domain::viewer::Role;
use server::store::{Look, NewMail, NewView};

fn view(cast: &Cast, user: &UserId, operator: &UserId, consent: &str, seconds: u64) -> NewView {
    let id = cast.user_id().to_string();
    NewView {
        id: id.clone(),
        operator_id: operator.clone(),
        operator_name: "Olga".to_owned(),
        session: format!("session-of-{operator}"),
        user_id: user.clone(),
        consent: consent.to_owned(),
        reason: "because".to_owned(),
        at: cast.at(seconds),
        ends_at: cast.at(seconds + 1_000),
        mail: NewMail {
            id,
            user_id: user.clone(),
            kind: "support-looks",
            lang: Lang::Fr,
            content_key: "nobody".to_owned(),
            content: vec![1],
            created_at: cast.at(seconds),
            good_until: None,
        },
    }
}

/// A session of an operator's, and its name.
async fn operator(cast: &Cast) -> (UserId, String) {
    let id = cast.somebody().await;
    cast.store.set_role(&id, Role::Operator).await.unwrap();
    let session = format!("session-of-{id}");
    cast.store.create_session(&session, &id, "", cast.at(0), cast.at(10_000)).await.unwrap();
    (id, session)
}

pub(super) async fn pages_are_seen_while_their_owner_allows_it(cast: &Cast) {
    let store = &cast.store;
    let (user, other) = (cast.somebody().await, cast.somebody().await);
    let (olga, session) = operator(cast).await;
    assert_eq!(store.support_consent(&user, cast.at(0)).await.unwrap(), None);
    assert!(!store.begin_view(view(cast, &user, &olga, "consent-1", 1)).await.unwrap());
    let mails = store.count_mails(100).await.unwrap();

    store.allow_support("consent-1", &user, Lang::En, cast.at(10), cast.at(100)).await.unwrap();
    let consent = store.support_consent(&user, cast.at(11)).await.unwrap().unwrap();
    assert_eq!((consent.id.as_str(), consent.given_at, consent.lang), ("consent-1", cast.at(10), Lang::En));
    assert_eq!(store.support_consent(&user, cast.at(100)).await.unwrap(), None, "its time has ended");
    assert!(!store.begin_view(view(cast, &user, &olga, "consent-2", 12)).await.unwrap(), "there is no such consent");
    assert!(!store.begin_view(view(cast, &other, &olga, "consent-1", 12)).await.unwrap(), "it is not the other's");
    assert_eq!(store.acts_about(&user, i64::MAX, 10).await.unwrap(), [], "nothing was noted");
    assert_eq!(store.count_mails(100).await.unwrap(), mails);

    assert!(store.begin_view(view(cast, &user, &olga, "consent-1", 20)).await.unwrap());
    assert_ne!(store.count_mails(100).await.unwrap(), mails, "she is told");
    let held = store.view(&session, &user, cast.at(21)).await.unwrap().unwrap();
    assert_eq!((&held.user.id, &held.operator_id, held.reason.as_str()), (&user, &olga, "because"));
    assert_eq!(held.ends_at, cast.at(100), "with the consent");
    assert_eq!(store.view("another", &user, cast.at(21)).await.unwrap(), None);
    assert_eq!(store.view(&session, &other, cast.at(21)).await.unwrap(), None);
    let looking = store.looking_at(&user, cast.at(21), 10).await.unwrap();
    assert_eq!(
        looking.iter().map(|one| (one.operator_name.as_str(), one.began_at)).collect::<Vec<_>>(),
        [("Olga", cast.at(20))]
    );

    for (n, page) in (22..).zip(OwnPage::ALL) {
        assert_eq!(store.see_page(&session, &user, page, cast.at(n)).await.unwrap().unwrap().user.id, user);
    }
    assert_eq!(store.see_page("another", &user, OwnPage::Payments, cast.at(30)).await.unwrap(), None);
    let acts = store.acts_about(&user, i64::MAX, 10).await.unwrap();
    let told: Vec<_> = acts.iter().map(|act| (act.act.as_str(), act.reason.as_str())).collect();
    let page = ("see-page", "because");
    assert_eq!(told, [page, page, page, page, ("see-as-user", "because")]);
    assert_eq!(acts[3].subject, format!("user:{user} page:payments"));
    let looks: Vec<_> = store.looks_at(&user, None, None, 10).await.unwrap().iter().map(|look| look.what).collect();
    let expected = [OwnPage::Accounts, OwnPage::Insights, OwnPage::Payment, OwnPage::Payments].map(Look::Own);
    assert_eq!(looks, [&expected[..], &[Look::Began]].concat());

    // Longer than the view: that ends by itself.
    store.allow_support("consent-3", &user, Lang::Fr, cast.at(40), cast.at(5_000)).await.unwrap();
    assert_eq!(
        store.support_consent(&user, cast.at(41)).await.unwrap().unwrap().id,
        "consent-1",
        "the same one goes on"
    );
    assert_eq!(store.view(&session, &user, cast.at(41)).await.unwrap().unwrap().ends_at, cast.at(1_020));
    assert_eq!(store.view(&session, &user, cast.at(1_020)).await.unwrap(), None);
    store.end_session(&session).await.unwrap();
    assert_eq!(store.looking_at(&user, cast.at(42), 10).await.unwrap(), [], "her session has ended");
    assert_eq!(store.view(&session, &user, cast.at(42)).await.unwrap(), None);
    assert_eq!(store.remove_views(cast.at(1_020), 10).await.unwrap(), 0);
    assert_eq!(store.remove_views(cast.at(1_021), 10).await.unwrap(), 1);
}

pub(super) async fn what_has_ended_does_not_come_to_life_again(cast: &Cast) {
    let store = &cast.store;
    let user = cast.somebody().await;
    let (olga, session) = operator(cast).await;
    let holds = async |seconds: u64| store.view(&session, &user, cast.at(seconds)).await.unwrap().is_some();
    let see = async |seconds: u64| {
        store.see_page(&session, &user, OwnPage::Payments, cast.at(seconds)).await.unwrap().is_some()
    };
    store.allow_support("word-1", &user, Lang::Fr, cast.at(0), cast.at(900)).await.unwrap();
    assert!(store.begin_view(view(cast, &user, &olga, "word-1", 1)).await.unwrap());
    assert!(holds(2).await && see(2).await);
    assert!(store.withdraw_support(&user, cast.at(3)).await.unwrap());
    assert!(!store.withdraw_support(&user, cast.at(4)).await.unwrap(), "there is nothing to take back");
    assert!(!holds(4).await && !see(4).await);
    store.allow_support("word-2", &user, Lang::Fr, cast.at(5), cast.at(900)).await.unwrap();
    assert!(!holds(6).await && !see(6).await, "it was for the word before");

    assert!(store.begin_view(view(cast, &user, &olga, "word-2", 7)).await.unwrap());
    assert!(store.begin_view(view(cast, &user, &olga, "word-2", 8)).await.unwrap(), "in the place of the first");
    assert!(store.end_view(&session, &user, cast.at(9)).await.unwrap());
    assert!(!store.end_view(&session, &user, cast.at(9)).await.unwrap());
    assert!(!holds(10).await && !see(10).await);

    assert!(store.begin_view(view(cast, &user, &olga, "word-2", 11)).await.unwrap());
    store.set_role(&user, Role::Viewer).await.unwrap();
    assert!(!holds(12).await && !see(12).await, "nobody sees an operator's own pages");
    store.set_role(&user, Role::User).await.unwrap();
    assert!(holds(12).await);
    assert!(store.withdraw_support(&user, cast.at(13)).await.unwrap());
}

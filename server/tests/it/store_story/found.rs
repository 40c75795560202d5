//! People, found by operators, and what is done about them.

use super::cast::{Cast, Linked};
use app::backend::{Deed, FoundBy};
use domain::ids::{CardRef, UserId};
use domain::link::LinkStatus;
use domain::money::{Currency, Money};
use domain::viewer::Role;
use server::clock::Moment;
use server::secret::Secret;
use server::store::{Actor, Look, NewAct, NewDeed, NewUser, Proven, RoleChange, Undertaking, UserSearch, UsersQuery};

async fn person(cast: &Cast, email: &str, name: &str, role: Role) -> UserId {
    let id = cast.user_id();
    let user = NewUser { id: &id, email, email_key: email, name, password_hash: None, role, created_at: cast.at(0) };
    cast.store.create_user(&user).await.unwrap();
    id
}

async fn found(cast: &Cast, text: &str) -> Vec<(UserId, FoundBy)> {
    let search = UserSearch { text: text.to_owned(), limit: 10, ..UserSearch::default() };
    let found = cast.store.find_users(search).await.unwrap();
    found.rows.into_iter().map(|row| (row.summary.user.id, row.by)).collect()
}

pub(super) async fn people_are_found_by_whatever_is_at_hand(cast: &Cast) {
    let store = &cast.store;
    let ada = person(cast, "ada-find@x.test", "Ada King Lovelace", Role::User).await;
    let bob = person(cast, "bob_find@x.test", "Ada-Rose Élan", Role::User).await;
    let (token, card) = (format!("{:064x}", 0xfeed_0000_u64 + cast.number()), CardRef::parse("FINDCARD01").unwrap());
    let link = cast.pending(&ada, &token, 1).await;
    let proven = cast.prove(&link, &token, "acc-find", std::slice::from_ref(&card), 2).await;
    assert_eq!(proven, Proven::Linked(link.clone()));

    assert_eq!(found(cast, "ADA-find@").await, [(ada.clone(), FoundBy::Email)]);
    assert_eq!(found(cast, "ada k").await, [(ada.clone(), FoundBy::Name)], "the beginning of the name");
    assert_eq!(found(cast, "Lovel").await, [(ada.clone(), FoundBy::Name)], "or of its last word");
    assert_eq!(found(cast, "éLA").await, [(bob.clone(), FoundBy::Name)]);
    assert_eq!(found(cast, "king").await, [], "not what stands between");
    assert_eq!(found(cast, "bob_f").await, [(bob.clone(), FoundBy::Email)], "nothing is a wildcard");
    assert_eq!(found(cast, "bob%").await, []);
    assert_eq!(found(cast, " findcard01 ").await, [(ada.clone(), FoundBy::Card)]);
    assert_eq!(found(cast, "FINDCARD0").await, [], "a card is found by all of it");
    assert_eq!(found(cast, "acc-find").await, [(ada.clone(), FoundBy::Account)]);
    assert_eq!(found(cast, ada.as_str()).await, [(ada.clone(), FoundBy::Id)]);
    let by_token = found(cast, &token[..64].to_uppercase()).await;
    assert_eq!(by_token, [(ada.clone(), FoundBy::Token)]);
    assert_eq!(found(cast, &token[..5]).await, [], "too short to be anybody’s alone");
    assert!(found(cast, &token[..58]).await.contains(&(ada.clone(), FoundBy::Token)), "by its beginning");

    let search = |text: &str, limit| UserSearch { text: text.to_owned(), limit, ..UserSearch::default() };
    let both = store.find_users(search("ada", 10)).await.unwrap();
    assert_eq!((both.rows.len(), both.is_more), (2, false), "by address and by name, each once");
    let cut = store.find_users(search("ada", 1)).await.unwrap();
    assert_eq!((cut.rows.len(), cut.is_more), (1, true));
    let linked = UserSearch { status: Some(LinkStatus::Linked), ..search("ada", 10) };
    assert_eq!(store.find_users(linked).await.unwrap().rows.len(), 1);
    let marked = UserSearch { marked: true, ..search("ada", 10) };
    assert_eq!(store.find_users(marked).await.unwrap().rows, []);
    assert_eq!(store.find_users(search("nul\0", 10)).await.unwrap().rows, []);
}

fn deed(cast: &Cast, user: &UserId, what: Undertaking, seconds: u64) -> NewDeed {
    let by = Actor { user_id: Some(cast.user_id()), name: "Olga".to_owned() };
    NewDeed { by, user_id: user.clone(), what, reason: format!("because {seconds}"), at: cast.at(seconds) }
}

pub(super) async fn what_is_done_about_somebody_is_noted_once_and_shown_to_her(cast: &Cast) {
    let store = &cast.store;
    let Linked { user, link, .. } = cast.linked().await;
    let act = async |what: Undertaking, seconds| store.do_about_user(deed(cast, &user, what, seconds)).await.unwrap();
    assert!(act(Undertaking::Note, 10).await && act(Undertaking::Note, 11).await);
    assert!(act(Undertaking::Mark, 12).await && !act(Undertaking::Mark, 13).await, "it stands so already");
    let email = store.user_by_id(&user).await.unwrap().unwrap().email_key;
    let marked = UsersQuery { marked: true, limit: 10, ..UsersQuery::default() };
    let hers = store.list_users(&marked).await.unwrap();
    assert_eq!(hers.iter().map(|row| &row.user.id).collect::<Vec<_>>(), [&user]);
    assert_eq!(hers[0].user.marked_at, Some(cast.at(12)));
    let before = UsersQuery { before: Some(email.clone()), ..marked.clone() };
    assert_eq!(store.list_users(&before).await.unwrap(), []);
    assert!(act(Undertaking::Unmark, 14).await && !act(Undertaking::Unmark, 15).await);

    // A pause signs her out and lets her links wait.
    store.create_session("paused", &user, "", cast.at(0), cast.at(1_000)).await.unwrap();
    store.add_half_sign_in("paused-half", &user, cast.at(1_000)).await.unwrap();
    store.schedule_link(&link, cast.at(20)).await.unwrap();
    let due = async || store.due_links(cast.at(30), 1_000).await.unwrap().iter().any(|due| due.id == link);
    assert!(due().await);
    cast.woken();
    assert!(act(Undertaking::Pause, 16).await && !act(Undertaking::Pause, 17).await);
    assert_eq!(cast.woken(), [user.clone()], "her streams look whether they may go on");
    assert_eq!(store.session("paused").await.unwrap(), None);
    assert_eq!(store.half_sign_in("paused-half", cast.at(17)).await.unwrap(), None);
    assert_eq!(store.user_by_id(&user).await.unwrap().unwrap().disabled_at, Some(cast.at(16)));
    assert!(!due().await);
    assert!(act(Undertaking::Resume, 18).await && !act(Undertaking::Resume, 19).await);
    assert!(due().await, "what has waited is due");
    assert!(act(Undertaking::Forget(link.clone()), 20).await && !act(Undertaking::Forget(link.clone()), 21).await);

    let nobody = cast.user_id();
    for what in [Undertaking::Note, Undertaking::Mark, Undertaking::Pause, Undertaking::Resume] {
        assert!(!store.do_about_user(deed(cast, &nobody, what, 22)).await.unwrap());
    }
    let operator = person(cast, "not-paused@x.test", "Olga", Role::Operator).await;
    assert!(!store.do_about_user(deed(cast, &operator, Undertaking::Pause, 22)).await.unwrap());

    let about = store.acts_about(&user, i64::MAX, 20).await.unwrap();
    let told: Vec<_> = about.iter().map(|act| act.act.as_str()).collect();
    let all = ["forget-link", "resume-user", "pause-user", "unmark-user", "mark-user", "note-user", "note-user"];
    assert_eq!(told, all);
    assert_eq!(about[0].subject, format!("user:{user} link:{link}"));
    assert_eq!((about[6].reason.as_str(), about[6].name.as_str(), about[6].at), ("because 10", "Olga", cast.at(10)));
    assert_eq!(store.acts_about(&user, about[5].id, 20).await.unwrap(), [about[6].clone()]);
    let looks = store.looks_at(&user, None, None, 20).await.unwrap();
    assert_eq!((looks.len(), looks[0].what), (7, Look::Done(Deed::Forget)));
    assert_eq!(store.acts_about(&nobody, i64::MAX, 20).await.unwrap(), []);
}

pub(super) async fn somebody_is_asked_to_link_again_once(cast: &Cast) {
    let store = &cast.store;
    let (user, other) = (cast.somebody().await, cast.somebody().await);
    let make = async |hash: &str, seconds| {
        let what = Undertaking::Relink { token_hash: hash.to_owned(), expires_at: cast.at(seconds + 100) };
        assert!(store.do_about_user(deed(cast, &user, what, seconds)).await.unwrap());
    };
    make("relink-1", 0).await;
    make("relink-2", 10).await;
    assert_eq!(store.relink("relink-1", cast.at(11)).await.unwrap(), None, "the newest one counts");
    assert_eq!(store.relink("relink-2", cast.at(110)).await.unwrap(), None, "its time has ended");
    let known = store.relink("relink-2", cast.at(11)).await.unwrap().unwrap();
    assert_eq!((&known.user_id, known.opened_at, known.used_at), (&user, None, None));

    store.open_relink("relink-2", &other, cast.at(12)).await.unwrap();
    assert_eq!(store.relink("relink-2", cast.at(13)).await.unwrap().unwrap().opened_at, None, "not by her");
    store.open_relink("relink-2", &user, cast.at(13)).await.unwrap();
    store.open_relink("relink-2", &user, cast.at(14)).await.unwrap();
    assert!(!store.use_relink("relink-2", &other, cast.at(15)).await.unwrap());
    assert!(!store.use_relink("relink-1", &user, cast.at(15)).await.unwrap());
    let (one, two) = tokio::join!(
        store.use_relink("relink-2", &user, cast.at(15)),
        store.use_relink("relink-2", &user, cast.at(15))
    );
    assert_ne!(one.unwrap(), two.unwrap(), "one of two succeeds");
    assert_eq!(store.relink("relink-2", cast.at(16)).await.unwrap(), None);
    let hers = store.relinks_of(&user, 10).await.unwrap();
    let told: Vec<_> = hers.iter().map(|one| (one.token_hash.as_str(), one.opened_at, one.used_at)).collect();
    assert_eq!(told, [("relink-2", Some(cast.at(13)), Some(cast.at(15))), ("relink-1", None, None)]);
    assert_eq!(store.relinks_of(&other, 10).await.unwrap(), []);
}

pub(super) async fn a_story_is_read_from_its_sources(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let newer = cast.pending(&linked.user, &cast.token(), 60).await;
    assert!(store.forget_link(&newer, &linked.user, false, cast.at(61)).await.unwrap());
    let ever = store.links_ever_of(&linked.user, 10).await.unwrap();
    assert_eq!(ever.iter().map(|link| &link.id).collect::<Vec<_>>(), [&newer, &linked.link], "forgotten ones too");
    assert_eq!(store.links_ever_of(&linked.user, 1).await.unwrap().len(), 1);

    assert_eq!(store.first_payments(&linked.user, 10).await.unwrap(), []);
    let at = |seconds| cast.at(seconds);
    // What was paid before the link was made is of the past; the two after it were entered in the other order.
    let before = Moment(at(0).0 - 60_000_000);
    for (txid, booked) in [("8001", at(90)), ("8002", at(30)), ("8003", before)] {
        store.apply_payments(&[linked.payment(txid, booked)], true, at(91)).await.unwrap();
    }
    let first = store.first_payments(&linked.user, 10).await.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].key.txid.as_str(), &first[0].link_id, first[0].booked_at), ("8002", &linked.link, at(30)));
    assert_eq!(first[0].amount, Money::new(-9_832, Currency::EUR));

    for kind in ["unconfirmed", "false-revocation"] {
        assert!(store.raise_alarm(kind, linked.link.as_str(), "x", at(70)).await.unwrap());
    }
    let alarms = store.alarms_of_links(&linked.user, i64::MAX, 10).await.unwrap();
    assert_eq!(alarms.iter().map(|alarm| alarm.kind.as_str()).collect::<Vec<_>>(), ["false-revocation", "unconfirmed"]);
    assert_eq!(store.alarms_of_links(&linked.user, alarms[0].id, 10).await.unwrap(), [alarms[1].clone()]);
    for kind in ["unconfirmed", "false-revocation"] {
        assert!(store.end_alarm(kind, linked.link.as_str(), at(80)).await.unwrap());
    }
    assert_eq!(store.alarms_of_links(&linked.user, i64::MAX, 1).await.unwrap()[0].ended_at, Some(at(80)));
}

pub(super) async fn the_last_administrator_stays(cast: &Cast) {
    let store = &cast.store;
    // Those of other chapters are none any more.
    for operator in store.operators(cast.at(0), 100).await.unwrap() {
        store.set_role(&operator.user.id, Role::User).await.unwrap();
    }
    let ada = person(cast, "ada-team@x.test", "Ada", Role::Admin).await;
    let eve = person(cast, "eve-team@x.test", "Eve", Role::Admin).await;
    let olga = person(cast, "olga-team@x.test", "Olga", Role::Operator).await;
    store.set_password(&ada, &Secret::new("$argon2id$1")).await.unwrap();
    store.add_set_up_link("team-eve", &eve, cast.at(100)).await.unwrap();
    store.create_session("team-ada", &ada, "", cast.at(5), cast.at(1_000)).await.unwrap();
    store.create_session("team-olga", &olga, "", cast.at(5), cast.at(1_000)).await.unwrap();
    store.touch_session("team-ada", cast.at(66)).await.unwrap();
    let team = store.operators(cast.at(70), 100).await.unwrap();
    let told: Vec<_> = team.iter().map(|one| (one.user.email.as_str(), one.seen_at, one.invited_until)).collect();
    let (seen, invited) = (|seconds| Some(cast.at(seconds)), Some(cast.at(100)));
    let expected =
        [("ada-team@x.test", seen(66), None), ("eve-team@x.test", None, invited), ("olga-team@x.test", seen(5), None)];
    assert_eq!(told, expected);
    assert_eq!(team.iter().map(|one| (one.has_code, one.passkeys)).collect::<Vec<_>>(), [(false, 0); 3]);
    assert!(!store.session("team-ada").await.unwrap().unwrap().second_factor);

    let act = |about: &UserId| NewAct {
        by: Actor::command_line(),
        act: "change-role",
        subject: format!("user:{about} role:viewer"),
        reason: "r".to_owned(),
        at: cast.at(71),
    };
    let change = async |who: &UserId, role| store.change_role(who, role, act(who)).await.unwrap();
    assert_eq!(change(&ada, Role::Operator).await, RoleChange::LastAdmin, "Eve cannot sign in yet");
    assert_eq!(change(&ada, Role::User).await, RoleChange::LastAdmin);
    assert_eq!(change(&ada, Role::Admin).await, RoleChange::Nothing);
    assert_eq!(change(&olga, Role::Viewer).await, RoleChange::Done);
    assert_eq!(store.session("team-olga").await.unwrap(), None, "what she could do must not go on");
    store.set_password(&eve, &Secret::new("$argon2id$2")).await.unwrap();
    let (one, two) = tokio::join!(change(&ada, Role::User), change(&eve, Role::User));
    let mut became = [one, two];
    became.sort_by_key(|change| *change == RoleChange::LastAdmin);
    assert_eq!(became, [RoleChange::Done, RoleChange::LastAdmin], "one of two who end each other stays");
    assert_eq!(change(&olga, Role::User).await, RoleChange::Done);
    assert_eq!(change(&olga, Role::Viewer).await, RoleChange::Nothing, "nobody becomes one like that");
    assert_eq!(store.acts_about(&olga, i64::MAX, 10).await.unwrap().len(), 2);
}

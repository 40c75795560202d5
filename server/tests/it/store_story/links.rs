//! From a token to a link, and to its end.

use super::cast::{Cast, Linked};
use super::payments::list;
use domain::ids::LinkId;
use domain::link::LinkStatus;
use server::store::{Applied, Changed, Channel, HistoryStep, LinkRecord, Offered, Proven, Round, StoreError};

async fn read(cast: &Cast, id: &LinkId) -> LinkRecord {
    cast.store.link(id).await.unwrap().unwrap()
}

pub(super) async fn intents_are_for_one_user_and_a_short_time(cast: &Cast) {
    let store = &cast.store;
    let user = cast.somebody().await;
    assert_eq!(store.newest_open_intent(&user, cast.at(0)).await.unwrap(), None);
    let first = cast.intent(&user).await;
    let second = cast.intent(&user).await;
    let newest = store.newest_open_intent(&user, cast.at(899)).await.unwrap().unwrap();
    assert_eq!((&newest.id, &newest.user_id, newest.expires_at), (&second, &user, cast.at(900)));
    assert_eq!(store.newest_open_intent(&user, cast.at(900)).await.unwrap(), None);
    assert_eq!(store.intent(&first).await.unwrap().unwrap().used_at, None);

    let stranger = cast.somebody().await;
    let token = cast.token();
    assert_eq!(cast.offer_for(&stranger, &token, Channel::Browser, Some(&first), 1).await, Offered::IntentGone);
    assert_eq!(cast.offer_for(&user, &token, Channel::Browser, Some(&first), 900).await, Offered::IntentGone);
    assert_eq!(store.link_by_token(&token).await.unwrap(), None, "nothing was written");

    let expired = store.remove_expired_intents(cast.at(901), 1).await.unwrap();
    assert_eq!(expired, 1);
    while store.remove_expired_intents(cast.at(901), 100).await.unwrap() > 0 {}
    assert_eq!(store.intent(&second).await.unwrap(), None);
}

pub(super) async fn a_token_becomes_a_link_whichever_channel_is_first(cast: &Cast) {
    let store = &cast.store;
    for (first, second) in [(Channel::Browser, Channel::Notification), (Channel::Notification, Channel::Browser)] {
        let (user, token, card) = (cast.somebody().await, cast.token(), cast.card_ref());
        cast.woken();
        let Offered::New(id) = cast.offer(&user, &token, first, 1).await else { panic!("a new link") };
        let link = read(cast, &id).await;
        assert_eq!((link.status(), link.next_try_at, link.seq.0), (LinkStatus::Pending, Some(cast.at(1)), 1));
        assert_eq!(link.token_sealed.as_deref(), Some(b"sealed".as_slice()));
        assert!(store.due_links(cast.at(1), 1_000).await.unwrap().contains(&link));
        assert!(!store.due_links(cast.at(0), 1_000).await.unwrap().contains(&link));
        assert_eq!(cast.woken(), std::slice::from_ref(&user));

        assert_eq!(cast.offer(&user, &token, second, 2).await, Offered::Known(id.clone()));
        let link = read(cast, &id).await;
        let times = match first {
            Channel::Browser => (link.browser_at, link.notified_at),
            Channel::Notification => (link.notified_at, link.browser_at),
        };
        assert_eq!(times, (Some(cast.at(1)), Some(cast.at(2))));
        assert_eq!(cast.offer(&user, &token, second, 3).await, Offered::Known(id.clone()));
        assert_eq!(read(cast, &id).await, link, "the first time stands, and nobody hears of the second");

        let thief = cast.somebody().await;
        let other = Offered::OtherUser { link_id: id.clone(), user_id: user.clone() };
        assert_eq!(cast.offer(&thief, &token, second, 3).await, other);
        assert_eq!(store.links_of(&thief).await.unwrap(), []);

        assert_eq!(store.card_owners(std::slice::from_ref(&card)).await.unwrap(), []);
        assert_eq!(
            cast.prove(&id, &token, &format!("acc-{token}"), std::slice::from_ref(&card), 4).await,
            Proven::Linked(id.clone())
        );
        let link = read(cast, &id).await;
        assert_eq!(
            (link.status(), link.proven_at, link.holder.as_str()),
            (LinkStatus::Linked, Some(cast.at(4)), "ALICE MARTIN")
        );
        let cards = store.cards_of_link(&id).await.unwrap();
        assert_eq!((cards.len(), &cards[0].card_ref, cards[0].balance_minor), (1, &card, Some(10_000)));
        assert_eq!(store.cards_of_user(&user).await.unwrap(), cards);
        let twice = [card.clone(), cast.card_ref(), card];
        assert_eq!(store.card_owners(&twice).await.unwrap(), cards, "each once, strangers not at all");
        assert_eq!(store.link_by_token(&token).await.unwrap(), Some(link));
    }
    // A notification alone speaks of it; noting it again changes nothing.
    let linked = cast.linked().await;
    store.note_notified(&linked.link, cast.at(7)).await.unwrap();
    let noted = read(cast, &linked.link).await;
    assert_eq!((noted.notified_at, noted.last_news_at), (Some(cast.at(7)), Some(cast.at(7))));
    store.note_notified(&linked.link, cast.at(8)).await.unwrap();
    assert_eq!(read(cast, &linked.link).await, noted);
    let nowhere = store.note_notified(&cast.link_id(), cast.at(8)).await;
    assert!(matches!(nowhere, Err(StoreError::Missing(_))));
}

pub(super) async fn an_intent_is_used_by_one_token(cast: &Cast) {
    let store = &cast.store;
    let user = cast.somebody().await;
    let intent = cast.intent(&user).await;
    let tokens = [cast.token(), cast.token()];
    let offers = tokens.each_ref().map(|token| cast.offer_for(&user, token, Channel::Browser, Some(&intent), 1));
    let [one, two] = offers;
    let (one, two) = tokio::join!(one, two);
    let (winner, id) = match (one, two) {
        (Offered::New(id), Offered::IntentUsed) => (0, id),
        (Offered::IntentUsed, Offered::New(id)) => (1, id),
        other => panic!("{other:?}"),
    };
    let record = store.intent(&intent).await.unwrap().unwrap();
    assert_eq!((record.used_at, record.token_fp.as_ref()), (Some(cast.at(1)), Some(&tokens[winner])));
    assert_eq!(store.newest_open_intent(&user, cast.at(1)).await.unwrap(), None);
    // The other channel brings the same token with the same intent, long after the intent's time.
    let again = cast.offer_for(&user, &tokens[winner], Channel::Notification, Some(&intent), 5_000).await;
    assert_eq!(again, Offered::Known(id));

    // Both channels at once make one link.
    let both = cast.token();
    let (browser, notification) =
        tokio::join!(cast.offer(&user, &both, Channel::Browser, 2), cast.offer(&user, &both, Channel::Notification, 2));
    let ((Offered::New(id), Offered::Known(known)) | (Offered::Known(known), Offered::New(id))) =
        (browser, notification)
    else {
        panic!("one new, one known")
    };
    assert_eq!(id, known);
}

pub(super) async fn a_revoked_token_does_not_come_to_life(cast: &Cast) {
    let store = &cast.store;
    // Revoked before it was created.
    let (user, token) = (cast.somebody().await, cast.token());
    assert_eq!(store.revoke_token(&token, Some(cast.at(2)), cast.at(1)).await.unwrap(), None);
    let Offered::AlreadyRevoked(id) = cast.offer(&user, &token, Channel::Notification, 2).await else {
        panic!("already revoked")
    };
    let link = read(cast, &id).await;
    assert_eq!((link.status(), link.revoked_at), (LinkStatus::Revoked, Some(cast.at(1))));
    assert_eq!((link.token_sealed, link.next_try_at), (None, None));
    assert_eq!(cast.prove(&id, &token, "acc-dead", &[], 3).await, Proven::Gone);
    assert_eq!(cast.offer(&user, &token, Channel::Browser, 3).await, Offered::AlreadyRevoked(id));

    // Revoked after.
    let linked = cast.linked().await;
    let token = read(cast, &linked.link).await.token_fp;
    let link = store.revoke_token(&token, Some(cast.at(8)), cast.at(5)).await.unwrap().unwrap();
    assert_eq!(link, read(cast, &linked.link).await);
    assert_eq!((link.status(), link.revoked_at), (LinkStatus::Revoked, Some(cast.at(5))));
    assert_eq!((link.token_sealed.is_some(), link.next_try_at), (true, Some(cast.at(8))), "for the bank to be asked");
    assert_eq!(cast.woken(), std::slice::from_ref(&linked.user));
    assert_eq!(
        store.revoke_token(&token, None, cast.at(6)).await.unwrap(),
        Some(link.clone()),
        "the first time stands"
    );
    assert_eq!(store.card_holders(&linked.card).await.unwrap(), std::slice::from_ref(&linked.user), "she has seen it");
    assert_eq!(store.card_owners(&[linked.card]).await.unwrap(), []);
    store.refuse_link(&linked.link, "refused", cast.at(7)).await.unwrap();
    store.postpone_link(&link, "busy", cast.at(7)).await.unwrap();
    assert_eq!(read(cast, &linked.link).await, link, "an ended link is left alone");
    let round = Round { lease: cast.at(9), retry_at: Some(cast.at(10)), reconcile_at: Some(cast.at(90)) };
    let leased = take(cast, &linked.link, 9, 9).await;
    store.end_round(&leased, round).await.unwrap();
    let link = read(cast, &linked.link).await;
    assert_eq!((link.next_try_at, link.reconcile_at, link.attempts), (Some(cast.at(10)), None, 1));
    assert_eq!(store.erase_revoked_tokens(cast.at(5), 10).await.unwrap(), 0);
    assert_eq!(store.erase_revoked_tokens(cast.at(6), 10).await.unwrap(), 1);
    let link = read(cast, &linked.link).await;
    assert_eq!((link.token_sealed, link.next_try_at), (None, None));
    let living = cast.linked().await;
    store.erase_token(&living.link).await.unwrap();
    assert!(read(cast, &living.link).await.token_sealed.is_some(), "only where it has ended");

    // At the same moment as it is created: whichever is first, it ends revoked.
    for _ in 0..10 {
        let (user, token) = (cast.somebody().await, cast.token());
        let (_, revoked) = tokio::join!(
            cast.offer(&user, &token, Channel::Notification, 1),
            store.revoke_token(&token, None, cast.at(1))
        );
        revoked.unwrap();
        assert_eq!(store.link_by_token(&token).await.unwrap().unwrap().status(), LinkStatus::Revoked);
    }
}

pub(super) async fn a_new_token_for_a_linked_account_merges(cast: &Cast) {
    let store = &cast.store;
    let (user, old_token, new_token, card) = (cast.somebody().await, cast.token(), cast.token(), cast.card_ref());
    let old = cast.pending(&user, &old_token, 1).await;
    cast.prove(&old, &old_token, "acc-shared", std::slice::from_ref(&card), 2).await;
    store.revoke_token(&old_token, None, cast.at(3)).await.unwrap();

    let new = cast.pending(&user, &new_token, 4).await;
    let seen = store.last_seq(&user).await.unwrap();
    let merged = cast.prove(&new, &new_token, "acc-shared", std::slice::from_ref(&card), 5).await;
    assert_eq!(merged, Proven::Merged { into: old.clone() });
    let link = read(cast, &new).await;
    assert_eq!(link.id, old, "the new id leads to the older link");
    assert_eq!((link.token_fp.as_str(), link.status()), (new_token.as_str(), LinkStatus::Linked));
    assert_eq!((link.browser_at, link.proven_at), (Some(cast.at(4)), Some(cast.at(5))));
    assert_eq!(store.links_of(&user).await.unwrap(), [link]);
    let events = store.live_events(&user, seen, 10).await.unwrap();
    assert!(
        matches!(&events[..], [(_, Changed::Gone), (_, Changed::Link(link, cards))] if link.id == old && cards.len() == 1)
    );
    assert_eq!(cast.offer(&user, &new_token, Channel::Notification, 6).await, Offered::Known(old.clone()));
    assert_eq!(cast.prove(&new, &new_token, "acc-shared", &[card], 7).await, Proven::Linked(old.clone()));

    // A third one: both earlier ids lead on. Another user's link of the same account is left alone.
    let third_token = cast.token();
    let third = cast.pending(&user, &third_token, 8).await;
    assert_eq!(cast.prove(&third, &third_token, "acc-shared", &[], 9).await, Proven::Merged { into: old.clone() });
    assert_eq!(read(cast, &new).await.id, old);
    assert_eq!(read(cast, &third).await.id, old);
    let (partner, token) = (cast.somebody().await, cast.token());
    let shared = cast.pending(&partner, &token, 9).await;
    assert_eq!(cast.prove(&shared, &token, "acc-shared", &[], 9).await, Proven::Linked(shared.clone()));
    assert_eq!(cast.prove(&shared, "another token", "acc-shared", &[], 9).await, Proven::Gone);
    assert_eq!(cast.prove(&cast.link_id(), "no link", "acc-shared", &[], 9).await, Proven::Gone);
}

pub(super) async fn work_on_links_is_tried_again_and_given_up(cast: &Cast) {
    let store = &cast.store;
    let (user, token) = (cast.somebody().await, cast.token());
    let id = cast.pending(&user, &token, 1).await;
    cast.woken();
    let fresh =
        async |seconds| store.fresh_links(cast.at(seconds), 1_000).await.unwrap().iter().any(|link| link.id == id);
    assert!(fresh(1).await && !fresh(0).await);
    let leased = take(cast, &id, 60, 5).await;
    assert_eq!(leased.next_try_at, Some(cast.at(60)), "due again if the work never ends");
    assert!(!fresh(1_000).await, "it was looked at");
    store.postpone_link(&leased, "no-answer", cast.at(10)).await.unwrap();
    let link = read(cast, &id).await;
    assert_eq!((link.problem.as_str(), link.next_try_at, link.attempts), ("no-answer", Some(cast.at(10)), 1));
    assert_eq!(cast.woken(), std::slice::from_ref(&user));
    store.postpone_link(&link, "no-answer", cast.at(20)).await.unwrap();
    assert_eq!(cast.woken(), [], "the same problem is no news");
    let again = read(cast, &id).await;
    assert_eq!((again.next_try_at, again.attempts, again.seq), (Some(cast.at(20)), 2, link.seq));
    assert!(!fresh(20).await, "due, and nothing new");
    store.schedule_link(&id, cast.at(15)).await.unwrap();
    assert!(fresh(15).await && !fresh(14).await);
    store.note_looked_at(std::slice::from_ref(&again), cast.at(14)).await.unwrap();
    assert!(fresh(15).await, "that came later");
    store.note_looked_at(std::slice::from_ref(&again), cast.at(15)).await.unwrap();
    assert!(!fresh(20).await);
    assert_eq!(read(cast, &id).await.next_try_at, Some(cast.at(15)), "it is due all the same");

    store.refuse_taken(&again, "refused", cast.at(21)).await.unwrap();
    store.refuse_link(&id, "again", cast.at(22)).await.unwrap();
    let link = read(cast, &id).await;
    assert_eq!((link.status(), link.problem.as_str()), (LinkStatus::Failed, "refused"));
    assert_eq!((link.refused_at, link.next_try_at), (Some(cast.at(21)), None));
    store.schedule_link(&id, cast.at(23)).await.unwrap();
    assert!(!store.ask_for_link(&id, &link.user_id, cast.at(23)).await.unwrap());
    assert_eq!(read(cast, &id).await, link, "a refused token is not tried");
    assert_eq!(cast.woken(), [user]);
    let nowhere = LinkRecord { id: cast.link_id(), ..link };
    let missing = store.postpone_link(&nowhere, "x", cast.at(1)).await;
    assert!(matches!(missing, Err(StoreError::Missing(_))));
}

/// A due link, leased for a piece of work until then.
async fn take(cast: &Cast, id: &LinkId, until: u64, now: u64) -> LinkRecord {
    cast.store.take_link(id, cast.at(until), cast.at(now)).await.unwrap().expect("a link that is due")
}

/// Frozen for longer than its lease, and then going on as if nothing had happened.
pub(super) async fn who_comes_back_too_late_changes_nothing_of_a_link(cast: &Cast) {
    let store = &cast.store;
    let (user, token, card) = (cast.somebody().await, cast.token(), cast.card_ref());
    let id = cast.pending(&user, &token, 1).await;
    let late = take(cast, &id, 30, 1).await;
    let due = async |seconds| store.due_links(cast.at(seconds), 1_000).await.unwrap().iter().any(|link| link.id == id);
    store.schedule_link(&id, cast.at(2)).await.unwrap();
    assert!(!due(29).await, "somebody works on it, whatever else it is due for");
    assert_eq!(store.take_link(&id, cast.at(90), cast.at(29)).await.unwrap(), None);
    assert!(due(30).await);
    let leased = take(cast, &id, 90, 30).await;

    assert_eq!(cast.prove_as(&late, &token, &[card.clone()], 31).await, Proven::Gone);
    assert!(matches!(store.postpone_link(&late, "late", cast.at(99)).await, Err(StoreError::LeaseLost)));
    assert!(matches!(store.refuse_taken(&late, "late", cast.at(32)).await, Err(StoreError::LeaseLost)));
    let round = Round { lease: cast.at(30), retry_at: None, reconcile_at: None };
    assert!(matches!(store.end_round(&late, round).await, Err(StoreError::LeaseLost)));
    assert_eq!(read(cast, &leased.id).await, leased);

    assert_eq!(cast.prove_as(&leased, &token, &[card.clone()], 33).await, Proven::Linked(leased.id.clone()));
    let page = |turn, at| HistoryStep {
        link_id: leased.id.clone(),
        card_ref: card.clone(),
        total: 1_000,
        fetched: 500,
        complete: false,
        turn,
        at: cast.at(at),
    };
    let history = take(cast, &leased.id, 94, 34).await;
    let other = take(cast, &leased.id, 154, 94).await;
    store.note_history(&page(other.turn, 95)).await.unwrap();
    assert!(matches!(store.note_history(&page(history.turn, 96)).await, Err(StoreError::LeaseLost)));
    assert_eq!(read(cast, &leased.id).await.history_done, 500, "a page counts once, or the next one would be left out");

    // A token that is revoked meanwhile is as good as somebody else.
    let asked = take(cast, &leased.id, 300, 200).await;
    store.revoke_token(&token, Some(cast.at(202)), cast.at(201)).await.unwrap();
    assert!(matches!(store.refuse_taken(&asked, "late", cast.at(203)).await, Err(StoreError::LeaseLost)));
    assert!(store.due_links(cast.at(202), 1_000).await.unwrap().iter().any(|link| link.id == leased.id), "at once");
    cast.woken();
}

async fn rounds_leave_what_came_meanwhile(cast: &Cast, id: &LinkId) {
    let store = &cast.store;
    let due = async || {
        let link = read(cast, id).await;
        (link.next_try_at, link.reconcile_at, link.attempts, link.problem)
    };
    store.postpone_link(&read(cast, id).await, "no-answer", cast.at(95)).await.unwrap();
    assert_eq!(store.take_link(id, cast.at(100), cast.at(94)).await.unwrap(), None, "it is not due");
    let leased = take(cast, id, 100, 95).await;
    assert_eq!(due().await.0, Some(cast.at(100)), "due again if the round never ends");
    let round = Round { lease: cast.at(100), retry_at: None, reconcile_at: Some(cast.at(500)) };
    store.end_round(&leased, round).await.unwrap();
    assert_eq!(due().await, (Some(cast.at(500)), Some(cast.at(500)), 0, String::new()));

    let leased = take(cast, id, 600, 500).await;
    store.schedule_link(id, cast.at(60)).await.unwrap();
    let open = Round { lease: cast.at(600), retry_at: Some(cast.at(70)), reconcile_at: None };
    store.end_round(&leased, open).await.unwrap();
    assert_eq!(due().await, (Some(cast.at(60)), Some(cast.at(500)), 1, String::new()), "a payment came meanwhile");

    let owner = read(cast, id).await.user_id;
    assert!(!store.ask_for_link(id, &cast.somebody().await, cast.at(58)).await.unwrap(), "it is not a stranger's");
    assert!(store.ask_for_link(id, &owner, cast.at(65)).await.unwrap());
    assert_eq!((due().await.0, due().await.1), (Some(cast.at(60)), Some(cast.at(65))), "it was due before");
    assert!(store.ask_for_link(id, &owner, cast.at(58)).await.unwrap());
    assert_eq!((due().await.0, due().await.1), (Some(cast.at(58)), Some(cast.at(58))));

    assert!(store.has_linked().await.unwrap());
    let (mut last, mut seen) = (None, 0);
    while let Some(id) = store.reconcile_links(last.as_ref(), 2, || cast.at(55)).await.unwrap() {
        seen += 1;
        last = Some(id);
    }
    assert!(seen > 1, "in bites");
    assert_eq!((due().await.0, due().await.1), (Some(cast.at(55)), Some(cast.at(55))));
}

pub(super) async fn history_is_counted_until_it_is_complete(cast: &Cast) {
    let store = &cast.store;
    let (user, token, cards) = (cast.somebody().await, cast.token(), [cast.card_ref(), cast.card_ref()]);
    let id = cast.pending(&user, &token, 1).await;
    cast.prove(&id, &token, &format!("acc-{token}"), &cards, 2).await;
    assert_eq!(read(cast, &id).await.next_try_at, Some(cast.at(2)));
    let step = |card: usize, total, fetched, complete, seconds| HistoryStep {
        link_id: id.clone(),
        card_ref: cards[card].clone(),
        total,
        fetched,
        complete,
        turn: 0,
        at: cast.at(seconds),
    };
    let progress = async || {
        let link = read(cast, &id).await;
        (link.history_done, link.history_total, link.history_complete_at, link.next_try_at)
    };
    cast.woken();
    store.note_history(&step(0, 150, 100, false, 3)).await.unwrap();
    assert_eq!(progress().await, (100, 150, None, Some(cast.at(3))));
    assert_eq!(cast.woken(), std::slice::from_ref(&user));
    store.note_history(&step(0, 150, 100, true, 4)).await.unwrap();
    assert_eq!(
        progress().await,
        (150, 150, None, Some(cast.at(4))),
        "a page that comes twice does not count beyond the whole"
    );
    store.note_history(&step(1, 0, 0, true, 5)).await.unwrap();
    assert_eq!(progress().await, (150, 150, Some(cast.at(5)), None));
    assert_eq!(store.cards_of_link(&id).await.unwrap()[0].history_complete_at, Some(cast.at(4)));

    // Looked at again later, although nothing is missing; then not until the next time.
    store.schedule_link(&id, cast.at(90)).await.unwrap();
    store.schedule_link(&id, cast.at(80)).await.unwrap();
    assert_eq!(progress().await.3, Some(cast.at(80)), "whatever is sooner");
    rounds_leave_what_came_meanwhile(cast, &id).await;

    // A card that appears later has a history of its own.
    let more = [cards[0].clone(), cast.card_ref()];
    cast.prove(&id, &token, &format!("acc-{token}"), &more, 6).await;
    assert_eq!(progress().await, (150, 150, None, Some(cast.at(6))));
    assert_eq!(store.cards_of_link(&id).await.unwrap().len(), 3, "what is no longer listed stays");
    let turn = read(cast, &id).await.turn;
    let unknown = HistoryStep { card_ref: cast.card_ref(), turn, ..step(0, 1, 1, true, 7) };
    assert!(matches!(store.note_history(&unknown).await, Err(StoreError::Missing(_))));
}

pub(super) async fn forgetting_keeps_or_erases(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let account = store.cards_of_link(&linked.link).await.unwrap()[0].acc_id.to_string();
    let payments = [linked.payment("1", cast.at(1)), linked.payment("2", cast.at(2))];
    store.apply_payments(&payments, true, cast.at(3)).await.unwrap();
    let stranger = cast.somebody().await;
    assert!(!store.forget_link(&linked.link, &stranger, true, cast.at(4)).await.unwrap());
    assert!(store.forget_link(&linked.link, &linked.user, false, cast.at(4)).await.unwrap());
    assert!(!store.forget_link(&linked.link, &linked.user, false, cast.at(5)).await.unwrap());
    let forgotten = read(cast, &linked.link).await;
    assert_eq!((&forgotten.token_sealed, forgotten.forgotten_at), (&None, Some(cast.at(4))));
    assert_eq!(store.links_of(&linked.user).await.unwrap(), []);
    assert_eq!(store.cards_of_user(&linked.user).await.unwrap(), []);
    assert_eq!(store.card_owners(std::slice::from_ref(&linked.card)).await.unwrap(), []);
    assert_eq!(list(cast, &linked.user).await.len(), 2);
    let same = cast.offer(&linked.user, &forgotten.token_fp, Channel::Notification, 5).await;
    assert_eq!(same, Offered::Known(linked.link.clone()));
    assert_eq!(read(cast, &linked.link).await, forgotten, "a forgotten link stays as it is");

    // Linked anew: the kept history comes back instead of being shown twice.
    let token = cast.token();
    let anew = cast.pending(&linked.user, &token, 6).await;
    assert_eq!(
        cast.prove(&anew, &token, &account, std::slice::from_ref(&linked.card), 7).await,
        Proven::Linked(anew.clone())
    );
    assert_eq!(list(cast, &linked.user).await.len(), 2);
    let linked = Linked { link: anew, ..linked };
    let applied = store.apply_payments(&[linked.payment("1", cast.at(1))], false, cast.at(8)).await.unwrap();
    assert_eq!(applied, [Applied::Same]);

    assert!(store.forget_link(&linked.link, &linked.user, true, cast.at(9)).await.unwrap());
    assert_eq!(store.cards_of_link(&linked.link).await.unwrap(), []);
    let late = store.apply_payments(&[linked.payment("3", cast.at(1))], true, cast.at(9)).await.unwrap();
    assert_eq!(late, [Applied::Same]);
    assert_eq!(list(cast, &linked.user).await, [], "nothing comes back to a forgotten link");
}

pub(super) async fn everybodys_links_are_read_in_parts(cast: &Cast) {
    let store = &cast.store;
    cast.linked().await;
    cast.linked().await;
    let all = store.links_behind("", 1_000).await.unwrap();
    assert!(all.len() >= 2 && all.is_sorted_by_key(|link| link.id.clone()));
    assert!(all.iter().all(|link| link.forgotten_at.is_none()));
    let mut parts = Vec::new();
    while let Some(link) =
        store.links_behind(parts.last().map_or("", |id: &String| id.as_str()), 1).await.unwrap().pop()
    {
        parts.push(link.id.to_string());
    }
    assert_eq!(parts, all.iter().map(|link| link.id.to_string()).collect::<Vec<_>>());
}

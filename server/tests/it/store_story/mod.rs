//! One story of the whole store, told on both engines: every method is called, and what it promises is asserted.

mod account;
mod alerts;
mod api_keys;
mod cast;
mod copies;
mod deliveries;
mod devices;
mod filters;
mod following;
mod found;
mod keys;
mod links;
mod live;
mod mails;
mod months;
mod nodes;
mod outbox;
mod own;
mod passkeys;
mod payments;
mod people;
mod plans;
mod replays;
mod support;
mod watch;

use crate::postgres::Postgres;
use cast::Cast;
use server::secret::Secret;
use server::store::{Engine, Store, StoreError};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn the_store_keeps_its_promises_on_sqlite() {
    let statements = plans::listen();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data").join("story.db");
    let store = open_sqlite(&file).await;
    assert_eq!(store.engine(), Engine::Sqlite);
    for (path, mode) in [(file.as_path(), 0o600), (file.parent().unwrap(), 0o700)] {
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
    }
    tell(&store).await;
    nodes::there_are_no_others_on_sqlite(&store).await;
    plans::no_table_is_read_from_end_to_end(&file, &statements).await;
    let copy = open_sqlite(&folder.path().join("copy.db")).await;
    copies::a_copy_holds_everything(&store, &copy).await;
    copies::an_unfinished_copy_is_refused(&copy).await;
    copies::sqlite_is_copied_while_it_serves(&store, &folder.path().join("vacuumed.db")).await;
    close(copy).await;
    let vacuumed = folder.path().join("vacuumed.db");
    let followed = open_sqlite(&folder.path().join("followed.db")).await;
    following::a_copy_follows_and_takes_over(open_sqlite(&vacuumed).await, &vacuumed, &followed).await;
    close(followed).await;
    close(store).await;
    database_of_a_newer_version_is_refused(&file).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_its_promises_on_postgres() {
    let postgres = Postgres::start().await;
    let store = Store::open(&postgres.url()).await.unwrap();
    assert_eq!(store.engine(), Engine::Postgres);
    tell(&store).await;
    let another = Store::open(&postgres.url()).await.unwrap();
    nodes::what_a_node_commits_is_heard_by_the_others(&store, &another, &postgres.url()).await;
    let another = Store::open(&postgres.url()).await.unwrap();
    nodes::an_arrival_is_first_its_own_nodes(&store, &another).await;
    let another = Store::open(&postgres.url()).await.unwrap();
    nodes::arrivals_are_shared_by_card(&store, &another).await;
    nodes::numbers_become_visible_in_their_order(&store, &postgres.url()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = open_sqlite(&folder.path().join("copy.db")).await;
    copies::a_copy_holds_everything(&store, &file).await;
    let other = Postgres::start().await;
    let back = Store::open(&other.url()).await.unwrap();
    copies::a_copy_holds_everything(&file, &back).await;
    close(back).await;
    copies::indexes_are_the_same(&postgres.url(), &other.url()).await;
    let another = Postgres::start().await;
    let followed = Store::open(&another.url()).await.unwrap();
    following::a_copy_follows_and_takes_over(file, &folder.path().join("copy.db"), &followed).await;
    close(followed).await;
    copies::indexes_are_the_same(&postgres.url(), &another.url()).await;
    no_connection_is_left_in_a_transaction(&postgres).await;
    close(store).await;
}

async fn tell(store: &Store) {
    the_schema_is_made_once(store).await;
    let cast = Cast::new(store);
    people::sign_up_and_sign_in(&cast).await;
    people::operators_set_their_password_once(&cast).await;
    people::operators_find_users(&cast).await;
    keys::keys_are_wrapped_and_rotated(&cast).await;
    links::intents_are_for_one_user_and_a_short_time(&cast).await;
    links::a_token_becomes_a_link_whichever_channel_is_first(&cast).await;
    links::an_intent_is_used_by_one_token(&cast).await;
    links::a_revoked_token_does_not_come_to_life(&cast).await;
    links::everybodys_links_are_read_in_parts(&cast).await;
    links::a_new_token_for_a_linked_account_merges(&cast).await;
    links::work_on_links_is_tried_again_and_given_up(&cast).await;
    links::history_is_counted_until_it_is_complete(&cast).await;
    links::who_comes_back_too_late_changes_nothing_of_a_link(&cast).await;
    links::forgetting_keeps_or_erases(&cast).await;
    payments::a_payment_moves_forward_only(&cast).await;
    payments::history_and_notification_of_one_payment_make_one_row(&cast).await;
    payments::a_notification_does_not_overrule_the_statement(&cast).await;
    payments::pages_go_both_ways_over_equal_times(&cast).await;
    filters::the_query_lets_through_what_the_filter_does(&cast).await;
    months::a_month_adds_up_to_what_was_spent_at_the_bank(&cast).await;
    months::a_month_names_its_merchants_and_what_abroad_cost(&cast).await;
    own::words_of_ones_own_outlive_whatever_the_bank_says(&cast).await;
    own::erasing_a_history_erases_what_was_written_on_it(&cast).await;
    own::an_export_holds_each_payment_once(&cast).await;
    tell_of_what_comes(&cast).await;
    tell_of_what_operators_do(&cast).await;
    tell_of_accounts(&cast).await;
    a_caller_who_goes_away_interrupts_nothing(&cast).await;
    the_log_is_kept_short_until_the_end(&cast).await;
}

async fn tell_of_what_comes(cast: &Cast) {
    alerts::rules_are_kept_within_bounds(cast).await;
    alerts::a_payment_is_told_of_once_for_each_rule(cast).await;
    alerts::what_is_past_or_was_known_before_is_not_told(cast).await;
    alerts::a_low_balance_is_told_until_it_has_recovered(cast).await;
    alerts::a_merchant_is_new_once(cast).await;
    alerts::what_was_told_is_seen_listed_and_removed(cast).await;
    alerts::erasing_a_history_erases_what_was_told_of_it(cast).await;
    devices::a_device_is_told_once_and_not_too_often(cast).await;
    devices::a_device_belongs_to_who_was_there_last(cast).await;
    live::the_feed_tells_the_newest_state_of_each_subject(cast).await;
    live::writers_to_one_feed_take_turns(cast).await;
    live::old_events_are_removed(cast).await;
    deliveries::arrivals_are_stored_then_due(cast).await;
    deliveries::one_arrival_of_a_reference_has_the_effect(cast).await;
    deliveries::parked_arrivals_come_alive_when_their_card_is_learned(cast).await;
    deliveries::effects_and_outcomes_are_settled_together(cast).await;
    deliveries::who_comes_back_too_late_puts_nothing_off(cast).await;
    deliveries::operators_look_at_the_inbox(cast).await;
    deliveries::arrivals_are_kept_for_a_while(cast).await;
    deliveries::nothing_is_due_while_effects_are_paused(cast).await;
    payments::gaps_are_marked_and_closed(cast).await;
    watch::alarms_are_raised_once_and_ended(cast).await;
    watch::marks_are_the_newest(cast).await;
    nodes::nodes_are_listed_until_they_are_long_gone(cast).await;
    nodes::a_duty_is_one_nodes_until_its_time_is_over(cast).await;
    nodes::a_user_has_so_many_places_whatever_node_they_are_on(cast).await;
    nodes::tries_are_counted_together_and_forgotten(cast).await;
    nodes::feeds_are_looked_at_together(cast).await;
    watch::the_database_tells_how_it_is(cast).await;
    watch::an_attempt_is_counted_once_for_each_step(cast).await;
    outbox::an_event_is_written_where_it_is_wanted_and_sent_until_it_is_taken(cast).await;
    outbox::what_was_sent_is_found_by_everything(cast).await;
    outbox::alarms_are_told_once(cast).await;
    watch::everybodys_payments_are_found_by_time_card_and_name(cast).await;
    mails::a_mail_waits_until_it_is_sent_or_given_up(cast).await;
    devices::mail_is_written_once_for_what_came_together(cast).await;
}

async fn tell_of_what_operators_do(cast: &Cast) {
    replays::lists_are_filtered_by_everything(cast).await;
    replays::what_is_doubted_is_asked_for_or_put_aside(cast).await;
    replays::a_trial_tells_what_it_would_change_and_changes_nothing(cast).await;
    replays::a_replay_goes_on_where_another_stopped(cast).await;
    replays::a_token_is_linked_and_revoked_again(cast).await;
    replays::a_proposal_takes_a_second_person(cast).await;
    replays::what_has_ended_is_removed_and_acts_stay(cast).await;
    replays::acts_follow_from_each_other_also_when_many_are_noted_at_once(cast).await;
    replays::what_comes_is_told_to_who_watches(cast).await;
    replays::another_database_takes_over_what_is_not_of_the_log(cast).await;
    found::people_are_found_by_whatever_is_at_hand(cast).await;
    found::what_is_done_about_somebody_is_noted_once_and_shown_to_her(cast).await;
    found::somebody_is_asked_to_link_again_once(cast).await;
    found::a_story_is_read_from_its_sources(cast).await;
    support::pages_are_seen_while_their_owner_allows_it(cast).await;
    support::what_has_ended_does_not_come_to_life_again(cast).await;
    found::the_last_administrator_stays(cast).await;
}

async fn tell_of_accounts(cast: &Cast) {
    account::a_forgotten_password_is_replaced_once(cast).await;
    account::a_changed_password_ends_other_sessions(cast).await;
    account::codes_are_good_once(cast).await;
    passkeys::a_passkey_is_one_persons_and_its_counter_moves_on(cast).await;
    passkeys::passkeys_are_named_removed_and_not_too_many(cast).await;
    passkeys::a_challenge_is_answered_once(cast).await;
    account::looks_are_kept_in_order(cast).await;
    api_keys::a_key_is_good_until_it_is_revoked(cast).await;
    account::who_is_erased_is_gone_at_once_and_her_rows_after(cast).await;
}

/// By the commits before this, there is something to be brought in.
async fn the_log_is_kept_short_until_the_end(cast: &Cast) {
    let end = CancellationToken::new();
    let keeping = tokio::spawn(cast.store.clone().keep_log_short(end.clone()));
    cast.store.mark("a commit more", cast.at(0)).await.unwrap();
    end.cancel();
    keeping.await.unwrap();
    cast.store.ping_write().await.unwrap();
}

async fn open_sqlite(file: &Path) -> Store {
    Store::open(&Secret::new(format!("sqlite://{}", file.display()))).await.unwrap()
}

async fn the_schema_is_made_once(store: &Store) {
    assert!(matches!(store.check_schema().await, Err(StoreError::SchemaBehind(1))));
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    store.check_schema().await.unwrap();
    store.ping_write().await.unwrap();
}

async fn close(store: Store) {
    store.close().await;
    assert!(store.ping_write().await.is_err());
}

async fn database_of_a_newer_version_is_refused(file: &Path) {
    let pool = sqlx::AnyPool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (999, 'from the future', 1, X'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let store = open_sqlite(file).await;
    assert!(matches!(store.check_schema().await, Err(StoreError::SchemaAhead(999))));
    assert!(matches!(store.migrate().await, Err(StoreError::SchemaAhead(999))));
    store.close().await;
}

async fn no_connection_is_left_in_a_transaction(postgres: &Postgres) {
    let pool = sqlx::AnyPool::connect(postgres.url().expose()).await.unwrap();
    let open: i64 = sqlx::query_scalar(
        "SELECT COUNT(*)
         FROM pg_stat_activity
         WHERE datname = current_database()
         AND state LIKE 'idle in transaction%'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(open, 0);
    pool.close().await;
}

/// The change happens all the same, and the connection is as good as before.
async fn a_caller_who_goes_away_interrupts_nothing(cast: &Cast) {
    let user = cast.user("goes-away@example.test").await;
    for round in 0..40_u32 {
        let hash = format!("abandoned-{round}");
        let starting = cast.store.create_session(&hash, &user, "", cast.at(0), cast.at(60));
        // Gone after a different number of steps each time.
        tokio::select! {
            biased;
            () = steps(round) => {}
            done = starting => done.unwrap(),
        }
        cast.store.ping_write().await.unwrap();
    }
    // Only the call that was never polled has done nothing.
    for round in 1..40 {
        let hash = format!("abandoned-{round}");
        while cast.store.session(&hash).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(cast.store.session("abandoned-0").await.unwrap(), None);
}

async fn steps(count: u32) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn addresses_that_cannot_work_are_refused_without_being_repeated() {
    for url in
        ["mysql://u:hunter2@h/d", "sqlite::memory:", "sqlite://", "sqlite://x.db?mode=memory", "sqlite://x?hunter2=1"]
    {
        let error = Store::open(&Secret::new(url)).await.unwrap_err();
        assert!(matches!(error, StoreError::Address(_)), "{url}: {error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}

#[test]
fn every_method_of_the_store_is_in_the_story() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let story: String = sources(&root.join("tests/it/store_story")).into_iter().map(|(_, text)| text).collect();
    let mut missing = Vec::new();
    let mut methods = 0;
    for (file, text) in sources(&root.join("src/store")) {
        for after in text.split("pub async fn ").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            methods += 1;
            if ![".", "::"].iter().any(|call| story.contains(&format!("{call}{name}("))) {
                missing.push(format!("{file}: {name}"));
            }
        }
    }
    assert!(methods > 60, "only {methods} methods found");
    assert!(missing.is_empty(), "{missing:#?}");
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

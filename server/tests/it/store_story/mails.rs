//! Mail that waits.

use super::cast::Cast;
use domain::lang::Lang;
use server::store::NewMail;

pub(super) async fn a_mail_waits_until_it_is_sent_or_given_up(cast: &Cast) {
    let store = &cast.store;
    let user = cast.user("Reader@example.test").await;
    let mail = |id: &str, seconds| NewMail {
        id: id.to_owned(),
        user_id: user.clone(),
        kind: "password-changed",
        lang: Lang::En,
        content_key: format!("user:{user}"),
        content: vec![1, 0, 255],
        created_at: cast.at(seconds),
        good_until: Some(cast.at(1_000)),
    };
    for (id, seconds) in [("mail-1", 5), ("mail-2", 1), ("mail-3", 50)] {
        store.add_mail(mail(id, seconds)).await.unwrap();
    }
    assert_eq!(store.count_mails(10).await.unwrap(), (3, 0));
    assert_eq!(store.count_mails(2).await.unwrap(), (2, 0));
    let due = store.due_mails(cast.at(10), 10).await.unwrap();
    assert_eq!(due.iter().map(|mail| mail.id.as_str()).collect::<Vec<_>>(), ["mail-2", "mail-1"]);
    assert_eq!(store.due_mails(cast.at(10), 1).await.unwrap().len(), 1);
    let first = &due[0];
    assert_eq!(
        (first.email.as_str(), first.kind.as_str(), first.lang),
        ("Reader@example.test", "password-changed", Lang::En)
    );
    assert_eq!((&first.user_id, &first.content, first.attempts), (&user, &vec![1, 0, 255], 0));
    assert_eq!((first.created_at, first.good_until, first.next_at), (cast.at(1), Some(cast.at(1_000)), cast.at(1)));
    assert_eq!(first.content_key, format!("user:{user}"));

    // One of two takes it, and only the one who has it says what became of it.
    let (one, two) = tokio::join!(store.lease_mail(first, cast.at(70)), store.lease_mail(first, cast.at(71)));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one != two, "one of two has it");
    let (mine, other) = if one { (cast.at(70), cast.at(71)) } else { (cast.at(71), cast.at(70)) };
    assert!(!store.mail_sent("mail-2", other).await.unwrap());
    assert!(!store.postpone_mail("mail-2", other, "late", cast.at(80)).await.unwrap());
    assert!(!store.give_up_mail("mail-2", other, "late", cast.at(80)).await.unwrap());
    assert!(store.postpone_mail("mail-2", mine, "timeout", cast.at(90)).await.unwrap());
    let again = store.due_mails(cast.at(90), 10).await.unwrap().into_iter().find(|mail| mail.id == "mail-2").unwrap();
    assert_eq!((again.attempts, again.next_at), (1, cast.at(90)));

    assert!(store.lease_mail(&again, cast.at(100)).await.unwrap());
    assert!(store.give_up_mail("mail-2", cast.at(100), "refused-550", cast.at(95)).await.unwrap());
    assert!(store.lease_mail(&due[1], cast.at(100)).await.unwrap());
    assert!(store.mail_sent("mail-1", cast.at(100)).await.unwrap());
    assert!(!store.mail_sent("mail-1", cast.at(100)).await.unwrap());
    assert_eq!(store.count_mails(10).await.unwrap(), (1, 1));
    assert_eq!(store.due_mails(cast.at(500), 10).await.unwrap().len(), 1, "what was given up is not due any more");
    assert_eq!(store.remove_given_up_mails(cast.at(95), 10).await.unwrap(), 0);
    assert_eq!(store.remove_given_up_mails(cast.at(96), 10).await.unwrap(), 1);
    assert_eq!(store.count_mails(10).await.unwrap(), (1, 0));
}

//! What operators see.

use crate::fake::{Fake, context};
use crate::{HOSTILE, all, full, one, page, text};
use app::backend::{AlarmKind, Pause};
use app::page::PageContext;
use domain::lang::Lang;
use domain::viewer::Role;

#[tokio::test]
async fn the_console_says_what_scripts_look_for_and_is_offered_to_operators_only() {
    let operator = Some(Role::Viewer);
    let users = page(context("/operator/users", operator), full()).await;
    assert_eq!(one(&users, "[data-testid=user]").attr("data-email"), Some("alice@example.test"));
    let deliveries = page(context("/operator/deliveries", operator), full()).await;
    let verdicts: Vec<_> =
        all(&deliveries, "[data-testid=delivery]").into_iter().filter_map(|row| row.attr("data-verdict")).collect();
    assert_eq!(verdicts, ["accepted", "rejected"]);
    assert!(all(&deliveries, "[data-testid=pause], [data-testid=paused]").is_empty());
    let alarms = page(context("/operator/alarms", operator), full()).await;
    let kinds: Vec<_> =
        all(&alarms, "[data-testid=alarm]").into_iter().filter_map(|row| row.attr("data-kind")).collect();
    assert_eq!(kinds, AlarmKind::ALL.map(AlarmKind::code));
    assert_eq!(one(&alarms, "form[action='/operator/alarms/7/end'] button").attr("type"), Some("submit"));
    let settings = page(context("/settings", Some(Role::User)), full()).await;
    assert!(all(&settings, "a[href^='/operator']").is_empty());
}

#[tokio::test]
async fn who_may_pauses_and_resumes_processing_and_everybody_sees_that_it_is_paused() {
    let deliveries = |paused: Option<Pause>, may_switch| {
        let base = PageContext { lang: Lang::En, ..context("/operator/deliveries", Some(Role::Operator)) };
        page(base, Fake { paused, may_switch, ..full() })
    };
    let pause = Pause { since: "2017-02-02T14:14:48+01:00".into(), by: Some(HOSTILE.into()) };
    let running = deliveries(None, true).await;
    one(&running, "[data-testid=pause] form[action='/operator/deliveries/pause'][method=post] button[type=submit]");
    assert!(all(&running, "[data-testid=paused]").is_empty());
    let paused = deliveries(Some(pause.clone()), true).await;
    let said = text(one(&paused, "[data-testid=paused]")).replace('\u{a0}', " ");
    assert!(said.contains("2 Feb 2017") && said.contains(HOSTILE), "{said}");
    one(&paused, "[data-testid=paused] form[action='/operator/deliveries/resume'][method=post] button[type=submit]");
    assert!(all(&paused, "[data-testid=pause]").is_empty());
    let looked_at = deliveries(Some(Pause { by: None, ..pause }), false).await;
    one(&looked_at, "[data-testid=paused]");
    assert!(all(&looked_at, "form[action^='/operator/deliveries/']").is_empty());
}

//! Who may pause what is done with notifications, and what is seen of it.

use super::hooks::{hook, notification, stored};
use super::world::World;
use domain::viewer::Role;

const PAUSE: &str = "/operator/deliveries/pause";
const RESUME: &str = "/operator/deliveries/resume";

#[tokio::test]
async fn operators_pause_and_resume_processing_and_others_find_no_such_place() {
    let world = World::new().await;
    let user = world.sign_up("alice@example.test").await;
    let viewer = world.operator("viewer@example.test", Role::Viewer).await;
    for cookie in [&user, &viewer] {
        for path in [PAUSE, RESUME] {
            assert_eq!(world.post(path, &[], cookie).await.status, 404);
        }
    }
    assert_eq!(world.services.store.effects_paused().await.unwrap(), None);

    for (name, role) in [("olga@example.test", Role::Operator), ("ada@example.test", Role::Admin)] {
        let cookie = world.operator(name, role).await;
        let answer = world.post(PAUSE, &[], &cookie).await;
        assert_eq!((answer.status, answer.location()), (303, "/operator/deliveries"));
        let seen = world.get("/operator/deliveries", &viewer).await.text();
        assert!(seen.contains("data-testid=\"paused\"") && !seen.contains(RESUME), "{seen}");
        assert_eq!(world.send(hook(notification(1, 0))).await.status, 200, "the bank hears nothing of it");
        assert!(world.get("/operator/deliveries", &cookie).await.text().contains(RESUME));
        assert_eq!(world.post(RESUME, &[], &cookie).await.status, 303);
        let seen = world.get("/operator/deliveries", &cookie).await.text();
        assert!(!seen.contains("data-testid=\"paused\"") && seen.contains(PAUSE), "{seen}");
    }
    assert_eq!(stored(&world).await.len(), 2);
    world.end().await;
}

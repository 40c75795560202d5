//! The end that somebody asks for.

use crate::world::PATIENCE;
use faults::product::{Product, Start, bank};
use tokio::time::timeout;

#[tokio::test]
async fn who_asks_a_second_time_is_not_kept_waiting() {
    let mut product = Product::new(&bank().await);
    let how = Start { real_disk: true, drain_seconds: 300, ..Start::default() };
    product.start(&how).await.unwrap();
    product.tell_to_end().await;
    let leaves = async {
        while product.get("/readyz", "").await.unwrap().status != 503 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, leaves).await.expect("it says that it leaves");
    assert_eq!(product.get("/healthz", "").await.unwrap().status, 200, "and still serves");
    product.tell_to_end().await;
    let status = timeout(PATIENCE, product.ended()).await.expect("it ends");
    assert!(status.success(), "{status}\n{}", product.log());
}

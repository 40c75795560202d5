//! A product under load, for one test.

use faults::load::Sum;
use faults::product::{PARTNER_REFERENCE, bank};
use faults::{Ledger, Load, Notifications, Person, Product, Start, check};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than anything takes on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct World {
    pub(crate) product: Product,
    pub(crate) person: Person,
    pub(crate) load: Load,
    posting: Option<(CancellationToken, JoinHandle<()>)>,
}

impl World {
    /// Somebody is linked; the server runs.
    pub(crate) async fn start(how: &Start) -> Self {
        Self::on(Product::new(&bank().await), how).await
    }

    pub(crate) async fn on(mut product: Product, how: &Start) -> Self {
        product.disk.settle();
        product.start(&Start { failpoints: String::new(), ..how.clone() }).await.unwrap();
        let person = Person::linked(&product).await;
        if !how.failpoints.is_empty() {
            product.stop().await;
            product.disk.settle();
            product.start(how).await.unwrap();
        }
        let ledger = Ledger::open(&product.file("ledger"));
        let load = Load::new(Notifications::new(PARTNER_REFERENCE, person.cards.clone()), ledger);
        Self { product, person, load, posting: None }
    }

    /// Notifications begin to come.
    pub(crate) fn begin(&mut self, rate: u64) {
        let (stop, load, address) = (CancellationToken::new(), self.load.clone(), self.product.address);
        let stopped = stop.clone();
        self.posting = Some((stop, tokio::spawn(async move { load.run(address, rate, stopped).await })));
    }

    /// No more of them; those under way are answered.
    pub(crate) async fn pause(&mut self) {
        if let Some((stop, posting)) = self.posting.take() {
            stop.cancel();
            posting.await.unwrap();
        }
    }

    /// Waits until the load has come to this.
    pub(crate) async fn until(&self, reached: impl Fn(&Sum) -> bool) -> Sum {
        let begin = Instant::now();
        loop {
            let sum = self.load.sum();
            if reached(&sum) {
                return sum;
            }
            assert!(begin.elapsed() < PATIENCE, "{sum:?}\n{}", self.product.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn until_acknowledged(&self, more: u64) -> Duration {
        let begin = Instant::now();
        tokio::time::timeout(PATIENCE, self.load.acknowledged(more)).await.expect("notifications are acknowledged");
        begin.elapsed()
    }

    /// The status of a page that only reads.
    pub(crate) async fn read(&self) -> u16 {
        self.product.get("/transactions.json", &self.person.cookie).await.unwrap().status
    }

    /// The same, of a server that may not answer at all.
    pub(crate) async fn read_or_nothing(&self) -> Option<u16> {
        Some(self.product.get("/transactions.json", &self.person.cookie).await.ok()?.status)
    }

    /// Lets the server finish, stops it, and fails if anything was lost or doubled.
    pub(crate) async fn end(mut self) {
        self.pause().await;
        loop {
            self.product.stop().await;
            if check::waiting(self.product.database()).await == 0 {
                break;
            }
            self.product.disk.settle();
            self.product.start(&Start::default()).await.unwrap();
        }
        let ledger = self.load.close();
        let report = check::database(self.product.database(), &ledger).await;
        assert!(report.faults.is_empty(), "{:#?}\n{}", report.faults, self.product.log());
        assert!(report.acknowledged > 0);
    }
}

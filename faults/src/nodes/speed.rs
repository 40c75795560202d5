//! How many notifications are acknowledged in a second, and which is the limit.

use crate::ledger::Ledger;
use crate::load::Load;
use crate::nodes::cost::{self, Cost};
use crate::nodes::flow::Rush;
use crate::nodes::{Cluster, Flow, Pace};
use crate::notification::Notifications;
use crate::product::PARTNER_REFERENCE;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const PEOPLE: usize = 200;
const CONNECTIONS: usize = 96;
/// Connections are opened, statements prepared.
const WARM_UP: Duration = Duration::from_secs(2);

pub struct Speed {
    /// Through the balancer.
    pub three_nodes: Rush,
    /// To one of them, by itself; the others look at the database now and then.
    pub one_node: Rush,
    pub cost: Cost,
}

/// As many as are answered for so long, by all nodes and by one; and what one notification costs.
pub async fn measure(time: Duration) -> Speed {
    let mut cluster = Cluster::start(PEOPLE).await;
    let cards = cluster.people.iter().map(|person| person.card.clone()).collect();
    let load = Load::new(Notifications::new(PARTNER_REFERENCE, cards), Ledger::open(&cluster.file("ledger")));
    let rush = async |address: SocketAddr, cluster: &Cluster| {
        let flow = Flow::new(load.clone(), address, Arc::<Pace>::default());
        flow.rush(CONNECTIONS, WARM_UP).await;
        cost::until_settled(cluster).await;
        let rush = flow.rush(CONNECTIONS, time).await;
        cost::until_settled(cluster).await;
        rush
    };
    let three_nodes = rush(cluster.balancer.address, &cluster).await;
    let one_node = rush(cluster.nodes[0].address, &cluster).await;
    let cost = cost::measure(&cluster, &load).await;
    cluster.stop_nodes().await;
    Speed { three_nodes, one_node, cost }
}

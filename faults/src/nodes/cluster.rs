//! Everything that runs when several nodes do.

use crate::nodes::people::{self, Linked};
use crate::nodes::{BANK, Balancer, Node, Postgres, Relay};
use crate::product::programs;
use server::vault::KeyRing;
use std::net::{Ipv4Addr, SocketAddr};
use tempfile::TempDir;

/// How much there is of everything.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub people: usize,
    pub browsers_each: usize,
    /// Notifications each second.
    pub rate: u64,
}

pub struct Cluster {
    pub postgres: Postgres,
    /// The last node's way to the database.
    pub relay: Relay,
    pub nodes: [Node; 3],
    pub balancer: Balancer,
    pub people: Vec<Linked>,
    bank: String,
    folder: TempDir,
}

impl Cluster {
    pub async fn start(people: usize) -> Self {
        Self::on(Postgres::start().await, people).await
    }

    /// All nodes find an empty database at the same moment; they start again once there are people.
    pub async fn on(postgres: Postgres, people: usize) -> Self {
        let relay = Relay::to(postgres.address).await;
        let folder = tempfile::tempdir_in(programs()).expect("a folder");
        KeyRing::create(&folder.path().join("keyring")).expect("a key ring");
        let node =
            |n: u32, database: SocketAddr| Node::new(&format!("node-{n}"), postgres.url_at(database), folder.path());
        let nodes = [node(1, postgres.address), node(2, postgres.address), node(3, relay.address)];
        let addresses = [nodes[0].address, nodes[1].address, nodes[2].address];
        let bank = Ipv4Addr::from(BANK).to_string();
        let balancer = Balancer::start(folder.path(), &bank, addresses);
        let mut cluster = Self { postgres, relay, nodes, balancer, people: Vec::new(), bank, folder };
        cluster.start_nodes().await;
        cluster.stop_nodes().await;
        let ring = cluster.folder.path().join("keyring");
        cluster.people = people::link(&cluster.postgres.url(), &ring, people).await;
        cluster.start_nodes().await;
        cluster.balancer.until_all_are_in().await;
        cluster
    }

    /// All at once.
    pub async fn start_nodes(&mut self) {
        for n in 0..self.nodes.len() {
            self.launch(n);
        }
        for node in &mut self.nodes {
            node.until_ready().await;
        }
    }

    pub fn launch(&mut self, n: usize) {
        self.nodes[n].launch(self.balancer.address, &self.bank);
    }

    /// Starts it, and waits until it gets its share again.
    pub async fn start_node(&mut self, n: usize) {
        self.launch(n);
        self.nodes[n].until_ready().await;
        self.balancer.until_all_are_in().await;
    }

    /// Those that run, all at once.
    pub async fn stop_nodes(&mut self) {
        let mut running: Vec<_> = self.nodes.iter_mut().filter(|node| node.is_running()).collect();
        for node in &mut running {
            node.tell_to_end().await;
        }
        for node in running {
            node.until_ended().await;
        }
    }

    /// A file beside the nodes.
    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub fn logs(&self) -> String {
        let log = |node: &Node| [node.name.clone(), node.log()].join(":\n");
        self.nodes.iter().map(log).collect::<Vec<_>>().join("\n")
    }
}

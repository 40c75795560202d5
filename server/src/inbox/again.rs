//! What a stored delivery comes to when it is processed again.

use super::entering::entering;
use super::opened::{Fault, Opened, done};
use super::{opened, trust_card, trust_text, trust_with};
use crate::clock::Moment;
use crate::links::{Asked, CONFIRM_AFTER, Links};
use crate::store::{
    Again, Channel, Claimant, DeliveryOutcome, DeliveryRecord, DeliveryState, DueDelivery, Planned, ReplayAct,
};
use crate::vault::{Vault, VaultError};
use crate::webhooks::event::Event;
use crate::webhooks::{Anew, Criteria};
use app::backend::Verdict;
use bytes::Bytes;
use domain::ids::UserId;

/// Plans groups of arrivals.
pub(super) struct Planner<'p> {
    pub(super) vault: &'p Vault,
    pub(super) links: &'p Links,
    pub(super) criteria: &'p Criteria,
    pub(super) act: &'p ReplayAct,
    pub(super) now: Moment,
}

/// A delivery that may have its effect.
struct LetIn {
    opened: Opened,
    /// It was let in before.
    accepted: bool,
    /// It has had it.
    had: bool,
    /// As it is judged now.
    anew: Anew,
}

impl Planner<'_> {
    /// What is to be made of each, in their order.
    pub(super) async fn plan(&self, group: Vec<DeliveryRecord>) -> Result<Vec<Again>, VaultError> {
        let (mut planned, mut payments) = (Vec::with_capacity(group.len()), Vec::new());
        for record in group {
            match self.let_in(record).await? {
                Err(stays) => planned.push(stays),
                Ok(let_in) if matches!(let_in.opened.event, Event::CardTransaction { .. }) => payments.push(let_in),
                Ok(let_in) => planned.push(self.token(let_in).await?),
            }
        }
        planned.extend(self.payments(payments).await?);
        planned.sort_unstable_by_key(|again| again.claimant.id);
        Ok(planned)
    }

    /// Whether a delivery may have its effect, by its evidence or by an operator's word.
    async fn let_in(&self, record: DeliveryRecord) -> Result<Result<LetIn, Again>, VaultError> {
        let had = record.verdict == Verdict::Accepted && record.state == DeliveryState::Done;
        let accepted = matches!(record.verdict, Verdict::Accepted | Verdict::Duplicate);
        let body = match opened(self.vault, &record).await {
            Ok(Some(body)) => Bytes::from(body),
            Ok(None) => return Ok(Err(gone(&due(record), accepted, "no-body"))),
            Err(VaultError::Sealed(_)) => return Ok(Err(gone(&due(record), accepted, "unreadable-body"))),
            Err(error) => return Err(error),
        };
        let delivery = due(record);
        if !accepted && is_cut(&delivery) {
            return Ok(Err(gone(&delivery, accepted, "cut-body")));
        }
        let anew = self.criteria.judge(&delivery.peer, &delivery.content_type, &body, delivery.received_at).await;
        let by_word = !matches!(self.act, ReplayAct::Replay);
        // What the bank has vouched for stays let in, whatever it came with.
        if !(accepted || by_word || anew.verdict == Verdict::Accepted) {
            return Ok(Err(self.judged(&delivery, &anew)));
        }
        match Opened::read(self.vault, delivery).await {
            Ok(opened) => Ok(Ok(LetIn { opened, accepted, had, anew })),
            // What keeps a whole group from being read is no fault of one delivery.
            Err((_, Fault::Passing(error))) => Err(error),
            Err((delivery, Fault::Final(code))) => Ok(Err(gone(&delivery, accepted, code))),
            Err((delivery, Fault::Failed(_))) => Ok(Err(gone(&delivery, accepted, "unreadable-body"))),
        }
    }

    /// It stays out, for the reason that holds now.
    fn judged(&self, delivery: &DueDelivery, anew: &Anew) -> Again {
        let ask_at = (anew.verdict == Verdict::Held).then_some(self.now);
        let outcome = DeliveryOutcome {
            ask_at,
            attempts: 0,
            trust: Some(with_new_trust(delivery, anew)),
            ..done(delivery, anew.verdict, anew.reason)
        };
        Again { claimant: nothing_claimed(delivery), planned: Planned::Stay(anew.reason), outcome }
    }

    async fn payments(&self, payments: Vec<LetIn>) -> Result<Vec<Again>, VaultError> {
        let facts: Vec<_> =
            payments.iter().map(|let_in| (self.claimant(let_in), let_in.had, self.base(let_in))).collect();
        let opened = payments.into_iter().map(|let_in| let_in.opened).collect();
        let entering = entering(&self.links.store, self.vault, opened).await?;
        Ok(entering
            .into_iter()
            .zip(facts)
            .map(|((_, payments, outcome), (claimant, had, base))| {
                let outcome = DeliveryOutcome { attempts: 0, trust: base.trust, ..outcome };
                Again { claimant, planned: Planned::Pay { payments, had }, outcome }
            })
            .collect())
    }

    async fn token(&self, let_in: LetIn) -> Result<Again, VaultError> {
        let claimant = self.claimant(&let_in);
        let base = self.base(&let_in);
        let opened = &let_in.opened;
        // A link is made once: it may have been forgotten since, or go on with a newer token.
        if let_in.had {
            return Ok(Again { claimant, planned: Planned::Had, outcome: base });
        }
        let at = opened.delivery.received_at;
        let (planned, user) = match &opened.event {
            Event::TokenCreated { token, custom_reference } => {
                let (user, intent) = match self.act {
                    ReplayAct::Attach(Some(user)) => (user.clone(), None),
                    ReplayAct::Attach(None) => return Ok(refused(claimant, base, "nobody")),
                    ReplayAct::Replay | ReplayAct::Release => {
                        match self.links.asked(custom_reference.as_deref(), at).await? {
                            Asked::For { user, intent } => (user, Some(intent)),
                            Asked::Nothing(problem) => return Ok(refused(claimant, base, problem)),
                        }
                    }
                };
                let offer = self.links.kept_offer(&user, token, Channel::Notification, intent.as_ref(), at).await?;
                (Planned::Link(offer), Some(user))
            }
            Event::TokenRevoked { token } => {
                let token_fp = self.vault.fingerprint(token);
                let user = self.links.store.link_by_token(&token_fp).await?.map(|link| link.user_id);
                (Planned::Revoke { token_fp, check_at: self.now.plus(CONFIRM_AFTER), at }, user)
            }
            Event::CardTransaction { .. } => return Ok(refused(claimant, base, "bad-transaction")),
        };
        let reseal = self.reseal(opened, user.as_ref()).await?;
        Ok(Again { claimant, planned, outcome: DeliveryOutcome { user_id: user, reseal, ..base } })
    }

    async fn reseal(&self, opened: &Opened, user: Option<&UserId>) -> Result<Option<(String, Vec<u8>)>, VaultError> {
        Ok(match user {
            Some(user) => Some(opened.reseal(self.vault, user).await?),
            None => None,
        })
    }

    /// Its hash is looked at where it is what lets it in. By an operator's word it may be what was wrong; and of what was let in
    /// before it is known no longer.
    fn claimant(&self, let_in: &LetIn) -> Claimant {
        match self.act {
            ReplayAct::Replay if !let_in.accepted => let_in.opened.claimant(self.vault),
            _ => let_in.opened.vouched(),
        }
    }

    fn base(&self, let_in: &LetIn) -> DeliveryOutcome {
        let delivery = &let_in.opened.delivery;
        let trust = (!let_in.had).then(|| match self.act {
            ReplayAct::Replay => with_new_trust(delivery, &let_in.anew),
            _ => trust_with(&with_new_trust(delivery, &let_in.anew), "operator", Some(true), self.act.code()),
        });
        DeliveryOutcome { attempts: 0, trust, ..done(delivery, Verdict::Accepted, "") }
    }
}

fn refused(claimant: Claimant, base: DeliveryOutcome, why: &'static str) -> Again {
    let outcome = DeliveryOutcome { verdict: Verdict::Quarantined, reason: why, ..base };
    Again { claimant, planned: Planned::Stay(why), outcome }
}

/// What was made of it stands.
fn gone(delivery: &DueDelivery, accepted: bool, why: &'static str) -> Again {
    let planned = if accepted { Planned::Had } else { Planned::Gone(why) };
    Again { claimant: nothing_claimed(delivery), planned, outcome: done(delivery, delivery.verdict, why) }
}

/// Of what was refused only the beginning is kept, which says nothing.
fn is_cut(delivery: &DueDelivery) -> bool {
    trust_card(&delivery.trust).iter().any(|signal| signal.name == "body")
}

/// Of one that has no effect.
fn nothing_claimed(delivery: &DueDelivery) -> Claimant {
    let (reference, core_mac) = (delivery.reference.clone(), delivery.core_mac.clone());
    Claimant { id: delivery.id, reference, core_mac, hash: None }
}

/// The card of its arrival, with what is judged otherwise now.
fn with_new_trust(delivery: &DueDelivery, anew: &Anew) -> String {
    let mut trust = trust_card(&delivery.trust);
    trust.retain(|signal| anew.trust.iter().all(|new| new.name != signal.name));
    let mut card = anew.trust.clone();
    card.append(&mut trust);
    trust_text(&card)
}

fn due(record: DeliveryRecord) -> DueDelivery {
    DueDelivery {
        id: record.id,
        received_at: record.received_at,
        reference: record.reference,
        event_name: record.event_name,
        verdict: record.verdict,
        reason: record.reason,
        body_key: record.body_key,
        body: record.body,
        core_mac: record.core_mac,
        card_ref: record.card_ref,
        attempts: record.attempts,
        peer: record.peer,
        content_type: record.content_type,
        trust: record.trust,
        due_at: record.received_at,
    }
}

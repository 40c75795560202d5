//! Deaths of the process and of the power.

use faults::campaign::Campaign;
use faults::cut::Cut;
use faults::kill::ALL;
use faults::product::bank;

const DEATHS_AT_EACH_PLACE: u32 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_nothing_happens_twice_wherever_it_dies() {
    let mut campaign = Campaign::begin(&bank().await, 1).await;
    for _ in 0..DEATHS_AT_EACH_PLACE {
        for kill in &ALL {
            campaign.live_until(kill).await;
        }
    }
    let ended = campaign.end().await;
    assert!(ended.faults().is_empty(), "{:#?}\n{:#?}", ended.faults(), ended.tallies);
    assert!(ended.report.acknowledged > 100, "{:?}", ended.report);
    for kill in &ALL {
        let tally = ended.tallies[kill.key];
        assert!(tally.deaths == DEATHS_AT_EACH_PLACE && tally.missed < tally.deaths, "{kill:?} {tally:?}");
    }
}

/// The proof that the test above can fail.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_sync_is_found_out() {
    for mode in ["OFF", "NORMAL"] {
        let mut campaign = Campaign::begin(&bank().await, 1).await;
        campaign.always = format!("store.synchronous=return({mode})");
        campaign.cut = Some(Cut::Forgotten);
        let after_an_answer = ALL.iter().find(|kill| kill.key == "K7").unwrap();
        for _ in 0..3 {
            campaign.live_until(after_an_answer).await;
        }
        let ended = campaign.end().await;
        let lost = ended.faults().iter().filter(|fault| fault.starts_with("LOST")).count();
        assert!(lost >= 3, "{mode}: {:#?}", ended.faults());
    }
}

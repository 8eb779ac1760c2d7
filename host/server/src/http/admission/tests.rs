use super::{Admission, Admitted, Shares};
use crate::{gate::error::GateError, identity::principal::Principal};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::task::{JoinHandle, yield_now};

const SHARES: Shares = Shares { in_flight: 2, queue: 8, in_flight_of_one: 1, queue_of_one: 4, rate_of_one: 3 };

fn somebody(name: &str) -> Principal {
    Principal { name: name.into(), ..Principal::anonymous() }
}

async fn admitted(admission: &Admission, name: &str) -> Admitted {
    admission.enter(&somebody(name), Instant::now()).unwrap().admit().await.unwrap()
}

/// Waits for its turn beside the test, says when it came, and ends at once.
fn waits(admission: &Admission, name: &'static str, order: &Arc<Mutex<Vec<&'static str>>>) -> JoinHandle<()> {
    let waiting = admission.enter(&somebody(name), Instant::now()).unwrap();
    let order = order.clone();
    tokio::spawn(async move {
        let _admitted = waiting.admit().await.unwrap();
        order.lock().unwrap().push(name);
    })
}

#[tokio::test]
async fn turns_go_round_among_callers_and_not_among_requests() {
    let admission = Admission::new(Shares { in_flight: 1, ..SHARES });
    let order = Arc::new(Mutex::new(Vec::new()));
    let first = admitted(&admission, "flood").await;
    let mut waiting: Vec<_> = (0..4).map(|_| waits(&admission, "flood", &order)).collect();
    yield_now().await;
    waiting.push(waits(&admission, "quiet", &order));
    waiting.push(waits(&admission, "other", &order));
    yield_now().await;
    assert_eq!(admission.standing(), (1, 6));
    drop(first);
    for one in waiting {
        one.await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), ["flood", "quiet", "other", "flood", "flood", "flood"]);
    assert_eq!(admission.standing(), (0, 0));
}

#[tokio::test]
async fn a_caller_has_all_places_alone_and_a_share_of_them_beside_others() {
    let admission = Admission::new(SHARES);
    let both = (admitted(&admission, "flood").await, admitted(&admission, "flood").await);
    let order = Arc::new(Mutex::new(Vec::new()));
    let quiet = waits(&admission, "quiet", &order);
    let flood = waits(&admission, "flood", &order);
    yield_now().await;
    // Both places are the flood's: of the first that is free none goes back to it.
    drop(both.0);
    quiet.await.unwrap();
    yield_now().await;
    assert_eq!(*order.lock().unwrap(), ["quiet"], "the flood has its share already");
    drop(both.1);
    flood.await.unwrap();
    assert_eq!(*order.lock().unwrap(), ["quiet", "flood"]);
}

#[tokio::test]
async fn too_many_of_one_and_too_many_of_all_are_told_apart_and_say_both_numbers() {
    let admission = Admission::new(Shares { queue: 6, ..SHARES });
    let enter = |name: &str| admission.enter(&somebody(name), Instant::now());
    let other = enter("other").unwrap();
    let flood: Vec<_> = (0..5).map(|_| enter("flood").unwrap()).collect();
    let refused = enter("flood").unwrap_err();
    assert!(matches!(refused, GateError::OverShare { used: 6, allowed: 5, .. }), "{refused}");
    let third = (enter("third").unwrap(), enter("third").unwrap());
    let refused = enter("fourth").unwrap_err();
    assert!(matches!(refused, GateError::Overloaded { used: 9, allowed: 8 }), "{refused}");
    drop((flood, other, third));
    assert_eq!(admission.standing(), (0, 0));
    assert!(enter("flood").is_ok());
}

#[tokio::test]
async fn who_hangs_up_takes_no_turn_and_keeps_no_place() {
    let admission = Admission::new(Shares { in_flight: 1, ..SHARES });
    let order = Arc::new(Mutex::new(Vec::new()));
    let first = admitted(&admission, "flood").await;
    let gone = waits(&admission, "gone", &order);
    let there = waits(&admission, "there", &order);
    yield_now().await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    drop(first);
    there.await.unwrap();
    assert_eq!(*order.lock().unwrap(), ["there"]);
    // Granted in the same moment in which it goes: the place comes back.
    let first = admitted(&admission, "flood").await;
    let gone = waits(&admission, "gone", &order);
    yield_now().await;
    drop(first);
    gone.abort();
    let _ended = gone.await;
    assert_eq!(admission.standing(), (0, 0));
    drop(admitted(&admission, "flood").await);
}

#[test]
fn each_second_has_so_many_requests_of_one_caller() {
    let admission = Admission::new(SHARES);
    let start = Instant::now();
    let count = |name: &str, ms: u64| admission.count(&somebody(name), start + Duration::from_millis(ms));
    assert!((0..3).all(|_| count("flood", 0).is_ok()));
    let refused = count("flood", 999).unwrap_err();
    assert_eq!(refused.to_string(), "requests in a second of `flood`: 4 used, 3 allowed");
    assert!(count("quiet", 999).is_ok());
    assert!(count("flood", 1000).is_ok());
}

#[test]
fn a_name_in_another_scope_is_somebody_else() {
    let admission = Admission::new(SHARES);
    let here = somebody("ci");
    let there = Principal { scope: "other".into(), ..somebody("ci") };
    let now = Instant::now();
    assert!((0..3).all(|_| admission.count(&here, now).is_ok()) && admission.count(&here, now).is_err());
    assert!(admission.count(&there, now).is_ok());
}

//! The classification natively, without WebAssembly.

use plugin_name::{PluginName, Settings};
use tidegate_sdk::{
    fixture::incident,
    severity::{Classifier, DataState, Incident, Priority, ServiceState},
};

fn priority(change: impl FnOnce(&mut Incident<Settings>)) -> Priority {
    let mut asked = incident(Settings {
        many_users_percent: 10.0,
    });
    change(&mut asked);
    PluginName::classify(&asked).unwrap().priority
}

#[test]
fn the_worst_thing_known_decides() {
    assert_eq!(priority(|_| {}), Priority::P3);
    assert_eq!(
        priority(|asked| asked.users_affected_percent = Some(10.0)),
        Priority::P3
    );
    assert_eq!(
        priority(|asked| asked.users_affected_percent = Some(10.1)),
        Priority::P1
    );
    assert_eq!(
        priority(|asked| asked.service = ServiceState::Outage),
        Priority::P0
    );
}

#[test]
fn what_nobody_knows_is_not_minor() {
    assert_eq!(
        priority(|asked| asked.users_affected_percent = None),
        Priority::P2
    );
    assert_eq!(
        priority(|asked| asked.service = ServiceState::Unknown),
        Priority::P2
    );
    assert_eq!(
        priority(|asked| asked.data = DataState::Unknown),
        Priority::P2
    );
}

//! `tidegate watch tail`: each look of a watch, as it is made, until the watch is over.

use super::{said, whole};
use crate::{
    api::watches::WatchBody,
    cli::asked::{Gate, Undone},
    render::looks,
};
use std::{thread, time::Duration};

/// How often the gate is asked, at most and at least: half of the watch's step between.
const PAUSE_MIN: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(10);
const RUNNING: &str = "running";

pub(super) fn run(gate: &Gate, id: &str) -> Result<(), Undone> {
    let mut last = None;
    loop {
        let one = gate.ask(|gate| gate.watch(id))?;
        if let Some(seen) = one.seen.as_ref().filter(|seen| last.as_ref() != Some(&seen.at)) {
            said(&looks::block(seen))?;
            last = Some(seen.at.clone());
        }
        if one.state != RUNNING {
            return said(&whole(&one));
        }
        thread::sleep(pause(&one));
    }
}

fn pause(one: &WatchBody) -> Duration {
    Duration::from_millis(one.step_ms / 2).clamp(PAUSE_MIN, PAUSE_MAX)
}

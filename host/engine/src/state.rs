//! What a store holds: one call's evidence, log, meter, deadline and, where it is granted, its inert machine. Made fresh for every call and dropped with it.

use crate::{
    config::Limits,
    evaluate::LogLine,
    evidence::{columns::ColumnCache, shown::Shown},
    log_book::LogBook,
    memory::Meter,
    stop::Deadline,
    wasi::Inert,
};
use std::sync::Arc;

/// One call's state.
pub(crate) struct State {
    /// The documents bound to this evaluation; none while a plugin is loaded.
    pub(crate) shown: Shown,
    /// What the plugin wrote.
    pub(crate) log: LogBook,
    /// What the instance took.
    pub(crate) meter: Meter,
    /// Until when it may run.
    pub(crate) deadline: Deadline,
    /// What it may hand over and ask for.
    pub(crate) limits: Limits,
    /// Columns of scans, shared by all evaluations.
    pub(crate) columns: Arc<ColumnCache>,
    /// What WASI speaks to; none where the plugin does not import it.
    pub(crate) inert: Option<Box<Inert>>,
}

impl State {
    /// A state for one call.
    pub(crate) fn new(
        shown: Shown,
        inert: Option<Box<Inert>>,
        limits: Limits,
        deadline: Deadline,
        columns: Arc<ColumnCache>,
    ) -> Self {
        let (log, meter) = (LogBook::new(&limits), Meter::new(limits.plugin_memory_bytes));
        Self { shown, log, meter, deadline, limits, columns, inert }
    }

    /// Everything that the plugin wrote, also what it printed.
    pub(crate) fn written(mut self) -> Vec<LogLine> {
        if let Some(inert) = &mut self.inert {
            inert.close(&mut self.log);
        }
        self.log.close()
    }
}

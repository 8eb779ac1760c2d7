//! The contract's imports: every function of `evidence` and `log`. Each takes its arguments, looks up what its handle points
//! to, and leaves the work to plain functions over core's rows.

use super::{
    arguments::{IssueFilterArgument, VulnerabilityFilterArgument, reports, statuses, texts},
    licenses::{Allowed, Denied},
    page::{Clock, Page},
    rows::{
        ColumnsRow, ComponentsHandle, DocumentHandle, FieldsRow, ScanHandle, ScanKindRow, StatusRow, TestsHandle,
        VulnerabilitiesHandle,
    },
    scans, small, tests_report, vulnerabilities,
};
use crate::{evaluate::LogLevel, state::State, stop::Stop};
use std::sync::Arc;
use wasmtime::{
    Engine, Result, StoreContextMut,
    component::{ComponentType, Lift, Linker, LinkerInstance, Resource, ResourceType, WasmList, WasmStr},
};

type Store<'a> = StoreContextMut<'a, State>;
type Interface<'a> = LinkerInstance<'a, State>;

/// Everything that a plugin may import. Names are matched by their compatible version: 0.1.x.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    linker.instance("tidegate:policy/types@0.1.0")?;
    linker.instance("tidegate:policy/log@0.1.0")?.func_wrap("write", write)?;
    let evidence = &mut linker.instance("tidegate:policy/evidence@0.1.0")?;
    link_documents(evidence)?;
    link_tests(evidence)?;
    link_scans(evidence)?;
    link_vulnerabilities(evidence)?;
    link_components(evidence)?;
    Ok(linker)
}

impl State {
    fn clock(&self) -> Clock {
        Clock::new(self.deadline.at)
    }

    fn page(&self, offset: u32, limit: u32) -> Page {
        Page::new(offset, limit, self.limits.page_rows_max)
    }
}

/// A kind of handle. What it points to belongs to the store and lives as long, so nothing happens when one is dropped.
fn handle<T: 'static>(interface: &mut Interface<'_>, name: &str) -> Result<()> {
    interface.resource(name, ResourceType::host::<T>(), |_, _| Ok(()))
}

fn link_documents(interface: &mut Interface<'_>) -> Result<()> {
    handle::<DocumentHandle>(interface, "document")?;
    interface.func_wrap("documents", |store: Store<'_>, (): ()| {
        Ok((small::documents::<DocumentHandle>(store.data().shown.own()),))
    })?;
    interface.func_wrap("baseline", |store: Store<'_>, (): ()| Ok((small::baseline(&store.data().shown),)))?;
    interface.func_wrap("[method]document.source", |store: Store<'_>, (this,): (Resource<DocumentHandle>,)| {
        Ok((small::source(store.data().shown.document(this.rep())?),))
    })?;
    interface.func_wrap("[method]document.contents", |store: Store<'_>, (this,): (Resource<DocumentHandle>,)| {
        let shown = &store.data().shown;
        Ok((small::contents(shown, shown.document(this.rep())?),))
    })?;
    interface.func_wrap(
        "[method]document.bytes",
        |store: Store<'_>, (this, offset, len): (Resource<DocumentHandle>, u64, u32)| {
            Ok((small::bytes(store.data().shown.document(this.rep())?, offset, len),))
        },
    )?;
    interface.func_wrap("[method]document.size", |store: Store<'_>, (this,): (Resource<DocumentHandle>,)| {
        Ok((store.data().shown.document(this.rep())?.evidence.document.bytes.len() as u64,))
    })
}

fn link_tests(interface: &mut Interface<'_>) -> Result<()> {
    type This = Resource<TestsHandle>;
    handle::<TestsHandle>(interface, "test-report")?;
    interface.func_wrap("[method]test-report.totals", |store: Store<'_>, (this,): (This,)| {
        let state = store.data();
        Ok((tests_report::totals(state.shown.tests(this.rep())?, state.clock())?,))
    })?;
    interface.func_wrap("[method]test-report.suites", |store: Store<'_>, (this,): (This,)| {
        Ok((store.data().shown.tests(this.rep())?.suites.clone(),))
    })?;
    interface.func_wrap("[method]test-report.contradictions", |store: Store<'_>, (this,): (This,)| {
        Ok((store.data().shown.tests(this.rep())?.contradictions.clone(),))
    })?;
    interface.func_wrap(
        "[method]test-report.cases",
        |mut store: Store<'_>, (this, list, offset, limit): (This, WasmList<StatusRow>, u32, u32)| {
            let wanted = statuses(&mut store, &list)?;
            let state = store.data();
            let report = state.shown.tests(this.rep())?;
            Ok((tests_report::cases(report, wanted, state.page(offset, limit), state.clock())?,))
        },
    )?;
    interface.func_wrap(
        "[method]test-report.missing-from",
        |store: Store<'_>, (this, other, limit): (This, This, u32)| {
            let state = store.data();
            let (here, other) = (state.shown.tests(this.rep())?, state.shown.tests(other.rep())?);
            Ok((tests_report::missing(here, other, state.page(0, limit), state.clock())?,))
        },
    )
}

fn link_scans(interface: &mut Interface<'_>) -> Result<()> {
    type This = Resource<ScanHandle>;
    type Filter = IssueFilterArgument;
    handle::<ScanHandle>(interface, "scan-report")?;
    interface.func_wrap("[method]scan-report.kind", |store: Store<'_>, (this,): (This,)| {
        Ok((ScanKindRow::from(store.data().shown.scan(this.rep())?.kind),))
    })?;
    interface.func_wrap(
        "[method]scan-report.suppressions",
        |mut store: Store<'_>, (this, filter): (This, Filter)| {
            let filter = filter.compile(&mut store)?;
            let state = store.data();
            Ok((scans::suppressions(state.shown.scan(this.rep())?, filter, state.clock())?,))
        },
    )?;
    interface.func_wrap("[method]scan-report.count", |mut store: Store<'_>, (this, filter): (This, Filter)| {
        let filter = filter.compile(&mut store)?;
        let state = store.data();
        Ok((scans::count(state.shown.scan(this.rep())?, &filter, state.clock())?,))
    })?;
    interface.func_wrap(
        "[method]scan-report.issues",
        |mut store: Store<'_>, (this, filter, fields, offset, limit): (This, Filter, FieldsRow, u32, u32)| {
            let filter = filter.compile(&mut store)?;
            let state = store.data();
            let (scan, page) = (state.shown.scan(this.rep())?, state.page(offset, limit));
            Ok((scans::issues(scan, &filter, fields, page, state.clock())?,))
        },
    )?;
    interface.func_wrap(
        "[method]scan-report.not-in",
        |mut store: Store<'_>,
         (this, others, filter, fields, offset, limit): (This, Vec<This>, Filter, FieldsRow, u32, u32)| {
            let filter = filter.compile(&mut store)?;
            let (state, page) = (store.data(), store.data().page(offset, limit));
            let (here, others) = (state.shown.scan(this.rep())?, reports(&others, |place| state.shown.scan(place))?);
            Ok((scans::not_in(here, &others, &filter, fields, page, state.clock())?,))
        },
    )?;
    interface.func_wrap("[method]scan-report.columns", |store: Store<'_>, (this,): (This,)| {
        let state = store.data();
        let columns = state.columns.of(state.shown.scan(this.rep())?);
        Ok((ColumnsRow {
            severities: Arc::clone(&columns.severities),
            rules: Arc::clone(&columns.rules),
            paths: Arc::clone(&columns.paths),
            lines: Arc::clone(&columns.lines),
        },))
    })?;
    interface.func_wrap("[method]scan-report.text", |store: Store<'_>, (this, id): (This, u32)| {
        let state = store.data();
        let columns = state.columns.of(state.shown.scan(this.rep())?);
        Ok((columns.text(id).map(Arc::clone).ok_or(Stop::NoSuchText { id })?,))
    })
}

fn link_vulnerabilities(interface: &mut Interface<'_>) -> Result<()> {
    type This = Resource<VulnerabilitiesHandle>;
    type Filter = VulnerabilityFilterArgument;
    handle::<VulnerabilitiesHandle>(interface, "vulnerability-report")?;
    interface.func_wrap(
        "[method]vulnerability-report.count",
        |mut store: Store<'_>, (this, filter): (This, Filter)| {
            let filter = filter.compile(&mut store)?;
            let state = store.data();
            Ok((vulnerabilities::count(state.shown.vulnerabilities(this.rep())?, &filter, state.clock())?,))
        },
    )?;
    interface.func_wrap(
        "[method]vulnerability-report.vulnerabilities",
        |mut store: Store<'_>, (this, filter, offset, limit): (This, Filter, u32, u32)| {
            let filter = filter.compile(&mut store)?;
            let state = store.data();
            let (report, page) = (state.shown.vulnerabilities(this.rep())?, state.page(offset, limit));
            Ok((vulnerabilities::list(report, &filter, page, state.clock())?,))
        },
    )?;
    interface.func_wrap(
        "[method]vulnerability-report.not-in",
        |mut store: Store<'_>, (this, others, filter, offset, limit): (This, Vec<This>, Filter, u32, u32)| {
            let filter = filter.compile(&mut store)?;
            let (state, page) = (store.data(), store.data().page(offset, limit));
            let here = state.shown.vulnerabilities(this.rep())?;
            let others = reports(&others, |place| state.shown.vulnerabilities(place))?;
            Ok((vulnerabilities::not_in(here, &others, &filter, page, state.clock())?,))
        },
    )?;
    interface.func_wrap("[method]vulnerability-report.known-exploited", |store: Store<'_>, (this,): (This,)| {
        let state = store.data();
        Ok((vulnerabilities::known_exploited(state.shown.vulnerabilities(this.rep())?, state.clock())?,))
    })?;
    interface.func_wrap(
        "[method]vulnerability-report.claims",
        |store: Store<'_>, (this, offset, limit): (This, u32, u32)| {
            let state = store.data();
            let report = state.shown.vulnerabilities(this.rep())?;
            Ok((vulnerabilities::claims(report, state.page(offset, limit), state.clock())?,))
        },
    )?;
    interface.func_wrap("[method]vulnerability-report.database-at", |store: Store<'_>, (this,): (This,)| {
        Ok((store.data().shown.vulnerabilities(this.rep())?.database_at.map(|at| at.nanos()),))
    })
}

fn link_components(interface: &mut Interface<'_>) -> Result<()> {
    type This = Resource<ComponentsHandle>;
    handle::<ComponentsHandle>(interface, "bill-of-materials")?;
    interface.func_wrap("[method]bill-of-materials.len", |store: Store<'_>, (this,): (This,)| {
        let len = store.data().shown.components(this.rep())?.components.len();
        Ok((u32::try_from(len).unwrap_or(u32::MAX),))
    })?;
    interface.func_wrap(
        "[method]bill-of-materials.components",
        |store: Store<'_>, (this, offset, limit): (This, u32, u32)| {
            let state = store.data();
            let bill = state.shown.components(this.rep())?;
            Ok((small::components(bill, |_| true, state.page(offset, limit), state.clock())?,))
        },
    )?;
    interface.func_wrap(
        "[method]bill-of-materials.outside-licenses",
        |mut store: Store<'_>, (this, allowed, offset, limit): (This, WasmList<WasmStr>, u32, u32)| {
            let allowed = Allowed::new(texts(&mut store, "entries of `allowed`", &allowed)?);
            let state = store.data();
            let bill = state.shown.components(this.rep())?;
            Ok((small::components(bill, |one| !allowed.covers(one), state.page(offset, limit), state.clock())?,))
        },
    )?;
    interface.func_wrap(
        "[method]bill-of-materials.inside-licenses",
        |mut store: Store<'_>, (this, denied, offset, limit): (This, WasmList<WasmStr>, u32, u32)| {
            let denied = Denied::new(texts(&mut store, "entries of `denied`", &denied)?);
            let state = store.data();
            let bill = state.shown.components(this.rep())?;
            Ok((small::components(bill, |one| denied.names(one), state.page(offset, limit), state.clock())?,))
        },
    )
}

#[derive(ComponentType, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "made only by being lifted from a plugin's memory")]
enum Level {
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
}

fn write(mut store: Store<'_>, (level, message): (Level, WasmStr)) -> Result<()> {
    if store.data_mut().log.is_full() {
        return Ok(());
    }
    let level = match level {
        Level::Debug => LogLevel::Debug,
        Level::Info => LogLevel::Info,
        Level::Warn => LogLevel::Warn,
        Level::Error => LogLevel::Error,
    };
    let line = store.data().log.cut(&message.to_str(&store)?).to_owned();
    store.data_mut().log.write(level, line);
    Ok(())
}

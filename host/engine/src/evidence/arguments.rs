//! What plugins hand to the evidence interface: measured first, then copied, then compiled.

use super::{
    filter::{ExceptUnder, Exploited, Fixable, IssueFilter, Names, NotAffected, Suppressed, VulnerabilityFilter},
    rows::{SeverityRow, StatusRow},
    tests_report::Statuses,
};
use crate::{state::State, stop::Stop};
use std::sync::Arc;
use tidegate_core::time::Timestamp;
use wasmtime::{
    StoreContextMut,
    component::{ComponentType, Lift, Resource, WasmList, WasmStr},
};

/// Entries of one list, at most.
const ENTRIES_MAX: usize = 256;

/// `issue-filter`, still in the plugin's memory.
#[derive(ComponentType, Lift)]
#[component(record)]
pub(super) struct IssueFilterArgument {
    #[component(name = "at-least")]
    at_least: SeverityRow,
    #[component(name = "include-suppressed")]
    include_suppressed: bool,
    #[component(name = "score-at-least")]
    score_at_least: Option<f64>,
    only: WasmList<WasmStr>,
    except: WasmList<WasmStr>,
    #[component(name = "except-under")]
    except_under: WasmList<WasmStr>,
}

/// `vulnerability-filter`, still in the plugin's memory.
#[derive(ComponentType, Lift)]
#[component(record)]
pub(super) struct VulnerabilityFilterArgument {
    #[component(name = "at-least")]
    at_least: SeverityRow,
    #[component(name = "only-fixable")]
    only_fixable: bool,
    #[component(name = "include-not-affected")]
    include_not_affected: bool,
    #[component(name = "only-known-exploited")]
    only_known_exploited: bool,
    #[component(name = "epss-at-least")]
    epss_at_least: Option<f64>,
    #[component(name = "published-before")]
    published_before: Option<u64>,
    except: WasmList<WasmStr>,
}

impl IssueFilterArgument {
    /// Compiles it.
    pub(super) fn compile(&self, store: &mut StoreContextMut<'_, State>) -> wasmtime::Result<IssueFilter> {
        let suppressed = if self.include_suppressed { Suppressed::Counted } else { Suppressed::LeftOut };
        Ok(IssueFilter {
            at_least: self.at_least.into(),
            suppressed,
            score_at_least: self.score_at_least,
            only: Names::new(texts(store, "entries of `only`", &self.only)?),
            except: Names::new(texts(store, "entries of `except`", &self.except)?),
            except_under: ExceptUnder::new(texts(store, "entries of `except-under`", &self.except_under)?),
        })
    }
}

impl VulnerabilityFilterArgument {
    /// Compiles it.
    pub(super) fn compile(&self, store: &mut StoreContextMut<'_, State>) -> wasmtime::Result<VulnerabilityFilter> {
        Ok(VulnerabilityFilter {
            at_least: self.at_least.into(),
            fixable: if self.only_fixable { Fixable::Only } else { Fixable::OrNot },
            not_affected: if self.include_not_affected { NotAffected::Counted } else { NotAffected::LeftOut },
            exploited: if self.only_known_exploited { Exploited::Only } else { Exploited::OrNot },
            epss_at_least: self.epss_at_least,
            published_before: self.published_before.map(Timestamp::from_nanos),
            except: Names::new(texts(store, "entries of `except`", &self.except)?),
        })
    }
}

/// What a list of handles points to.
pub(super) fn reports<'s, H: 'static, T>(
    handles: &[Resource<H>],
    find: impl Fn(u32) -> Result<&'s Arc<T>, Stop>,
) -> Result<Vec<&'s T>, Stop> {
    at_most("entries of `others`", handles.len(), ENTRIES_MAX)?;
    handles.iter().map(|handle| find(handle.rep()).map(|report| &**report)).collect()
}

/// A list of statuses.
pub(super) fn statuses(
    store: &mut StoreContextMut<'_, State>,
    list: &WasmList<StatusRow>,
) -> wasmtime::Result<Statuses> {
    at_most("entries of `statuses`", list.len(), ENTRIES_MAX)?;
    let statuses = list.iter(&mut *store)?.collect::<wasmtime::Result<Vec<_>>>()?;
    Ok(Statuses::new(statuses.into_iter()))
}

/// A list of texts.
pub(super) fn texts(
    store: &mut StoreContextMut<'_, State>,
    what: &'static str,
    list: &WasmList<WasmStr>,
) -> wasmtime::Result<Vec<String>> {
    at_most(what, list.len(), ENTRIES_MAX)?;
    // A place in memory each; the bytes stay where they are until they are measured.
    let places = list.iter(&mut *store)?.collect::<wasmtime::Result<Vec<_>>>()?;
    places.iter().map(|place| text(store, what, place)).collect()
}

fn text(store: &StoreContextMut<'_, State>, what: &'static str, place: &WasmStr) -> wasmtime::Result<String> {
    let allowed = store.data().limits.string_bytes_max as usize;
    let text = place.to_str(store)?;
    at_most(what, text.len(), allowed)?;
    Ok(text.into_owned())
}

fn at_most(what: &'static str, used: usize, allowed: usize) -> Result<(), Stop> {
    if used > allowed {
        return Err(Stop::TooMuch { what, used: used as u64, allowed: allowed as u64 });
    }
    Ok(())
}

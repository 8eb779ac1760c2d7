//! A scan as columns, made once per document and shared by every evaluation that asks.

use super::shown::place;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tidegate_core::evidence::{ScanReport, Suppression};

/// The id that stands for no path.
pub(crate) const NO_PATH: u32 = u32::MAX;
/// Set in a severity when the issue is suppressed on nobody's word that counts.
const CLAIMED: u8 = 64;
/// Set in a severity when the issue's suppression counts.
const TRUSTED: u8 = 128;
/// Scans whose columns are kept.
const SCANS_MAX: usize = 64;

/// The columns of one scan.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// 0 to 4, and [`CLAIMED`] or [`TRUSTED`].
    pub(crate) severities: Arc<[u8]>,
    /// Ids of rules.
    pub(crate) rules: Arc<[u32]>,
    /// Ids of paths, or [`NO_PATH`].
    pub(crate) paths: Arc<[u32]>,
    /// Lines, or 0.
    pub(crate) lines: Arc<[u32]>,
    texts: Vec<Arc<str>>,
}

impl Columns {
    fn of(scan: &ScanReport) -> Self {
        let mut texts = Vec::new();
        let mut ids: HashMap<Arc<str>, u32> = HashMap::new();
        let mut id = |text: &Arc<str>| {
            *ids.entry(Arc::clone(text)).or_insert_with(|| {
                texts.push(Arc::clone(text));
                place(texts.len() - 1)
            })
        };
        let rules = scan.issues.iter().map(|issue| id(&issue.rule)).collect();
        let path = |location: &tidegate_core::evidence::IssueLocation| id(&location.uri);
        let mut path = path;
        let paths = scan.issues.iter().map(|i| i.location.as_ref().map_or(NO_PATH, &mut path)).collect();
        let line = |issue: &tidegate_core::evidence::Issue| issue.location.as_ref().and_then(|l| l.line).unwrap_or(0);
        let severity = |issue: &tidegate_core::evidence::Issue| {
            let suppressed = match issue.suppression {
                Suppression::None => 0,
                Suppression::Claimed => CLAIMED,
                Suppression::Trusted => TRUSTED,
            };
            issue.severity as u8 | suppressed
        };
        Self {
            severities: scan.issues.iter().map(severity).collect(),
            rules,
            paths,
            lines: scan.issues.iter().map(line).collect(),
            texts,
        }
    }

    /// The text behind an id.
    pub(crate) fn text(&self, id: u32) -> Option<&Arc<str>> {
        self.texts.get(id as usize)
    }
}

/// Columns of the scans asked for last.
#[derive(Debug, Default)]
pub(crate) struct ColumnCache(Mutex<Vec<Kept>>);

/// A scan is known by its address. Holding it weakly keeps the address from being used again, not the scan from being freed.
#[derive(Debug)]
struct Kept {
    scan: Weak<ScanReport>,
    columns: Arc<Columns>,
}

impl ColumnCache {
    /// The columns of a scan.
    pub(crate) fn of(&self, scan: &Arc<ScanReport>) -> Arc<Columns> {
        let address = Arc::as_ptr(scan);
        let found = |kept: &&Kept| std::ptr::eq(kept.scan.as_ptr(), address);
        if let Some(kept) = self.lock().iter().find(found) {
            return Arc::clone(&kept.columns);
        }
        // Not under the lock: two threads may both do it, to the same result.
        let columns = Arc::new(Columns::of(scan));
        let mut kept = self.lock();
        kept.retain(|kept| kept.scan.strong_count() > 0);
        let surplus = (kept.len() + 1).saturating_sub(SCANS_MAX);
        kept.drain(..surplus);
        kept.push(Kept { scan: Arc::downgrade(scan), columns: Arc::clone(&columns) });
        columns
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{ColumnCache, Columns, NO_PATH, SCANS_MAX};
    use std::sync::Arc;
    use tidegate_core::{
        evidence::{Issue, IssueLocation, ScanKind, ScanReport, Suppression},
        finding::Severity,
    };

    fn issue(rule: &str, uri: Option<&str>, severity: Severity) -> Issue {
        Issue {
            rule: rule.into(),
            severity,
            message: "".into(),
            location: uri.map(|uri| IssueLocation { uri: uri.into(), line: Some(7) }),
            fingerprint: "".into(),
            score: None,
            suppression: match severity {
                Severity::Critical => Suppression::Trusted,
                Severity::High => Suppression::Claimed,
                _ => Suppression::None,
            },
            tags: Arc::new([]),
        }
    }

    fn scan() -> Arc<ScanReport> {
        Arc::new(ScanReport {
            kind: ScanKind::Analysis,
            issues: vec![
                issue("a", Some("x"), Severity::Info),
                issue("b", None, Severity::High),
                issue("a", Some("a"), Severity::Critical),
            ],
        })
    }

    #[test]
    fn equal_texts_have_equal_ids() {
        let columns = Columns::of(&scan());
        assert_eq!(*columns.severities, [0, 64 + 3, 128 + 4]);
        assert_eq!(*columns.lines, [7, 0, 7]);
        let [a, b, again] = *columns.rules else { panic!("three rows") };
        assert_eq!((a, columns.text(a).map(|text| &**text)), (again, Some("a")));
        assert_eq!(columns.text(b).map(|text| &**text), Some("b"));
        let [x, none, also_a] = *columns.paths else { panic!("three rows") };
        assert_eq!((columns.text(x).map(|text| &**text), none, also_a), (Some("x"), NO_PATH, a));
        assert_eq!((columns.text(3), columns.text(NO_PATH)), (None, None));
    }

    #[test]
    fn a_scan_is_turned_once_while_it_lives() {
        let (cache, scan) = (ColumnCache::default(), scan());
        let first = cache.of(&scan);
        assert!(Arc::ptr_eq(&first, &cache.of(&scan)));
        drop(scan);
        let other = Arc::new(ScanReport::default());
        assert!(cache.of(&other).rules.is_empty());
        assert_eq!(cache.lock().len(), 1, "what nobody holds any more is forgotten");
    }

    #[test]
    fn only_so_many_are_kept() {
        let cache = ColumnCache::default();
        let scans: Vec<_> = (0..SCANS_MAX + 5).map(|_| scan()).collect();
        for scan in &scans {
            cache.of(scan);
        }
        assert_eq!(cache.lock().len(), SCANS_MAX);
    }
}

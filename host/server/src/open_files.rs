//! How many files and connections this process may have open, as the machine says.

use std::fs;

/// What a gate has open besides its connections: its database, its listener, policies that are being read.
const BESIDE_CONNECTIONS: u64 = 128;

/// What to tell whoever starts a gate for so many connections where the machine lets it have fewer.
#[must_use]
pub(crate) fn warning(connections: usize) -> Option<String> {
    // Only Linux says it in a file; elsewhere nobody is warned.
    too_few(&fs::read_to_string("/proc/self/limits").ok()?, connections)
}

fn too_few(limits: &str, connections: usize) -> Option<String> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let allowed: u64 = line.split_whitespace().next()?.parse().ok()?;
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(BESIDE_CONNECTIONS);
    (wanted > allowed).then(|| {
        format!(
            "`limits.connections` is {connections}, but this process may have {allowed} files open: {wanted} are needed (`ulimit \
             -n`, `LimitNOFILE=`), or fewer connections"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{too_few, warning};

    const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units\n\
                          Max processes             95000                95000                processes\n\
                          Max open files            1024                 524288               files\n";

    #[test]
    fn more_connections_than_files_are_warned_of_with_both_numbers() {
        assert_eq!(too_few(LIMITS, 1024 - 128), None);
        let said = too_few(LIMITS, 1024 - 127).unwrap();
        assert!(said.contains("is 897, but") && said.contains("1024 files open: 1025 are needed"), "{said}");
        assert_eq!(too_few("Max open files            unlimited            unlimited            files\n", 4096), None);
        assert_eq!(too_few("", 4096), None);
    }

    #[test]
    fn this_machine_is_asked() {
        assert_eq!(warning(1), None);
        assert!(!cfg!(target_os = "linux") || warning(usize::MAX).is_some());
    }
}

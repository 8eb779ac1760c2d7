//! One repository in its spellings: `git+https://github.com/acme/shop@refs/heads/main`, `https://github.com/acme/shop.git`,
//! `git@github.com:acme/shop`.

use tidegate_sdk::pattern;

/// Whether both name the same repository. Nothing is guessed: without a host it is another one.
pub(super) fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && normal(one) == normal(other)
}

/// Whether one of the patterns means the repository.
pub(super) fn matches_any(patterns: &[String], repository: &str) -> bool {
    let repository = normal(repository);
    patterns.iter().any(|entry| match entry.strip_suffix('*') {
        // A beginning is taken as it is written: what would be cut off an end may be in the middle of it.
        Some(beginning) => repository.starts_with(&host_and_path(beginning)),
        None => pattern::matches(&normal(entry), &repository),
    })
}

/// Host and path, without scheme, user, reference and `.git`.
fn normal(text: &str) -> String {
    let whole = host_and_path(text);
    let (host, path) = whole.split_once('/').unwrap_or((&whole, ""));
    // Behind the path an `@` or `#` begins a reference; before it stands a user, which is cut off already.
    let path = path.split(['@', '#', '?']).next().unwrap_or_default().trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    if path.is_empty() { host.to_owned() } else { format!("{host}/{path}") }
}

fn host_and_path(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("git+").unwrap_or(text);
    let (authority, path) = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/').unwrap_or((rest, "")),
        // As ssh writes it: `user@host:path`.
        None => match text.split_once(':').filter(|(before, _)| before.contains('@') && !before.contains('/')) {
            Some((authority, path)) => (authority, path),
            None => text.split_once('/').unwrap_or((text, "")),
        },
    };
    let host = authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase();
    let has_path = !path.is_empty() || text.ends_with('/');
    if has_path { format!("{host}/{path}") } else { host }
}

#[cfg(test)]
mod tests {
    use super::{matches_any, same};

    #[test]
    fn spellings_of_one_repository_are_the_same_and_others_are_not() {
        let plain = "https://github.com/acme/shop";
        for (other, is_same) in [
            ("https://github.com/acme/shop", true),
            ("https://GitHub.com/acme/shop.git", true),
            ("git+https://github.com/acme/shop@refs/heads/main", true),
            ("git+https://github.com/acme/shop.git#main", true),
            ("ssh://git@github.com/acme/shop", true),
            ("git@github.com:acme/shop.git", true),
            ("github.com/acme/shop/", true),
            ("https://github.com/acme/Shop", false),
            ("https://github.com/acme/shop2", false),
            ("https://github.com/acme", false),
            ("https://github.com@evil.example/acme/shop", false),
            ("https://evil.example/github.com/acme/shop", false),
            ("https://evil.example@github.com.evil.example/acme/shop", false),
            ("acme/shop", false),
            ("", false),
        ] {
            assert_eq!(same(other, plain), is_same, "{other}");
            assert_eq!(same(plain, other), is_same, "{other}");
        }
        assert!(!same("", ""));
    }

    #[test]
    fn a_pattern_means_a_repository_or_those_that_begin_so() {
        for (entry, repository, means) in [
            ("https://github.com/acme/shop", "git+https://github.com/acme/shop@refs/heads/main", true),
            ("https://github.com/acme/shop", "https://github.com/acme/shop-evil", false),
            ("https://github.com/acme/*", "git+https://github.com/acme/shop", true),
            ("https://github.com/acme/*", "https://github.com/acme-evil/shop", false),
            ("https://github.com/acme/*", "https://github.com@evil.example/acme/shop", false),
            ("github.com/acme*", "https://github.com/acme/shop", true),
        ] {
            assert_eq!(matches_any(&[entry.to_owned()], repository), means, "{entry} on {repository}");
        }
        assert!(!matches_any(&[], "https://github.com/acme/shop"));
    }
}

//! Which database it is, and the few words and texts that differ.

use super::Connection;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// Begins what stands for a character that PostgreSQL does not keep, or for itself: U+001A, substitute.
const SUBSTITUTE: char = '\u{1a}';

impl Kind {
    pub(crate) fn of(connection: &Connection) -> Self {
        if connection.backend_name() == "PostgreSQL" { Self::Postgres } else { Self::Sqlite }
    }

    /// A text of somebody's, as it is written into a column: PostgreSQL keeps every character but U+0000.
    pub(crate) fn kept(self, text: &str) -> String {
        match self {
            Self::Postgres if text.contains(['\0', SUBSTITUTE]) => {
                text.replace(SUBSTITUTE, "\u{1a}1").replace('\0', "\u{1a}0")
            }
            Self::Sqlite | Self::Postgres => text.to_owned(),
        }
    }

    /// The text that a column keeps.
    pub(crate) fn given(self, text: String) -> String {
        match self {
            Self::Postgres if text.contains(SUBSTITUTE) => text.replace("\u{1a}0", "\0").replace("\u{1a}1", "\u{1a}"),
            Self::Sqlite | Self::Postgres => text,
        }
    }

    /// The bytes of a column of texts: SQLite's may hold anything, whoever put it there.
    pub(crate) fn bytes_of_text(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("CAST({column} AS BLOB)"),
            Self::Postgres => format!("convert_to({column}, 'UTF8')"),
        }
    }

    /// The bytes of a column of bytes: SQLite's may hold anything, whoever put it there.
    pub(crate) fn bytes_of(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("CAST({column} AS BLOB)"),
            Self::Postgres => column.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_text_comes_back() {
        for text in ["", "ada", "a\0b", "\u{1a}", "\u{1a}0", "\0\u{1a}1\u{1a}\0", "\u{1a}\u{1a}00"] {
            for kind in [Kind::Sqlite, Kind::Postgres] {
                assert_eq!(kind.given(kind.kept(text)), text, "{kind:?}: {text:?}");
            }
            assert!(!Kind::Postgres.kept(text).contains('\0'), "{text:?}");
        }
    }
}

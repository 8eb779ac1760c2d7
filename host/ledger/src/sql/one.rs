//! Whether a text is one statement that reads: its first word, and that nothing follows its end.

const NONE: &str = "there is no statement";
const SEVERAL: &str = "there is more than one statement: something follows a `;`";
const WRITES: &str = "only `SELECT`, `WITH` and `VALUES` are asked: the record is only read";
const OPEN: &str = "a text, a name or a comment does not end";

/// Words that a statement which reads begins with.
const READING: [&str; 3] = ["select", "with", "values"];

/// The statement without what stands after it.
pub(super) fn reading(text: &str) -> Result<&str, &'static str> {
    let bytes = text.as_bytes();
    let (mut at, mut first, mut end) = (0, None, None);
    while let Some(byte) = bytes.get(at) {
        let next = past(bytes, at)?;
        let is_blank = byte.is_ascii_whitespace() || is_comment(bytes, at);
        match byte {
            b';' => end = end.or(Some(at)),
            _ if is_blank => {}
            _ if end.is_some() => return Err(SEVERAL),
            _ => first = first.or(Some(at)),
        }
        at = next;
    }
    let first = first.ok_or(NONE)?;
    let statement = text.get(first..end.unwrap_or(bytes.len())).ok_or(NONE)?.trim_end();
    let word: String = statement.chars().take_while(char::is_ascii_alphabetic).collect();
    let reads = READING.iter().any(|known| word.eq_ignore_ascii_case(known));
    if reads { Ok(statement) } else { Err(WRITES) }
}

fn is_comment(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(b"--") || rest.starts_with(b"/*"))
}

/// Where what begins here ends: a comment, a text, a name in any of the four quotes that SQLite knows, or one byte.
fn past(bytes: &[u8], at: usize) -> Result<usize, &'static str> {
    let rest = bytes.get(at..).unwrap_or_default();
    let find = |what: &[u8], from: usize| {
        let found = rest.get(from..)?.windows(what.len()).position(|some| some == what)?;
        Some(at + from + found + what.len())
    };
    match rest.first() {
        Some(b'-') if rest.starts_with(b"--") => Ok(find(b"\n", 2).unwrap_or(bytes.len())),
        Some(b'/') if rest.starts_with(b"/*") => find(b"*/", 2).ok_or(OPEN),
        // A quote that is written twice ends one text and begins the next: that comes to the same.
        Some(quote @ (b'\'' | b'"' | b'`')) => find(&[*quote], 1).ok_or(OPEN),
        Some(b'[') => find(b"]", 1).ok_or(OPEN),
        _ => Ok(at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{NONE, OPEN, SEVERAL, WRITES, reading};

    #[test]
    fn one_statement_that_reads_is_told_from_all_others() {
        for (text, expected) in [
            ("SELECT 1", Ok("SELECT 1")),
            (" -- why\n select ';' ; -- done\n/* ; */ ", Ok("select ';'")),
            ("WITH a AS (SELECT 1) SELECT * FROM a;", Ok("WITH a AS (SELECT 1) SELECT * FROM a")),
            ("VALUES (1)", Ok("VALUES (1)")),
            ("SELECT 'it''s; fine', \"a;b\", `c;d`, [e;f]", Ok("SELECT 'it''s; fine', \"a;b\", `c;d`, [e;f]")),
            ("", Err(NONE)),
            (" ; ", Err(NONE)),
            ("-- SELECT 1", Err(NONE)),
            ("SELECT 1; SELECT 2", Err(SEVERAL)),
            ("SELECT 1;;ATTACH 'x' AS x", Err(SEVERAL)),
            ("SELECT '--';DROP TABLE leaves", Err(SEVERAL)),
            ("SELECT 1 /* */;/* */ PRAGMA writable_schema=1", Err(SEVERAL)),
            ("SELECT 'open", Err(OPEN)),
            ("SELECT 1 /* open", Err(OPEN)),
            ("DELETE FROM leaves", Err(WRITES)),
            ("/**/ATTACH 'x' AS x", Err(WRITES)),
            ("PRAGMA query_only = 0", Err(WRITES)),
            ("selectx", Err(WRITES)),
            ("\u{feff}SELECT 1", Err(WRITES)),
            ("(SELECT 1)", Err(WRITES)),
            ("EXPLAIN SELECT 1", Err(WRITES)),
        ] {
            assert_eq!(reading(text), expected, "{text:?}");
        }
    }
}

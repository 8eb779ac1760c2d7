//! A module's text in pieces: names, strings, comments, and single characters.

/// All of them, in order; together they are the text.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (piece, behind) = rest.split_at(length(rest, first));
        rest = behind;
        Some(piece)
    })
}

/// Whether a piece is a name, or several joined by points.
pub(crate) fn is_name(piece: &str) -> bool {
    piece.starts_with(is_first)
}

/// Bytes of what begins here: a name, a string, a comment, or one character.
fn length(text: &str, first: char) -> usize {
    match first {
        '#' => text.find('\n').unwrap_or(text.len()),
        '"' => quoted(text),
        '`' => text[1..].find('`').map_or(text.len(), |end| end + 2),
        first if is_first(first) => path(text),
        first => first.len_utf8(),
    }
}

fn quoted(text: &str) -> usize {
    let mut ends = text.char_indices().skip(1).filter(|(at, c)| *c == '"' && !escaped(text, *at));
    ends.next().map_or(text.len(), |(at, _)| at + 1)
}

fn escaped(text: &str, at: usize) -> bool {
    text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// A name with those that are joined to it by a point and nothing else.
fn path(text: &str) -> usize {
    let mut end = name(text);
    while let Some(next) = text[end..].strip_prefix('.').filter(|next| next.starts_with(is_first)) {
        end += 1 + name(next);
    }
    end
}

fn name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn is_first(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

//! Hostile text made fit for each output: one function for each, and every renderer uses the one of its output.
//!
//! All but [`json`] first make one line of a text, of bounded length, in which control characters and characters that reorder or
//! hide text are visible (`\u{…}`).
//!
//! **Invariant:** nothing comes out that the output takes for structure, a link, a mention, a formula or a command.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use tidegate_core::one_line::one_line;

/// A line of a text form that is made by the gate is cut after so many characters.
const BLOCK_LINE_CHARS_MAX: usize = 256 * 1024;

/// For a terminal and for a build's log, anywhere in a line. Build services read commands from logs (`::add-mask::` at the start of
/// a line, `##[group]` and its like anywhere): neither comes out.
#[must_use]
pub fn terminal(text: &str, max_chars: usize) -> String {
    let line = one_line(text, max_chars).replace("##", r"#\u{23}");
    let start = line.len() - line.trim_start().len();
    match line.split_at(start) {
        (blank, rest) if rest.starts_with("::") => {
            format!(r"{blank}\u{{3a}}{}", rest.strip_prefix(':').unwrap_or_default())
        }
        _ => line,
    }
}

/// For a terminal and for a build's log: several lines that the gate made. Ends with a newline.
#[must_use]
pub fn terminal_block(text: &str) -> String {
    text.lines().fold(String::with_capacity(text.len() + 1), |mut block, line| {
        block.push_str(&terminal(line, BLOCK_LINE_CHARS_MAX));
        block.push('\n');
        block
    })
}

/// For GitHub's Markdown, anywhere in a paragraph, a list item or a cell. Punctuation that can begin markup, a link or a formula is
/// written as a character reference; `@` and `#`, which GitHub looks for in the finished text, are followed by a zero-width
/// space besides.
#[must_use]
pub fn markdown(text: &str, max_chars: usize) -> String {
    let mut out = String::with_capacity(text.len());
    // Blanks in front of a paragraph would make code of it.
    for character in one_line(text, max_chars).trim_start().chars() {
        match character {
            ' ' | ',' | '(' | '/' | '%' | ';' | '\'' | '"' => out.push(character),
            '@' | '#' => reference(&mut out, character, "&#8203;"),
            _ if character.is_ascii_punctuation() => reference(&mut out, character, ""),
            _ => out.push(character),
        }
    }
    out
}

fn reference(out: &mut String, character: char, after: &str) {
    // Writing into a String cannot fail.
    let _ = write!(out, "&#{};{after}", u32::from(character));
}

/// For HTML: text and quoted attributes.
#[must_use]
pub fn html(text: &str, max_chars: usize) -> String {
    markup(&one_line(text, max_chars))
}

/// For XML 1.0: text and quoted attributes. Characters that XML cannot hold are replaced; `##` does not come out, since reports are
/// printed to build logs too.
#[must_use]
pub fn xml(text: &str, max_chars: usize) -> String {
    markup(&one_line(text, max_chars)).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}").replace("##", "#&#35;")
}

fn markup(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

/// One CSV field. What a spreadsheet would take for a formula gets an apostrophe in front; whatever could end the field is quoted.
#[must_use]
pub fn csv(text: &str, max_chars: usize) -> String {
    let formula = text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let line = one_line(text, max_chars).replace('"', "\"\"");
    match formula {
        true => format!("\"'{line}\""),
        false if line.contains([',', ';', '"']) => format!("\"{line}\""),
        false => line,
    }
}

/// For JSON that is already serialised: the same value, in characters that neither a terminal nor a build's log takes for anything.
#[must_use]
pub fn json(serialised: &str) -> String {
    let mut out = String::with_capacity(serialised.len());
    let mut previous = ' ';
    for character in serialised.chars() {
        // In JSON a `#` stands in strings alone, never after a backslash that escapes it.
        if deceptive(character) || (character == '#' && previous == '#') {
            let mut units = [0_u16; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
        previous = character;
    }
    out
}

fn deceptive(character: char) -> bool {
    let mut bytes = [0_u8; 4];
    let text: &str = character.encode_utf8(&mut bytes);
    // Newlines between members are the printer's own: in a string they are escaped already.
    character != '\n' && (character == '\u{7f}' || !character.is_ascii()) && one_line(text, 1) != text
}

/// For a message of SARIF, whose readers make links of `[text](target)`.
#[must_use]
pub fn sarif(text: &str, max_chars: usize) -> String {
    one_line(text, max_chars).replace("](", "] (")
}

/// A path or URI as the tool wrote it, as a URI reference: what may not stand in one is percent-encoded, and no scheme but `http`,
/// `https` and `file` stays a scheme.
#[must_use]
pub fn uri(text: &str, max_chars: usize) -> String {
    let known = ["http://", "https://", "file://"].into_iter().find(|scheme| text.starts_with(scheme)).unwrap_or("");
    let mut out = known.to_owned();
    let rest: String = text.strip_prefix(known).unwrap_or(text).chars().take(max_chars).collect();
    for byte in rest.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b'!'
            | b'$'
            | b'&'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b'@'
            | b'%' => out.push(char::from(byte)),
            b':' | b'?' if !known.is_empty() => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
